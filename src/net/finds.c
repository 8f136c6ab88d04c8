#include "net/finds.h"

#include <stdlib.h>

static bool
has_room(struct finds *f)
{
	if (f->second == FINDS_SECOND)
		return false;
	if (f->batch == NULL)
		f->batch = calloc(1, sizeof *f->batch);
	return f->batch != NULL && f->batch->count < FINDS_BATCH;
}

bool
finds_add(struct finds *f, struct finding *finding, struct mailbox *main,
    uint32_t from)
{
	if (finding == NULL || !has_room(f)) {
		finding_free(finding);
		return false;
	}
	f->second++;
	f->batch->rows[f->batch->count++] = finding;
	if (f->batch->count == FINDS_BATCH)
		finds_post(f, main, from);
	return true;
}

void
finds_post(struct finds *f, struct mailbox *main, uint32_t from)
{
	if (f->batch != NULL &&
	    mail_post(main, MAIL_FOUND, from, f->batch) == 0)
		f->batch = NULL;
}

void
finds_tick(struct finds *f, struct mailbox *main, uint32_t from)
{
	f->second = 0;
	finds_post(f, main, from);
}

void
finding_batch_free(struct finding_batch *batch)
{
	if (batch == NULL)
		return;
	for (size_t i = 0; i < batch->count; i++)
		finding_free(batch->rows[i]);
	free(batch);
}

void
finds_free(struct finds *f)
{
	finding_batch_free(f->batch);
	f->batch = NULL;
}

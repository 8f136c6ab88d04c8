/* Totals and last connections: taken from the workers, kept in the store. */

#include <stdlib.h>

#include "base/log.h"
#include "daemon/state.h"

enum { FLUSH_MOST = 1000 }; /* accounts in one transaction */

void
use_take(struct supervisor *s, struct use_batch *batch)
{
	for (size_t i = 0; i < batch->count; i++) {
		const struct use_row *row = &batch->rows[i];

		if (book_used(s->book, row->account, row->last, row->target))
			break; /* out of memory: their next connection counts */
	}
	free(batch);
}

/* The totals that changed, up to FLUSH_MOST of them; NULL: none, or no memory.
 */
static struct change *
collect(struct supervisor *s)
{
	struct change *c = change_new(CHANGE_USE);

	if (c == NULL)
		return NULL;
	c->uses = calloc(FLUSH_MOST, sizeof *c->uses);
	if (c->uses != NULL)
		c->nuses = book_collect(s->book, c->uses, FLUSH_MOST);
	if (c->nuses > 0)
		return c;
	change_free(c);
	return NULL;
}

/* It was carried out; false: it is to be tried again. Said once, not each
 * time. */
static bool
note(struct supervisor *s, const struct change *c)
{
	bool kept = c->result == CHANGE_DONE;

	if (!kept)
		book_uncollect(s->book, c->uses, c->nuses);
	if (!kept && !s->totals_refused)
		log_error(
		    "store", "totals not kept, trying again", "%s", c->why);
	if (kept && s->totals_refused)
		log_info("store", "totals are kept again", NULL);
	s->totals_refused = !kept;
	return kept;
}

bool
use_flush_last(struct supervisor *s)
{
	struct change *c;
	bool kept = true;

	while (kept && (c = collect(s)) != NULL) {
		store_change(s->store, c);
		kept = note(s, c);
		change_free(c);
	}
	return kept;
}

size_t
use_lose(struct supervisor *s)
{
	struct change *c;
	size_t n = 0;

	while ((c = collect(s)) != NULL) {
		n += c->nuses;
		change_free(c);
	}
	return n;
}

void
use_flush(struct supervisor *s)
{
	struct change *c;

	if (s->flushing || s->store_thread == NULL || (c = collect(s)) == NULL)
		return;
	s->flushing = true;
	if (mail_post(store_thread_mailbox(s->store_thread), MAIL_CHANGE,
		MAIL_FROM_MAIN, c) != 0) {
		c->result = CHANGE_FAILED;
		use_stored(s, c);
	}
}

void
use_stored(struct supervisor *s, struct change *c)
{
	bool more = note(s, c) && c->nuses == FLUSH_MOST;

	s->flushing = false;
	change_free(c);
	if (more)
		use_flush(s);
}

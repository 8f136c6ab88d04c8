#include "tui/findings.h"

#include <stdlib.h>
#include <string.h>

#include "tui/idn.h"
#include "tui/match.h"
#include "tui/utf8.h"

enum { COLUMNS = 5 };

static const char *const column_names[COLUMNS + 1] = { "user", "client",
	"target", "protocol", "login", NULL };

static void
texts_of(const struct finding *one, const char *texts[COLUMNS])
{
	texts[0] = one->user;
	texts[1] = one->client;
	texts[2] = one->target;
	texts[3] = one->protocol;
	texts[4] = one->login;
}

size_t
findings_kept(const struct findings *f)
{
	return f->count < FINDINGS_MOST ? (size_t)f->count : FINDINGS_MOST;
}

static bool
reserve(struct findings *f)
{
	if (f->ring == NULL)
		f->ring = calloc(FINDINGS_MOST, sizeof *f->ring);
	if (f->order == NULL)
		f->order = calloc(FINDINGS_MOST, sizeof *f->order);
	return f->ring != NULL && f->order != NULL;
}

static void
safe(char *out, size_t size, const struct layout_text *text)
{
	(void)utf8_safe(out, size, text->bytes, text->len);
}

static void
add(struct findings *f, const struct admin_finding *row)
{
	struct finding *one = &f->ring[f->count++ % FINDINGS_MOST];

	one->id = f->last = row->id;
	one->time = row->time;
	one->session = row->session;
	one->confirmed = row->confirmed != 0;
	safe(one->user, sizeof one->user, &row->user);
	safe(one->client, sizeof one->client, &row->client);
	(void)idn_safe(one->target, sizeof one->target, row->target.bytes,
	    row->target.len);
	safe(one->protocol, sizeof one->protocol, &row->protocol);
	safe(one->login, sizeof one->login, &row->login);
	safe(one->password, sizeof one->password, &row->password);
}

void
findings_add(struct findings *f, const struct admin_finding *rows, size_t n)
{
	f->listed = true;
	if (!reserve(f))
		return;
	for (size_t i = 0; i < n; i++)
		if (rows[i].id > f->last || f->count == 0)
			add(f, &rows[i]);
}

const char *
findings_masked(const struct finding *one)
{
	return one->password[0] == '\0' || strcmp(one->password, "-") == 0
		   ? "-"
		   : "********";
}

bool
findings_is_masked(const struct finding *one)
{
	size_t len = strlen(one->password), first = len;

	while (first > 0 && one->password[first - 1] == '*')
		first--;
	len -= first;
	/* One character of UTF-8 is left of it, or none. */
	for (size_t i = 1; i < first; i++)
		if (((unsigned char)one->password[i] & 0xc0) != 0x80)
			return false;
	return len == 3 || len == 6 || len == 9;
}

void
findings_clear(struct findings *f)
{
	if (f->ring != NULL)
		explicit_bzero(f->ring, FINDINGS_MOST * sizeof *f->ring);
	f->count = f->last = 0;
	f->shown = 0;
}

void
findings_arrange(struct findings *f, const char *filter)
{
	struct match match;
	size_t kept = findings_kept(f);

	f->shown = 0;
	match_read(&match, filter, column_names);
	for (uint64_t i = 0; i < kept; i++) {
		uint32_t at = (uint32_t)((f->count - 1 - i) % FINDINGS_MOST);
		const char *texts[COLUMNS];

		texts_of(&f->ring[at], texts);
		if (match_row(&match, texts, COLUMNS))
			f->order[f->shown++] = at;
	}
}

const struct finding *
findings_row(const struct findings *f, int row)
{
	if (row < 0 || (size_t)row >= f->shown)
		return NULL;
	return &f->ring[f->order[row]];
}

int
findings_place(const struct findings *f, uint64_t id)
{
	for (size_t i = 0; i < f->shown; i++)
		if (f->ring[f->order[i]].id == id)
			return (int)i;
	return -1;
}

bool
findings_has(const struct findings *f, int row, const char *word)
{
	const struct finding *one = findings_row(f, row);
	const char *texts[COLUMNS];

	if (one == NULL)
		return false;
	texts_of(one, texts);
	return match_has_any(texts, COLUMNS, word);
}

void
findings_free(struct findings *f)
{
	findings_clear(f);
	free(f->ring);
	free(f->order);
	*f = (struct findings){ 0 };
}

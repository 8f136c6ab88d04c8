/* What a session speaks, by how it begins; core/dissect.def. */

#include "core/dissect_parts.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

static const struct dissect_row rows[] = {
#define SERVER false
#define CLIENT true
#define DISSECTOR(id, parser, name, ports, first, opening, words) \
	{ name, ports, opening, words, first, &dissect_##parser },
#include "core/dissect.def"
#undef SERVER
#undef CLIENT
};

static_assert(DISSECT_ROWS <= 8, "a bit each in rows");

enum fit {
	FIT_NO,
	FIT_PERHAPS, /* more octets will tell */
	FIT_YES,
};

/* One of the alternatives; whole: nothing more of the word may follow. */
static enum fit
fit(const char *text, size_t len, const char *ways, bool whole)
{
	enum fit best = FIT_NO;

	for (const char *end; *ways != '\0'; ways = *end ? end + 1 : end) {
		size_t n;

		end = strchr(ways, '|');
		if (end == NULL)
			end = ways + strlen(ways);
		n = (size_t)(end - ways);
		if (strncasecmp(text, ways, len < n ? len : n) != 0)
			continue;
		if (len < n || (whole && len == n))
			best = FIT_PERHAPS;
		else if (!whole || memchr(" \r\n", text[n], 3) != NULL)
			return FIT_YES;
	}
	return best;
}

static bool
is_printable(const char *text, size_t len)
{
	return len == 0 || (text[0] > ' ' && text[0] <= '~');
}

static enum fit
client_fits(const struct dissect *d, const struct dissect_row *row)
{
	size_t len = d->len[DISSECT_CLIENT];

	if (len == 0)
		return FIT_PERHAPS;
	if (row->words[0] != '\0')
		return fit(d->line, len, row->words, true);
	return is_printable(d->line, len) ? FIT_YES : FIT_NO;
}

static enum fit
row_fits(const struct dissect *d, size_t i)
{
	const struct dissect_row *row = &rows[i];
	enum fit client;

	if (!(d->rows & 1U << i))
		return FIT_NO;
	client = client_fits(d, row);
	if (client == FIT_YES && !row->client_first && !d->opened)
		return FIT_PERHAPS;
	return client;
}

static bool
hints(const struct dissect_row *row, uint16_t port)
{
	for (const char *p = row->ports; *p != '\0';) {
		uint64_t n;
		const char *end = strchr(p, ' ');

		if (dissect_number(p, strlen(p), 10, &n) && n == port)
			return true;
		p = end != NULL ? end + 1 : p + strlen(p);
	}
	return false;
}

/*
 * A word that two protocols have says nothing. False: its line has not ended.
 */
static bool
drop_line(struct dissect *d)
{
	const char *nl = memchr(d->line, '\n', d->len[DISSECT_CLIENT]);
	size_t n;

	if (nl == NULL)
		return false;
	n = (size_t)(nl + 1 - d->line);
	d->len[DISSECT_CLIENT] = (uint16_t)(d->len[DISSECT_CLIENT] - n);
	memmove(d->line, nl + 1, d->len[DISSECT_CLIENT]);
	return true;
}

const struct dissect_row *
dissect_choose(struct dissect *d)
{
	const struct dissect_row *sure = NULL;
	bool open = false, doubt = false;

	for (size_t i = 0; i < DISSECT_ROWS; i++) {
		switch (row_fits(d, i)) {
		case FIT_NO: /* nor will it ever */
			d->rows &= (uint8_t) ~(1U << i);
			break;
		case FIT_PERHAPS:
			open = true;
			break;
		default:
			if (rows[i].client_first || hints(&rows[i], d->port))
				return &rows[i];
			doubt = doubt || sure != NULL;
			sure = &rows[i];
		}
	}
	if (sure == NULL && !open)
		dissect_stop(d);
	if (!doubt)
		return open ? NULL : sure;
	return drop_line(d) && d->len[DISSECT_CLIENT] > 0 ? dissect_choose(d)
							  : NULL;
}

void
dissect_judge_opening(struct dissect *d, bool whole)
{
	enum fit least = whole ? FIT_YES : FIT_PERHAPS;

	for (size_t i = 0; i < DISSECT_ROWS; i++)
		if (rows[i].client_first ||
		    fit(d->answer, d->len[DISSECT_SERVER], rows[i].opening,
			false) < least)
			d->rows &= (uint8_t) ~(1U << i);
	if (d->rows == 0)
		dissect_stop(d);
}

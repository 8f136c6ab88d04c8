#include "base/layout.h"

#include <assert.h>
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"

static const void *
member(const struct layout_field *f, const void *record)
{
	return (const char *)record + f->offset;
}

static void *
member_of(const struct layout_field *f, void *record)
{
	return (char *)record + f->offset;
}

void
layout_text_set(struct layout_text *text, const void *bytes, size_t len)
{
	text->len = (uint8_t)(len < 255 ? len : 255);
	memcpy(text->bytes, bytes, text->len);
	text->bytes[text->len] = '\0';
}

uint64_t
layout_number(const struct layout_field *f, const void *record)
{
	uint64_t v;

	assert(f->kind < LAYOUT_TEXT);
	memcpy(&v, member(f, record), sizeof v);
	return v;
}

const struct layout_field *
layout_cursor(const struct layout_field *cursor, const struct layout *row)
{
	static const char after[] = "after_";

	if (row->nfields == 0)
		return NULL;
	if (strncmp(cursor->name, after, sizeof after - 1) != 0)
		return row->fields;
	for (size_t i = 0; i < row->nfields; i++)
		if (strcmp(row->fields[i].name,
			cursor->name + sizeof after - 1) == 0)
			return &row->fields[i];
	return NULL;
}

size_t
layout_member(enum layout_kind kind)
{
	if (kind == LAYOUT_TEXT)
		return sizeof(struct layout_text);
	return kind == LAYOUT_SECRET ? sizeof(struct secret) : sizeof(uint64_t);
}

static void
pack_bytes(struct wr *out, const void *bytes, uint8_t len)
{
	wr_uint(out, 1, len);
	wr_bytes(out, bytes, len);
}

static void
pack_field(struct wr *out, const struct layout_field *f, unsigned width,
    const void *at)
{
	const struct layout_text *text = at;
	const struct secret *secret = at;
	uint64_t v;

	switch (f->kind) {
	case LAYOUT_NUMBER:
	case LAYOUT_FLAG:
	case LAYOUT_CHOICE:
	case LAYOUT_TIME:
		memcpy(&v, at, sizeof v);
		wr_uint(out, width, v);
		break;
	case LAYOUT_TEXT:
		pack_bytes(out, text->bytes, text->len);
		break;
	case LAYOUT_SECRET:
		pack_bytes(out, secret->bytes, secret->len);
		break;
	}
}

void
layout_pack(struct wr *out, const struct layout *layout, unsigned form,
    const void *record)
{
	const struct layout_field *f = layout->fields;

	for (size_t i = 0; i < layout->nfields; i++, f++)
		if (f->width[form] > 0)
			pack_field(out, f, f->width[form], member(f, record));
}

static void
parse_field(
    struct rd *in, const struct layout_field *f, unsigned width, void *at)
{
	const uint8_t *bytes;
	uint64_t v = 0;
	size_t len;

	if (f->kind < LAYOUT_TEXT) {
		if (width > 0)
			v = rd_uint(in, width);
		memcpy(at, &v, sizeof v);
		return;
	}
	len = width > 0 ? (size_t)rd_uint(in, width) : 0;
	bytes = rd_bytes(in, len);
	if (bytes == NULL)
		return;
	if (f->kind == LAYOUT_TEXT)
		layout_text_set(at, bytes, len);
	else
		secret_set(at, bytes, len);
}

bool
layout_parse(
    struct rd *in, const struct layout *layout, unsigned form, void *record)
{
	const struct layout_field *f = layout->fields;

	for (size_t i = 0; i < layout->nfields && !in->failed; i++, f++)
		parse_field(in, f, f->width[form], member_of(f, record));
	return !in->failed;
}

bool
layout_parse_known(
    struct rd *in, const struct layout *layout, unsigned form, void *record)
{
	const struct layout_field *f = layout->fields;

	for (size_t i = 0; i < layout->nfields && !in->failed; i++, f++)
		parse_field(in, f, rd_left(in) > 0 ? f->width[form] : 0,
		    member_of(f, record));
	return !in->failed;
}

size_t
layout_most(const struct layout *layout, unsigned form)
{
	const struct layout_field *f = layout->fields;
	size_t most = 0;

	for (size_t i = 0; i < layout->nfields; i++, f++) {
		most += f->width[form];
		if (f->kind >= LAYOUT_TEXT && f->width[form] > 0)
			most += 255;
	}
	return most;
}

/* ---- words */

static bool
scan_number(uint64_t *v, const char *word, const char **why)
{
	*v = 0;
	*why = "must be a whole number";
	if (*word == '\0')
		return false;
	for (; *word != '\0'; word++) {
		if (!isdigit((unsigned char)*word))
			return false;
		if (*v > (UINT64_MAX - 9) / 10) {
			*why = "is too large";
			return false;
		}
		*v = *v * 10 + (uint64_t)(*word - '0');
	}
	return true;
}

static bool
scan_flag(uint64_t *v, const char *word, const char **why)
{
	static const char *const words[] = { "no", "yes", "off", "on", "0",
		"1" };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(word, words[i]) == 0) {
			*v = i % 2;
			return true;
		}
	*why = "must be yes or no";
	return false;
}

/* The next of the words in a choice's list; NULL at the end. */
static const char *
choice(const char **at, size_t *len)
{
	const char *word = *at + strspn(*at, " ");

	*len = strcspn(word, " ");
	*at = word + *len;
	return *len > 0 ? word : NULL;
}

static bool
scan_choice(const struct layout_field *f, uint64_t *v, const char *word,
    const char **why)
{
	const char *at = f->unit, *known;
	size_t len;

	for (*v = 0; (known = choice(&at, &len)) != NULL; (*v)++)
		if (strlen(word) == len && memcmp(word, known, len) == 0)
			return true;
	*why = f->unit;
	return false;
}

bool
layout_scan(const struct layout_field *f, void *record, const char *word,
    const char **why)
{
	void *at = member_of(f, record);
	uint64_t v = 0;
	bool right;

	if (f->kind >= LAYOUT_TEXT) {
		*why = "must have 1 to 255 octets";
		if (*word == '\0' || strlen(word) > 255)
			return false;
		if (f->kind == LAYOUT_TEXT)
			layout_text_set(at, word, strlen(word));
		else
			secret_set(at, word, strlen(word));
		return true;
	}
	if (f->kind == LAYOUT_NUMBER || f->kind == LAYOUT_TIME)
		right = scan_number(&v, word, why);
	else if (f->kind == LAYOUT_FLAG)
		right = scan_flag(&v, word, why);
	else
		right = scan_choice(f, &v, word, why);
	if (right)
		memcpy(at, &v, sizeof v);
	return right;
}

/* ---- print */

static size_t
fit(int n, size_t size)
{
	return n < 0 ? 0 : (size_t)n < size ? (size_t)n : size - 1;
}

static size_t
print_choice(const struct layout_field *f, uint64_t v, char *out, size_t size)
{
	const char *at = f->unit, *word = NULL;
	size_t len = 0;

	for (uint64_t i = 0; i <= v; i++)
		if ((word = choice(&at, &len)) == NULL)
			return fit(snprintf(out, size, "%" PRIu64, v), size);
	return fit(snprintf(out, size, "%.*s", (int)len, word), size);
}

static size_t
print_time(uint64_t v, char *out, size_t size)
{
	char text[CLOCK_TEXT] = "-";

	if (v > 0 && v < UINT64_C(1) << 40)
		(void)clock_format(text, (int64_t)v * 1000000);
	return fit(snprintf(out, size, "%s", text), size);
}

size_t
layout_print(
    const struct layout_field *f, const void *record, char *out, size_t size)
{
	const struct layout_text *text = member(f, record);
	uint64_t v;

	if (f->kind == LAYOUT_TEXT)
		return text_escape(out, size, text->bytes, text->len);
	if (f->kind == LAYOUT_SECRET)
		return fit(snprintf(out, size, "***"), size);
	v = layout_number(f, record);
	if (f->kind == LAYOUT_FLAG)
		return fit(snprintf(out, size, "%s", v ? "yes" : "no"), size);
	if (f->kind == LAYOUT_CHOICE)
		return print_choice(f, v, out, size);
	if (f->kind == LAYOUT_TIME)
		return print_time(v, out, size);
	return fit(snprintf(out, size, "%" PRIu64, v), size);
}

/* Of text without control characters. */
static size_t
quote(const char *plain, size_t len, char *out, size_t size)
{
	size_t n = 0;

	out[n++] = '"';
	for (size_t i = 0; i < len && n + 8 < size; i++) {
		uint32_t cp = text_invisible(plain + i, len - i);

		if (cp != 0) { /* the same to a program; plain to a person */
			n += (size_t)snprintf(
			    out + n, size - n, "\\u%04" PRIx32, cp);
			i += 2;
			continue;
		}
		if (plain[i] == '"' || plain[i] == '\\')
			out[n++] = '\\';
		out[n++] = plain[i];
	}
	out[n++] = '"';
	out[n] = '\0';
	return n;
}

size_t
layout_json(
    const struct layout_field *f, const void *record, char *out, size_t size)
{
	const struct layout_text *text = member(f, record);
	char plain[LAYOUT_PRINT];
	size_t len;

	if (size < 4)
		return 0;
	/* A program gets a name as it is; what is none, as people would. */
	if (f->kind == LAYOUT_TEXT && text_is_name(text->bytes, text->len))
		return quote(text->bytes, text->len, out, size);
	if (f->kind == LAYOUT_NUMBER || f->kind == LAYOUT_TIME)
		return fit(
		    snprintf(out, size, "%" PRIu64, layout_number(f, record)),
		    size);
	len = layout_print(f, record, plain, sizeof plain);
	if (f->kind == LAYOUT_FLAG)
		return fit(snprintf(out, size, "%s",
			       layout_number(f, record) ? "true" : "false"),
		    size);
	return quote(plain, len, out, size);
}

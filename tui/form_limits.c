#include "tui/form_limits.h"

#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/text.h"

enum limit_kind {
	LIMIT_COUNT,
	LIMIT_BYTES, /* K, M, G and T behind it count in 1024 */
	LIMIT_DATE,
};

static const struct limit_row {
	const char *word, *label, *hint;
	enum limit_kind kind;
	size_t offset; /* in struct user */
} limit_rows[] = {
	{ "max-sessions", "Sessions", "empty: as for all", LIMIT_COUNT,
	    offsetof(struct user, max_sessions) },
	{ "rate-up", "Up/s", "as 2M; or none", LIMIT_BYTES,
	    offsetof(struct user, most_up) },
	{ "rate-down", "Down/s", "as 10M; or none", LIMIT_BYTES,
	    offsetof(struct user, most_down) },
	{ "quota", "Quota/day", "as 5G; or none", LIMIT_BYTES,
	    offsetof(struct user, quota) },
	{ "expires", "Expires", "as 2027-01-31 (UTC)", LIMIT_DATE,
	    offsetof(struct user, expires) },
};

enum { LIMITS = sizeof limit_rows / sizeof *limit_rows };

/* Is the limit its own? Else the setting for all holds. */
static bool
is_own(const struct user *u, const char *word)
{
	const char *at = u->own;
	size_t n = strlen(word);

	while (*at != '\0') {
		size_t len = strcspn(at, " ");

		if (len == n && memcmp(at, word, n) == 0)
			return true;
		at += len + (at[len] == ' ');
	}
	return false;
}

static void
put_bytes(char *text, size_t size, uint64_t value)
{
	static const char letters[] = "\0KMGT";
	int i = 0;

	while (i < 4 && value >= 1024 && value % 1024 == 0) {
		value /= 1024;
		i++;
	}
	(void)snprintf(
	    text, size, "%llu%.1s", (unsigned long long)value, &letters[i]);
}

/* A limit as a person would type it; "" for what holds for all. */
void
form_limit_text(const struct user *u, int limit, char text[FORM_LIMIT])
{
	const struct limit_row *row = &limit_rows[limit];
	char date[DATE_TEXT];
	uint64_t value;

	memcpy(&value, (const char *)u + row->offset, sizeof value);
	text[0] = '\0';
	if (!is_own(u, row->word))
		return;
	if (value == 0) {
		(void)snprintf(text, FORM_LIMIT, "none");
	} else if (row->kind == LIMIT_DATE) {
		date_print(value, date);
		(void)snprintf(text, FORM_LIMIT, "%s", date);
	} else {
		put_bytes(text, FORM_LIMIT, value);
	}
}

int
form_limit_find(const char *word)
{
	for (int i = 0; i < LIMITS; i++)
		if (strcmp(limit_rows[i].word, word) == 0)
			return i;
	return -1;
}

const char *
form_limit_label(int limit)
{
	return limit < LIMITS ? limit_rows[limit].label : NULL;
}

void
form_limit_fields(struct model *m, const struct user *u)
{
	char text[FORM_LIMIT];

	if (!m->link.knows[ADMIN_account_set])
		return;
	for (int i = 0; i < LIMITS; i++) {
		const struct limit_row *row = &limit_rows[i];

		text[0] = '\0';
		if (u != NULL)
			form_limit_text(u, i, text);
		field_set(
		    form_field(&m->form, FIELD_TEXT, row->label, row->hint),
		    text);
	}
}

const char *
form_limit_problem(int limit, const char *text)
{
	const struct limit_row *row = &limit_rows[limit];
	uint64_t n;

	if (text[0] == '\0')
		return "";
	if (row->kind == LIMIT_DATE)
		return strcmp(text, "never") == 0 || date_parse(text, &n)
			   ? ""
			   : "a day as 2027-01-31";
	if (strcmp(text, "none") == 0 || strcmp(text, "default") == 0 ||
	    text_number(text, row->kind == LIMIT_BYTES, &n))
		return "";
	return row->kind == LIMIT_BYTES ? "as 500K, 10M or 2G"
					: "a whole number, none";
}

const char *
form_limit_warning(int limit, const char *text, uint64_t wall)
{
	uint64_t n;

	if (limit_rows[limit].kind == LIMIT_DATE && wall != 0 &&
	    date_parse(text, &n) && n <= wall)
		return "past: shuts it out";
	return "";
}

static const char *
limit_word(const struct limit_row *row, const char *text)
{
	if (text[0] != '\0')
		return text;
	return row->kind == LIMIT_DATE ? "never" : "default";
}

void
form_limit_put(
    union admin_request *r, const struct user *u, int limit, const char *text)
{
	const struct limit_row *row = &limit_rows[limit];
	const char *value = limit_word(row, text);

	r->account_set.name = u->name;
	layout_text_set(&r->account_set.column, row->word, strlen(row->word));
	layout_text_set(&r->account_set.value, value, strlen(value));
}

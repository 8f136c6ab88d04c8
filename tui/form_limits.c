#include "tui/form_limits.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

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
	{ "rate-up", "Up/s", "bytes: 2M; none", LIMIT_BYTES,
	    offsetof(struct user, most_up) },
	{ "rate-down", "Down/s", "bytes: 10M; none", LIMIT_BYTES,
	    offsetof(struct user, most_down) },
	{ "quota", "Quota/day", "bytes: 5G; none", LIMIT_BYTES,
	    offsetof(struct user, quota) },
	{ "expires", "Expires", "2027-01-31; never", LIMIT_DATE,
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
	uint64_t value;
	time_t when;
	struct tm t;

	memcpy(&value, (const char *)u + row->offset, sizeof value);
	text[0] = '\0';
	if (!is_own(u, row->word))
		return;
	if (value == 0) {
		(void)snprintf(text, FORM_LIMIT, "none");
	} else if (row->kind != LIMIT_DATE) {
		put_bytes(text, FORM_LIMIT, value);
	} else {
		when = (time_t)value;
		if (gmtime_r(&when, &t) != NULL)
			(void)strftime(text, FORM_LIMIT,
			    value % 86400 == 0 ? "%Y-%m-%d"
					       : "%Y-%m-%dT%H:%M:%SZ",
			    &t);
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

void
form_limit_fields(struct model *m, const struct user *u)
{
	char text[FORM_LIMIT];

	if (!m->link.knows[ADMIN_account_set])
		return;
	for (int i = 0; i < LIMITS; i++) {
		const struct limit_row *row = &limit_rows[i];

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
	size_t digits = strspn(text, "0123456789");

	if (text[0] == '\0' || strcmp(text, "none") == 0 ||
	    strcmp(text, "default") == 0 || strcmp(text, "never") == 0)
		return "";
	if (row->kind == LIMIT_DATE)
		return digits == 4 && text[4] == '-' && strlen(text) >= 10
			   ? ""
			   : "a date: 2027-01-31";
	if (digits > 0 && text[digits] == '\0')
		return "";
	if (row->kind == LIMIT_BYTES && digits > 0 &&
	    strchr("KMGT", text[digits]) != NULL && text[digits + 1] == '\0')
		return "";
	return row->kind == LIMIT_BYTES ? "a number, as 500K, 10M, 2G"
					: "a whole number";
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

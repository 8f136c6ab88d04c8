#include "core/settings.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/addr.h"
#include "base/endpoint.h"
#include "base/text.h"

enum {
	SOCKS_PORT = 1080,
	WHY = 160,
	SHOWN = 64, /* octets of a wrong value worth repeating */
	ITEMS = 32, /* in one list */
};

const struct setting_row setting_rows[SETTINGS_COUNT] = {
#define SETTING(id, key, kind, fallback, least, most, form, effect, meaning)   \
	{ key, KIND_##kind, fallback, least, most, form, EFFECT_##effect,      \
	    meaning },
#include "core/settings.def"
};

const char *const setting_origins[ORIGINS_COUNT] = { "default", "file",
	"option", "runtime" };

/* One setting as one origin has it. */
struct value {
	bool set;
	uint64_t number;
	size_t count;            /* items of a list; 1 for a text */
	char *items[ITEMS];      /* owned */
};

struct settings {
	struct value layers[ORIGINS_COUNT][SETTINGS_COUNT];
};

static bool
is_list(enum setting_kind kind)
{
	return kind == KIND_LISTEN || kind == KIND_ADMIN;
}

static void
value_clear(struct value *v)
{
	for (size_t i = 0; i < v->count; i++)
		free(v->items[i]);
	memset(v, 0, sizeof *v);
}

static int
value_add(struct value *v, const char *text, size_t len)
{
	char *item = strndup(text, len);

	if (item == NULL)
		return -ENOMEM;
	v->items[v->count++] = item;
	return 0;
}

static int
value_copy(struct value *to, const struct value *from)
{
	memset(to, 0, sizeof *to);
	to->set = from->set;
	to->number = from->number;
	for (size_t i = 0; i < from->count; i++)
		if (value_add(to, from->items[i], strlen(from->items[i])) < 0) {
			value_clear(to);
			return -ENOMEM;
		}
	return 0;
}

/* ---- one parser for each kind: 0, -EINVAL with *what, or -ENOMEM */

/* The value, as far as it is worth showing, in quotes. */
static void
quote(char out[SHOWN + 8], const char *text)
{
	char safe[SHOWN];
	size_t len = strlen(text);

	text_escape(safe, sizeof safe, text, len);
	snprintf(out, SHOWN + 8, "\"%s\"", safe);
}

static int
refuse(const struct setting_row *row, const char *text, const char *right,
    char why[WHY])
{
	char shown[SHOWN + 8];

	quote(shown, text);
	snprintf(why, WHY, "%s: %s is not %s", row->key, shown, right);
	return -EINVAL;
}

/* The factor a suffix stands for, or 0. */
static uint64_t
factor(enum setting_kind kind, const char *suffix)
{
	static const char letters[] = "KMG";
	const char *p;

	if (*suffix == '\0')
		return 1;
	if (kind != KIND_BYTES || suffix[1] != '\0')
		return 0;
	p = strchr(letters, *suffix >= 'a' ? *suffix - 'a' + 'A' : *suffix);
	return p == NULL ? 0 : (uint64_t)1 << 10 * (p - letters + 1);
}

static bool
parse_number(const struct setting_row *row, const char *text, uint64_t *number)
{
	uint64_t times;
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	*number = strtoull(text, &end, 10);
	times = factor(row->kind, end);
	if (errno != 0 || times == 0 || *number > UINT64_MAX / times)
		return false;
	*number *= times;
	return *number >= row->least && *number <= row->most;
}

static int
take_number(
    struct value *v, const struct setting_row *row, const char *text, char *why)
{
	char right[80];

	if (parse_number(row, text, &v->number))
		return 0;
	snprintf(right, sizeof right, "between %llu and %llu %s",
	    (unsigned long long)row->least, (unsigned long long)row->most,
	    row->form);
	return refuse(row, text, right, why);
}

/* The place of text among the row's forms, or -1. */
static int
find_form(const char *forms, const char *text)
{
	for (int i = 0;; i++) {
		size_t len = strcspn(forms, "|");
		bool open = len > 0 && forms[len - 1] == '*';

		if (open && strncmp(text, forms, len - 1) == 0)
			return i;
		if (!open && strlen(text) == len &&
		    strncmp(text, forms, len) == 0)
			return i;
		if (forms[len] == '\0')
			return -1;
		forms += len + 1;
	}
}

/* "a|b|c" as "a, b or c"; a final * becomes "..." . */
static void
print_forms(char *out, size_t size, const char *forms)
{
	size_t at = 0;

	for (; *forms != '\0' && at + 8 < size; forms++) {
		bool last = strchr(forms + 1, '|') == NULL;

		if (*forms == '|')
			at += (size_t)snprintf(out + at, size - at, "%s",
			    last ? " or " : ", ");
		else if (*forms == '*')
			at += (size_t)snprintf(out + at, size - at, "...");
		else
			out[at++] = *forms;
	}
	out[at] = '\0';
}

static int
take_form(
    struct value *v, const struct setting_row *row, const char *text, char *why)
{
	int found = find_form(row->form, text);
	char right[80];

	if (found < 0 || !text_is_name(text, strlen(text))) {
		print_forms(right, sizeof right, row->form);
		return refuse(row, text, right, why);
	}
	/* The words of a flag are "yes|no", its number the other way round. */
	v->number = (uint64_t)(row->kind == KIND_FLAG ? 1 - found : found);
	return value_add(v, text, strlen(text));
}

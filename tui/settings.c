#include "tui/settings.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/utf8.h"

const struct setting_base settings_base[] = {
#define BASE_SETTING(                                                    \
    key, label, kind, unit, least, most, built_in, query, set, help)     \
	{ key, label, unit, built_in, help, SETTING_##kind, least, most, \
		query, set },
#include "tui/settings.def"
};
const size_t settings_nbase = sizeof settings_base / sizeof *settings_base;

const char *const settings_groups[] = {
#define SETTING_GROUP(title, keys) title,
#include "tui/settings.def"
};

static const char *const group_keys[] = {
#define SETTING_GROUP(title, keys) keys,
#include "tui/settings.def"
};

const char *const settings_origins[] = { "default", "file", "option",
	"runtime" };

static void
safe(char *out, size_t size, const struct layout_text *text)
{
	(void)utf8_safe(out, size, text->bytes, text->len);
}

/* Does one pattern of a group fit? */
static bool
fits(const char *pattern, size_t len, const char *key)
{
	size_t n = strlen(key);

	if (len > 0 && pattern[len - 1] == '*')
		return strncmp(pattern, key, len - 1) == 0;
	if (len > 0 && pattern[0] == '*')
		return n >= len - 1 &&
		       memcmp(key + n - (len - 1), pattern + 1, len - 1) == 0;
	return n == len && memcmp(pattern, key, len) == 0;
}

static unsigned
group_of(const char *key)
{
	unsigned n = sizeof group_keys / sizeof *group_keys;

	for (unsigned i = 0; i < n; i++) {
		const char *at = group_keys[i];

		while (*(at += strspn(at, " ")) != '\0') {
			size_t len = strcspn(at, " ");

			if (fits(at, len, key))
				return i;
			at += len;
		}
	}
	return n - 1;
}

bool
settings_open(struct settings *s)
{
	s->all = calloc(SETTINGS_MOST, sizeof *s->all);
	s->next = calloc(SETTINGS_MOST, sizeof *s->next);
	if (s->all == NULL || s->next == NULL) {
		settings_close(s);
		return false;
	}
	for (size_t i = 0; i < settings_nbase; i++) {
		const struct setting_base *row = &settings_base[i];
		struct setting *one = &s->all[s->n++];

		*one = (struct setting){
			.kind = row->kind,
			.least = row->least,
			.most = row->most,
			.live = true,
			.base = (int)i,
			.group = group_of(row->key),
		};
		layout_text_set(&one->raw, row->key, strlen(row->key));
		(void)snprintf(one->key, sizeof one->key, "%s", row->key);
		(void)snprintf(one->label, sizeof one->label, "%s", row->label);
		(void)snprintf(
		    one->fallback, sizeof one->fallback, "%s", row->built_in);
		(void)snprintf(one->form, sizeof one->form, "%s", row->unit);
		(void)snprintf(
		    one->meaning, sizeof one->meaning, "%s", row->help);
	}
	return true;
}

void
settings_close(struct settings *s)
{
	free(s->all);
	free(s->next);
	*s = (struct settings){ 0 };
}

/* ---- heard */

void
settings_begin(struct settings *s)
{
	s->nnext = 0;
}

static enum setting_kind
kind_of(const char *word)
{
	if (strcmp(word, "count") == 0 || strcmp(word, "bytes") == 0 ||
	    strcmp(word, "seconds") == 0)
		return SETTING_NUMBER;
	if (strcmp(word, "flag") == 0)
		return SETTING_SWITCH;
	return strcmp(word, "choice") == 0 ? SETTING_CHOICE : SETTING_TEXT;
}

/* What was staged and what became of it stays. */
static void
keep(struct setting *one, const struct setting *old)
{
	one->staged = old->staged;
	one->unset = old->unset;
	one->note = old->note;
	memcpy(one->when, old->when, sizeof one->when);
	memcpy(one->next, old->next, sizeof one->next);
	memcpy(one->text, old->text, sizeof one->text);
}

static void
add(struct settings *s, const struct admin_setting *row)
{
	struct setting *one = &s->next[s->nnext], *old;

	*one = (struct setting){
		.raw = row->key,
		.known = true,
		.live = row->effect == 0,
		.origin = row->origin < 4 ? (unsigned)row->origin : 0,
		.least = row->least,
		.most = row->most,
		.base = -1,
	};
	safe(one->key, sizeof one->key, &row->key);
	memcpy(one->label, one->key, sizeof one->label);
	safe(one->value, sizeof one->value, &row->value);
	safe(one->fallback, sizeof one->fallback, &row->fallback);
	safe(one->form, sizeof one->form, &row->form);
	safe(one->meaning, sizeof one->meaning, &row->meaning);
	safe(one->kind_word, sizeof one->kind_word, &row->kind);
	one->kind = kind_of(one->kind_word);
	one->group = group_of(one->key);
	old = settings_find(s, one->key);
	if (old != NULL)
		keep(one, old);
	s->nnext++;
}

void
settings_add(struct settings *s, const struct admin_setting *rows, size_t n)
{
	for (size_t i = 0; i < n && s->nnext < SETTINGS_MOST; i++)
		add(s, &rows[i]);
}

/* By group; in each first what can be changed, in the daemon's order. */
static void
by_group(struct setting *all, size_t n, struct setting *out)
{
	size_t at = 0;
	unsigned groups = sizeof group_keys / sizeof *group_keys;

	for (unsigned g = 0; g < 2 * groups; g++)
		for (size_t i = 0; i < n; i++)
			if (all[i].group == g / 2 &&
			    all[i].live == (g % 2 == 0))
				out[at++] = all[i];
}

void
settings_end(struct settings *s)
{
	by_group(s->next, s->nnext, s->all);
	s->n = s->nnext;
	s->listed = true;
}

void
settings_told(struct settings *s, enum admin_id query, uint64_t value)
{
	for (size_t i = 0; i < s->n; i++) {
		struct setting *one = &s->all[i];

		if (one->base < 0 || settings_base[one->base].query != query)
			continue;
		one->known = true;
		(void)snprintf(one->value, sizeof one->value, "%llu",
		    (unsigned long long)value);
	}
}

struct setting *
settings_find(const struct settings *s, const char *key)
{
	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->all[i].key, key) == 0)
			return &s->all[i];
	return NULL;
}

/* ---- typed */

static bool
check_number(const struct setting *s, const char *text, char *why, size_t size)
{
	char *end;
	unsigned long long value;

	errno = 0;
	value = strtoull(text, &end, 10);
	if (text[0] >= '0' && text[0] <= '9' && *end == '\0' && errno == 0 &&
	    value >= s->least && (s->most == 0 || value <= s->most))
		return true;
	(void)snprintf(why, size, "a whole number from %llu to %llu",
	    (unsigned long long)s->least, (unsigned long long)s->most);
	return false;
}

/* Is it one of the words "a|b|c"? */
static bool
is_word(const char *words, const char *text)
{
	size_t n = strlen(text);

	while (*words != '\0') {
		size_t len = strcspn(words, "|");

		if (len == n && memcmp(words, text, n) == 0)
			return true;
		words += len + (words[len] == '|');
	}
	return false;
}

bool
settings_check(
    const struct setting *s, const char *text, char *why, size_t size)
{
	switch (s->kind) {
	case SETTING_NUMBER:
		return check_number(s, text, why, size);
	case SETTING_SWITCH:
	case SETTING_CHOICE:
		if (is_word(s->form, text))
			return true;
		(void)snprintf(why, size, "%.60s", s->form);
		return false;
	case SETTING_TEXT: /* the daemon knows */
		break;
	}
	return true;
}

void
settings_word(const struct setting *s, const char *now, char *next, size_t size)
{
	const char *at = s->form;
	size_t n = strlen(now);

	while (*at != '\0') {
		size_t len = strcspn(at, "|");
		bool here = len == n && memcmp(at, now, n) == 0;

		at += len + (at[len] == '|');
		if (here)
			break;
	}
	if (*at == '\0')
		at = s->form;
	(void)snprintf(next, size, "%.*s", (int)strcspn(at, "|"), at);
}

static void
put_number(union admin_request *r, enum admin_id id, uint64_t value)
{
	switch (id) {
	case ADMIN_set_buffer_size:
		r->set_buffer_size.buffer_size = value;
		break;
	case ADMIN_set_connection_timeout:
		r->set_connection_timeout.connection_timeout = value;
		break;
	case ADMIN_set_selector_timeout:
		r->set_selector_timeout.selector_timeout = value;
		break;
	case ADMIN_set_dissector:
		r->set_dissector.dissector = value;
		break;
	case ADMIN_set_cleanup:
		r->set_cleanup.cleanup = value;
		break;
	default:
		break;
	}
}

enum admin_id
settings_request(const struct setting *s, bool extended, union admin_request *r)
{
	uint64_t value = strtoull(s->next, NULL, 10);

	if (!extended && s->base >= 0) {
		if (s->kind == SETTING_SWITCH)
			value = strcmp(s->next, "yes") == 0;
		put_number(r, settings_base[s->base].set, value);
		return settings_base[s->base].set;
	}
	if (s->unset) {
		r->unset.key = s->raw;
		return ADMIN_unset;
	}
	r->set.key = s->raw;
	layout_text_set(&r->set.value, s->next, strlen(s->next));
	return ADMIN_set;
}

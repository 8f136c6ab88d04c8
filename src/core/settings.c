#include "core/settings.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/closest.h"
#include "core/setting_value.h"

const struct setting_row setting_rows[SETTINGS_COUNT] = {
#define SETTING(                                                          \
    id, key, kind, fallback, depends, least, most, form, effect, meaning) \
	{ key, KIND_##kind, fallback, depends, least, most, form,         \
		EFFECT_##effect, meaning },
#include "core/settings.def"
};

const char *const setting_origins[ORIGINS_COUNT] = { "default", "file",
	"option", "runtime" };

struct settings {
	struct setting_value layers[ORIGINS_COUNT][SETTINGS_COUNT];
};

/* ---- keys */

static int
unknown(const char *key, char why[SETTING_WHY])
{
	char shown[SETTING_SHOWN + 8], meant[64];
	struct closest c = { 0 };

	for (size_t i = 0; i < SETTINGS_COUNT; i++)
		closest_try(&c, key, strlen(key), setting_rows[i].key);
	setting_quote(shown, key);
	if (closest_say(&c, meant, sizeof meant) == 0)
		(void)snprintf(meant, sizeof meant, "; see socks5d.conf(5)");
	(void)snprintf(why, SETTING_WHY, "%s is not a setting%s", shown, meant);
	return -ENOENT;
}

int
settings_find(const char *key)
{
	for (int i = 0; i < SETTINGS_COUNT; i++)
		if (strcmp(setting_rows[i].key, key) == 0)
			return i;
	return -1;
}

/* ---- sets */

static int
set_default(struct settings *s, size_t id)
{
	struct setting_value *v = &s->layers[ORIGIN_DEFAULT][id];
	char why[SETTING_WHY];

	setting_value_clear(v);
	v->set = true;
	/* A default that is no value would be our own bug; a test walks all. */
	return setting_value_take(
	    v, &setting_rows[id], setting_rows[id].fallback, why);
}

struct settings *
settings_new(void)
{
	struct settings *s = calloc(1, sizeof *s);

	for (size_t i = 0; s != NULL && i < SETTINGS_COUNT; i++)
		if (set_default(s, i) < 0) {
			settings_free(s);
			s = NULL;
			errno = ENOMEM;
		}
	return s;
}

struct settings *
settings_copy(const struct settings *from)
{
	struct settings *s = calloc(1, sizeof *s);

	for (size_t o = 0; s != NULL && o < ORIGINS_COUNT; o++)
		for (size_t i = 0; i < SETTINGS_COUNT; i++)
			if (setting_value_copy(
				&s->layers[o][i], &from->layers[o][i]) < 0) {
				settings_free(s);
				errno = ENOMEM;
				return NULL;
			}
	return s;
}

void
settings_free(struct settings *s)
{
	if (s == NULL)
		return;
	for (size_t o = 0; o < ORIGINS_COUNT; o++)
		for (size_t i = 0; i < SETTINGS_COUNT; i++)
			setting_value_clear(&s->layers[o][i]);
	free(s);
}

/* From the file and the command line a list grows. */
static int
add_to_list(struct setting_value *v, const struct setting_row *row,
    const char *text, char why[SETTING_WHY])
{
	size_t count = v->count;
	int err = setting_value_take(v, row, text, why);

	if (err < 0)
		setting_value_cut(v, count);
	else
		v->set = true;
	return err;
}

static int
replace(struct setting_value *v, const struct setting_row *row,
    const char *text, char why[SETTING_WHY])
{
	struct setting_value new = { .set = true };
	int err = setting_value_take(&new, row, text, why);

	if (err < 0) {
		setting_value_clear(&new);
		return err;
	}
	setting_value_clear(v);
	*v = new;
	return 0;
}

int
settings_set(struct settings *s, enum setting_origin origin, const char *key,
    const char *text, char why[SETTING_WHY])
{
	int id = settings_find(key), err;
	bool grows = origin == ORIGIN_FILE || origin == ORIGIN_OPTION;
	const struct setting_row *row;

	if (id < 0)
		return unknown(key, why);
	row = &setting_rows[id];
	if (grows && setting_is_list(row->kind))
		err = add_to_list(&s->layers[origin][id], row, text, why);
	else
		err = replace(&s->layers[origin][id], row, text, why);
	if (err == -ENOMEM)
		snprintf(why, SETTING_WHY, "%s: out of memory", key);
	return err;
}

int
settings_unset(struct settings *s, enum setting_origin origin, const char *key)
{
	int id = settings_find(key);

	if (id < 0 || !s->layers[origin][id].set)
		return -ENOENT;
	if (origin == ORIGIN_DEFAULT)
		return set_default(s, (size_t)id);
	setting_value_clear(&s->layers[origin][id]);
	return 0;
}

void
settings_clear(struct settings *s, enum setting_origin origin)
{
	for (size_t i = 0; i < SETTINGS_COUNT; i++)
		(void)settings_unset(s, origin, setting_rows[i].key);
}

void
settings_move(
    struct settings *to, struct settings *from, enum setting_origin origin)
{
	for (size_t i = 0; i < SETTINGS_COUNT; i++) {
		setting_value_clear(&to->layers[origin][i]);
		to->layers[origin][i] = from->layers[origin][i];
		memset(&from->layers[origin][i], 0,
		    sizeof from->layers[origin][i]);
	}
}

/* ---- what holds */

enum setting_origin
settings_origin(const struct settings *s, enum setting_id id)
{
	int o = ORIGINS_COUNT - 1;

	while (o > ORIGIN_DEFAULT && !s->layers[o][id].set)
		o--;
	return (enum setting_origin)o;
}

static const struct setting_value *
holds(const struct settings *s, enum setting_id id)
{
	return &s->layers[settings_origin(s, id)][id];
}

uint64_t
settings_number(const struct settings *s, enum setting_id id)
{
	return holds(s, id)->number;
}

const char *
settings_text(const struct settings *s, enum setting_id id)
{
	const struct setting_value *v = holds(s, id);

	return v->count > 0 ? v->items[0] : "";
}

const char *const *
settings_list(const struct settings *s, enum setting_id id, size_t *count)
{
	const struct setting_value *v = holds(s, id);

	*count = v->count;
	return (const char *const *)v->items;
}

size_t
settings_print(
    const struct settings *s, enum setting_id id, char text[SETTING_TEXT])
{
	return setting_value_print(
	    holds(s, id), setting_rows[id].kind, text, SETTING_TEXT);
}

bool
settings_same(
    const struct settings *a, const struct settings *b, enum setting_id id)
{
	return setting_value_same(holds(a, id), holds(b, id));
}

size_t
settings_restart(const struct settings *before, const struct settings *after,
    enum setting_id ids[SETTINGS_COUNT])
{
	size_t n = 0;

	for (int i = 0; i < SETTINGS_COUNT; i++)
		if (setting_rows[i].effect == EFFECT_RESTART &&
		    !settings_same(before, after, (enum setting_id)i))
			ids[n++] = (enum setting_id)i;
	return n;
}

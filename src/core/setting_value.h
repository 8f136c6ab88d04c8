/*
 * One value of a setting: reading it from text as its row wants it, printing,
 * comparing. Used by core/settings.c alone.
 */

#ifndef CORE_SETTING_VALUE_H
#define CORE_SETTING_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/settings.h"

enum {
	SETTING_WHY = 160,
	SETTING_ITEMS = 32, /* in one list, but of rules any number */
};

struct setting_value {
	bool set;
	uint64_t number;
	size_t count; /* items of a list; 1 for a text */
	size_t room;  /* for items */
	char **items; /* owned, as what they point to */
};

/* A list may be added to; anything else is replaced as a whole. */
bool setting_is_list(enum setting_kind);

/*
 * Read text into an empty value, or add it to a list: 0, -ENOMEM, or -EINVAL
 * with why filled in; then some items may have been added, see
 * setting_value_cut().
 */
int setting_value_take(struct setting_value *, const struct setting_row *,
    const char *text, char why[SETTING_WHY]);

/* Fill an empty value; 0 or -ENOMEM, and then it is empty again. */
int setting_value_copy(struct setting_value *, const struct setting_value *);

bool
setting_value_same(const struct setting_value *, const struct setting_value *);

/*
 * As the file would have it; returns the length it needs. What does not fit is
 * left out by whole items, with "..." in their place.
 */
size_t setting_value_print(
    const struct setting_value *, enum setting_kind, char *text, size_t size);

/* The text in quotes, made safe and cut: for messages. */
enum { SETTING_SHOWN = 64 };
void setting_quote(char out[SETTING_SHOWN + 8], const char *text);

/* Forget the items behind the first `count`. */
void setting_value_cut(struct setting_value *, size_t count);

void setting_value_clear(struct setting_value *);

#endif

/* The word that somebody may have meant who typed another. Pure; any thread. */

#ifndef BASE_CLOSEST_H
#define BASE_CLOSEST_H

#include <stddef.h>

/* The best so far; all zeros: none. */
struct closest {
	const char *word; /* NULL: nothing is like what was typed */
	size_t distance;  /* octets to put in, leave out or change */
};

/*
 * Compare what was typed with a word, which must live as long as the struct.
 * Of two that are as near, the longer one: more of it is right.
 */
void closest_try(
    struct closest *, const char *typed, size_t typed_len, const char *word);

/* "; is WORD meant?", escaped, or "" if nothing is like it. The length. */
size_t closest_say(const struct closest *, char *out, size_t size);

/* The same of words in one text, with blanks between them. */
size_t closest_of(const char *words, const char *typed, char *out, size_t size);

#endif

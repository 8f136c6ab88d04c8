/*
 * A line a person types, as words, and words as commands of proto/admin.def.
 * Pure; one thread.
 */

#ifndef CTL_WORDS_H
#define CTL_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "proto/admin.h"

enum {
	WORDS_MOST = 32, /* in one command */
};

/*
 * Cut a line into words at blanks, in place; '...' and "..." keep blanks.
 * Returns how many, or -1: too many, or a quote is not closed.
 */
int words_split(char *line, char *words[WORDS_MOST]);

/*
 * Where the last word of a line that is being typed begins: its end behind a
 * blank. The quote that is open in it, or '\0'.
 */
size_t words_last(const char *line, char *quote);

/*
 * Write a word as words_split() reads it: as it is, or in quotes. With `open`
 * more of it is to come: what was opened is not closed. Returns its length.
 */
enum { WORDS_QUOTED = 3 * 255 + 1 }; /* room for 255 octets */
size_t words_quote(char out[WORDS_QUOTED], const char *word, bool open);

/* The words with a blank between each two; free() it. NULL: out of memory. */
char *words_join(char *const words[], size_t n);

/* How many words of `row` the first words typed are; 0: they differ. */
size_t words_match(const char *row, char *const words[], size_t n);

/* Do a command's words begin with all the words typed, and go on? */
bool words_in_group(const char *row, char *const words[], size_t n);

/* What the words begin with. */
struct words_found {
	enum admin_id id;  /* ADMIN_COMMANDS: no command */
	size_t used;       /* how many of the words are its own; 0 then */
	const char *value; /* of its first field, from other words; or NULL */
};

/*
 * The command of one protocol; of several that with the most words, so that
 * "get running" is not "get" of a key "running".
 */
struct words_found
words_find(char *const words[], size_t n, enum admin_form form);

/* Has a protocol a code for that command? */
bool words_form_has(enum admin_form form, enum admin_id);

/* What to say of a command or a field that it has not. */
const char *words_lacks(enum admin_form form);

#endif

/*
 * What may come next in a command that is being typed: the words of commands
 * and what is told about them (proto/admin.def), and values, as far as somebody
 * knows them. Nothing is allocated. One thread.
 */

#ifndef CTL_NEXT_H
#define CTL_NEXT_H

#include "ctl/words.h"

enum { NEXT_SEEN = 256, NEXT_WORD = 80 };

struct next {
	char *const *words; /* of the command, before the last word */
	size_t n;
	const char *last; /* what is there of the word being typed; "" */
	enum admin_form form;

	/* A word that goes on what was typed, and its meaning or "". */
	void (*put)(struct next *, const char *word, const char *help);

	/*
	 * Call next_row() with each row of a list, `request` being all that it
	 * is asked for; NULL: nobody knows.
	 */
	void (*list)(struct next *, enum admin_id list, const void *request);

	/* The field that is typed now, whatever it may be; NULL: none. */
	const struct layout_field *field;

	/* of next.c */
	const struct layout_field *key; /* of the rows; NULL: their form */
	char seen[NEXT_SEEN][64];       /* first words told already */
	size_t nseen;
};

/* Tell all that may come next; the rest of the struct is zeroed before. */
void next_words(struct next *);
void next_row(struct next *, const void *row);

/* Tell a word that others know, if it goes on what was typed. */
void next_put(struct next *, const char *word, const char *help);

/* "red green" or "red|green": each of them, behind `before`. */
void next_put_each(struct next *, const char *words, const char *before);

#endif

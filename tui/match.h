/*
 * A filter as people type it: words parted by blanks, all of which a row must
 * contain, in any case of letters. "one|other" is either, "!word" must not be
 * there, "column=word" looks in one column alone, "column!=word" is
 * "!column=word". In quotes of either kind a word may have blanks, and | is
 * itself; column="words" is that text and no other, in its case. Any thread.
 */

#ifndef TUI_MATCH_H
#define TUI_MATCH_H

#include <stdbool.h>
#include <stddef.h>

enum { MATCH_TERMS = 8, MATCH_TEXT = 64 };

struct match_term {
	const char *word; /* the first, inside text; in small letters */
	int nwords;       /* one behind the other: any of them will do */
	int column;       /* -1: any */
	bool absent;
	bool whole; /* as it was typed, and nothing else may be there */
};

struct match {
	struct match_term terms[MATCH_TERMS];
	int n;
	char text[MATCH_TEXT];
};

/* columns: their names, NULL at the end. Words behind the eighth are dropped.
 */
void match_read(struct match *, const char *filter, const char *const *columns);

/* Does a row with these texts, one for each column, pass? */
bool match_row(const struct match *, const char *const *texts, int n);

/* Is the word, in small letters, in one of n texts? */
bool match_has_any(const char *const *texts, int n, const char *word);

/* Is the word, in small letters, in the text? */
bool match_has(const char *text, const char *word);

#endif

/* The command line: what is typed, what it could become, what it does. */

#ifndef TUI_ACT_COMMAND_H
#define TUI_ACT_COMMAND_H

#include "ctl/words.h"
#include "tui/act.h"

enum { COMMAND_WORD = 80, COMMAND_VERBS = 4 };

/* Words of the console that take a text. */
struct command_verb {
	const char *word, *help;
	void (*act)(struct model *, const char *text);
};

extern const struct command_verb command_verbs[COMMAND_VERBS];

/* The protocol whose commands the daemon at hand has. */
enum admin_form command_form(const struct model *);

/*
 * Tell each word, as it is without quotes, that the last one typed could
 * become, until put() says false. Returns the field that is typed there, or
 * NULL: it explains itself.
 */
const struct layout_field *
command_candidates(const struct model *, const char *typed,
    bool (*put)(const char *word, const char *help, void *arg), void *arg);

/* The console's own word that is spelled most like it; false: none is. */
bool
command_nearest(const struct model *, const char *word, char own[COMMAND_WORD]);

/* As much of the last word as all candidates have in common, in quotes if it
 * needs them; nothing if that is more than fits in. */
void command_complete(struct model *);

/* A line that was typed, and the ones before: further back each time. */
void command_remember(struct model *, const char *line);
void command_recall(struct model *);

#endif

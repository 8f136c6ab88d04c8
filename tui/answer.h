/*
 * What the daemon answers to a command of socks5ctl that was typed: asked one
 * part after the other, printed as socks5ctl does, shown in a window that
 * scrolls. A part of update(); views only read it.
 */

#ifndef TUI_ANSWER_H
#define TUI_ANSWER_H

#include "ctl/job.h"

struct model;
struct event;
struct effects;
struct key;

struct answer {
	struct job *job; /* owned; NULL: help, which nobody was asked for */
	char title[80];
	bool out;     /* asked, not answered whole */
	bool cut;     /* there were more rows than are shown */
	unsigned tag; /* of the part that is asked */
	size_t at;    /* the part that is asked */
	char *rows;   /* of a list; owned */
	size_t count;
	char *help; /* as socks5ctl prints it, in place of a job; owned */

	/* as it is shown */
	char *text; /* lines that end in '\n'; owned */
	size_t lines;
	int widest; /* columns */
	int top;
};

/* Ask it; takes the job. Its window opens at once. */
void answer_open(struct model *, struct job *, struct effects *);

/* The part that was asked is answered, or a page of it. */
void answer_told(struct model *, const struct event *, struct effects *);

/* socks5ctl's help of the commands that begin with these words. */
void answer_help(struct model *, char *const words[], size_t n);

/* The window has another size. */
void answer_lay(struct model *);

void answer_key(struct model *, struct key, struct effects *);
void answer_close(struct model *);
void answer_free(struct answer *);

/* Where the line with that number begins; NULL: there is none. */
const char *answer_line(const struct answer *, int line);

/* Lines of it that a screen of that height shows. */
int answer_visible(int h);

#endif

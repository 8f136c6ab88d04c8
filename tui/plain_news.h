/*
 * What happens by itself, as "ANN:" lines between those of a conversation: what
 * the daemon tells, and that the connection goes and comes. One thread.
 */

#ifndef TUI_PLAIN_NEWS_H
#define TUI_PLAIN_NEWS_H

#include <event2/event.h>

#include "tui/talk.h"

/* All 0 to begin with. */
struct plain_news {
	struct talk *talk; /* borrowed */
	struct event *watch;
	bool prompting; /* a prompt stands at the begin of the line: */
	char prompt[200];
	bool lost;
	bool ends, over; /* a lost daemon is the end; it is lost */
	struct admin_overview seen;
	bool has_seen;
};

/* From now on, while the loop of an open talk runs; false without memory. */
bool plain_news_open(struct plain_news *, struct talk *, bool ends);
void plain_news_close(struct plain_news *);

#endif

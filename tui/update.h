/*
 * What happens to the console, and what it then wants done. Pure: nothing here
 * reads a clock, a terminal or a socket.
 */

#ifndef TUI_UPDATE_H
#define TUI_UPDATE_H

#include "base/secret.h"
#include "tui/model.h"

enum event_kind {
	EVENT_TICK, /* time passed */
	EVENT_KEY,
	EVENT_RESIZE,
	EVENT_UP,     /* logged in */
	EVENT_DOWN,   /* not connected, or no longer */
	EVENT_ANSWER, /* to a part of a poll, or a page of a list */
	EVENT_POLLED, /* all figures are answered */
	EVENT_DONE,   /* a change is answered */
	EVENT_SAVED,  /* what EFFECT_SAVE became */
	EVENT_MOUSE,  /* key: a click or a wheel, as it came */
	EVENT_NODE,   /* another daemon told its figures, or went */
};

struct event {
	enum event_kind kind;
	uint64_t now;      /* monotonic ms, never 0 */
	uint64_t wall;     /* Unix seconds; 0: not told */
	const char *clock; /* HH:MM:SS */
	struct key key;
	struct spot spot; /* MOUSE: what the click was on */
	int w, h;
	const char *why; /* DOWN, DONE: for people; SAVED: where, or why not */
	bool refused;    /* DOWN: the login was; SAVED: nothing was saved */

	/* UP: what the server said; NULL: the base protocol only */
	const struct admin_hello *hello;
	const bool *knows; /* by command; goes with hello */

	/* ANSWER, DONE */
	enum admin_id id;
	enum admin_status status;
	uint64_t value;   /* an answer of one number; SAVED: rows */
	const void *rows; /* struct admin_<answer>[count] */
	size_t count;
	bool first, more;               /* pages: the first, not the last */
	const struct layout_text *name; /* of ADMIN_user_connections */
	unsigned tag; /* DONE; NODE: its number; SAVED: the field to mend */
	const struct node_news *node; /* NODE */

	/* POLLED */
	double rtt_ms;
	uint64_t at; /* when the figures were true */
};

enum effect_kind {
	EFFECT_CONNECT,   /* as the login says */
	EFFECT_RECONNECT, /* once more the same way */
	EFFECT_POLL,      /* the figures */
	EFFECT_READ,      /* a list, page by page; answered by EVENT_ANSWER */
	EFFECT_ASK,       /* answered by EVENT_DONE with the tag */
	EFFECT_NODES,     /* ask the other daemons; each has its EVENT_NODE */
	EFFECT_NODES_END, /* hang up on them */
	EFFECT_SUSPEND,
	EFFECT_REDRAW,
	EFFECT_LOOKS, /* as theme and glyphs in the model say */
	EFFECT_MOUSE, /* model.mouse is another */
	EFFECT_COPY,  /* effects.copy to the terminal's clipboard */
	EFFECT_SAVE,  /* the view's rows, as the form says */
	EFFECT_QUIT,
};

struct effect {
	enum effect_kind kind;
	bool sessions;    /* POLL over the base protocol: those of each user */
	enum admin_id id; /* READ, ASK */
	unsigned tag;     /* ASK */
	union admin_request request;
};

enum { EFFECTS_MOST = 32 };

struct effects {
	size_t n;
	struct effect list[EFFECTS_MOST];
	/* CONNECT; known: with the password the console was started with */
	char endpoint[FIELD_MOST + 1], user[FIELD_MOST + 1];
	bool known;
	struct secret password;
	/* COPY; "": the row under the cursor, as it is shown */
	char copy[1024];
};

/* Effects are added to those already there. */
void update(struct model *, const struct event *, struct effects *);

/* How many ms to wait before one tries to connect again: doubled with each
   failure up to a limit, and a fifth more or less so that consoles disperse. */
uint64_t update_backoff(unsigned failures, uint64_t now);

/* Wipe and empty. */
void effects_wipe(struct effects *);

#endif

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
	EVENT_ANSWER, /* to a part of a poll */
	EVENT_POLLED, /* a whole poll is answered */
	EVENT_DONE,   /* a change is answered */
};

struct event {
	enum event_kind kind;
	uint64_t now;      /* monotonic ms, never 0 */
	const char *clock; /* HH:MM:SS */
	struct key key;
	int w, h;
	const char *why; /* DOWN: for people */
	bool refused;    /* DOWN: the login was */

	/* ANSWER, DONE */
	enum admin_id id;
	enum admin_status status;
	uint64_t value;                    /* an answer of one number */
	const struct admin_user_row *rows; /* of ADMIN_user_list */
	size_t count;
	const struct layout_text *name; /* of ADMIN_user_connections */
	unsigned tag;                   /* DONE */

	/* POLLED */
	double rtt_ms;
	uint64_t at; /* when the figures were true */
};

enum effect_kind {
	EFFECT_CONNECT,   /* as the login says */
	EFFECT_RECONNECT, /* once more the same way */
	EFFECT_POLL,
	EFFECT_ASK, /* answered by EVENT_DONE with the tag */
	EFFECT_SUSPEND,
	EFFECT_REDRAW,
	EFFECT_QUIT,
};

struct effect {
	enum effect_kind kind;
	bool users, sessions; /* POLL: list users; sessions of each */
	enum admin_id id;     /* ASK */
	unsigned tag;
	union admin_request request;
};

enum { EFFECTS_MOST = 24 };

struct effects {
	size_t n;
	struct effect list[EFFECTS_MOST];
	/* CONNECT */
	char endpoint[FIELD_MOST + 1], user[FIELD_MOST + 1];
	struct secret password;
};

/* Effects are added to those already there. */
void update(struct model *, const struct event *, struct effects *);

/* Wipe and empty. */
void effects_wipe(struct effects *);

#endif

/*
 * All that the console knows, as plain data: no curses, no sockets, no clock.
 *
 * update() is the only function that changes it: an event in, effects out, the
 * time is part of the event. Views draw it and change nothing. Names that came
 * from the network are made safe once, where they enter here. One thread.
 */

#ifndef TUI_MODEL_H
#define TUI_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/endpoint.h"
#include "proto/admin.h"
#include "tui/canvas.h"
#include "tui/form.h"
#include "tui/input.h"
#include "tui/keys.h"
#include "tui/ring.h"

enum {
	MODEL_SHOWN = 256, /* room for a name made safe */
	MODEL_EVENTS = 64,
	MODEL_WRITES = 16,      /* changes under way at once */
	MODEL_GUARD_MS = 300,   /* a question ignores keys this long */
	MODEL_SILENT_MS = 5000, /* an answer this late is shown as age */
	MODEL_WINDOWS = 6,
};

enum view {
	VIEW_DASH,
	VIEW_SESSIONS,
	VIEW_USERS,
	VIEW_SETTINGS,
	VIEW_LOGS,
	VIEW_FINDINGS,
	VIEW_COUNT,
};

/* ---- what the daemon told */

enum series {
	SERIES_IN,       /* octets a second that the daemon read */
	SERIES_OUT,      /* and wrote */
	SERIES_SESSIONS, /* open now */
	SERIES_NEW,      /* sessions begun, a second */
	SERIES_USERS,    /* users with a session */
	SERIES_COUNT,
};

struct user {
	struct layout_text name; /* as it travels; the id */
	char shown[MODEL_SHOWN]; /* safe for a screen */
	int32_t sessions;        /* -1: not known */
	bool admin;              /* known to be one: added here, or oneself */
	bool regular;            /* known to be none */
	bool here;               /* this console added it */
};

struct users {
	struct user *all; /* by name; owned */
	uint32_t *order;  /* what is shown, as indexes of all; owned */
	size_t count, shown, room;
	bool listed; /* the list was heard at least once */
};

struct data {
	uint64_t value[ADMIN_COMMANDS]; /* answers of one number */
	bool known[ADMIN_COMMANDS];
	uint64_t at; /* when these were true; 0: nothing heard yet */
	struct ring rings[SERIES_COUNT];
	struct users users;
};

/* ---- the connection */

enum link_state {
	LINK_CONNECTING, /* for the first time, or elsewhere */
	LINK_UP,
	LINK_LOST,    /* was up; tried again and again */
	LINK_REFUSED, /* the login: a person must do something */
	LINK_FAILED,  /* never was up; tried again as LOST is */
};

struct link {
	enum link_state state;
	char endpoint[ENDPOINT_TEXT];
	char user[MODEL_SHOWN]; /* safe; "" for the local administrator */
	char why[160];          /* it is down */
	bool was_up;
	uint64_t since;    /* of this state */
	uint64_t retry_at; /* 0: not under way */
	unsigned failures, reconnects;
	double rtts[8]; /* of the last polls, in ms */
	unsigned nrtts;
};

/* ---- settings */

enum setting_id {
#define SETTING(id, ...) SETTING_##id,
#include "tui/settings.def"
	SETTING_COUNT,
};

enum setting_kind {
	SETTING_NUMBER,
	SETTING_SWITCH,
};

struct setting_row {
	const char *group, *label, *unit, *help;
	enum setting_kind kind;
	uint64_t least, most, built_in;
	enum admin_id query, set;
};

extern const struct setting_row setting_rows[SETTING_COUNT];

enum setting_note {
	NOTE_NONE,
	NOTE_SENDING,
	NOTE_OK,
	NOTE_REFUSED,
};

struct setting {
	bool known;
	uint64_t value;
	char when[12]; /* when it was set from here; "" if it was not */
	bool staged;
	uint64_t next; /* the staged value */
	enum setting_note note;
	char text[80]; /* of the note */
};

/* ---- what is on top of a view */

enum overlay {
	OVERLAY_NONE,
	OVERLAY_FORM,
	OVERLAY_CONFIRM,
	OVERLAY_HELP,
};

enum confirm_kind {
	CONFIRM_USER_DEL,
	CONFIRM_QUIT,
};

/* What it will do is fixed when it opens; rows may move beneath it. */
struct confirm {
	enum confirm_kind kind;
	struct layout_text name; /* the account it is about */
	char shown[MODEL_SHOWN];
	uint64_t opened;
};

struct help {
	char filter[32];
	size_t len;
	int row; /* the highlighted one of those shown */
	bool all;
};

enum level {
	LEVEL_INFO,
	LEVEL_GOOD,
	LEVEL_WARN,
	LEVEL_BAD,
};

struct note {
	char clock[12];
	enum level level;
	char text[160];
};

/* A change that was asked for and not answered yet. */
struct write {
	bool used;
	enum admin_id id;
	struct layout_text name;
	char shown[MODEL_SHOWN];
	bool admin;    /* a user to be added is to be one */
	int setting;   /* its row */
	uint64_t next; /* its value */
};

struct list {
	struct layout_text id; /* the selected row */
	int row, top;
	bool by_sessions, reverse;
	char filter[64];
};

struct model {
	int w, h;
	uint64_t now; /* monotonic ms */
	char clock[12];
	bool read_only, touched;

	struct link link;
	struct data live, frozen;
	bool paused;
	double in_now, out_now, new_now; /* the last rates; NAN: none */

	/* asking */
	unsigned interval_ms;
	bool polling; /* a flight is out */
	uint64_t polled_at, poll_at;
	unsigned polls;
	bool want_users;       /* list them in the next flight */
	bool no_user_sessions; /* this server cannot tell */
	struct data incoming;  /* only value, known */
	struct write writes[MODEL_WRITES];

	/* the screen */
	enum view view;
	enum overlay overlay;
	struct form form;
	struct confirm confirm;
	struct help help;
	struct list list;
	struct setting settings[SETTING_COUNT];
	int setting;
	unsigned window;
	bool logarithmic;
	struct note toast;
	uint64_t toast_until;
	struct note events[MODEL_EVENTS];
	unsigned nevents; /* ever; the ring keeps the last ones */
};

extern const unsigned model_windows[MODEL_WINDOWS]; /* seconds */
extern const char *const model_window_names[MODEL_WINDOWS];
extern const char *const view_names[VIEW_COUNT];

/* Which views this console can fill over the base protocol. */
bool view_offered(enum view);

/* Start: connecting to that endpoint as that user. */
void model_open(struct model *, const char *endpoint, const char *user);
void model_close(struct model *);

/* What views show: live, or frozen while paused. */
const struct data *model_data(const struct model *);

/* The selected user, or NULL. */
const struct user *model_user(const struct model *);

/* The median round trip of the last polls in ms; NAN if there is none. */
double model_rtt(const struct model *);

int model_staged(const struct model *);
int model_writing(const struct model *);

/* When update() wants an EVENT_TICK next, in the clock of the events. */
uint64_t model_wake(const struct model *);

/* Rows of a view's table on a screen this high; for paging. */
int model_page(const struct model *);

/* ---- for the parts of update() */

void model_say(struct model *, enum level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void model_log(struct model *, enum level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Make a name safe for the screen. */
void model_safe(char out[MODEL_SHOWN], const struct layout_text *);

bool model_same(const struct layout_text *, const struct layout_text *);

#endif

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
#include "tui/alerts.h"
#include "tui/answer.h"
#include "tui/canvas.h"
#include "tui/findings.h"
#include "tui/form.h"
#include "tui/input.h"
#include "tui/keys.h"
#include "tui/latency.h"
#include "tui/lines.h"
#include "tui/listeners.h"
#include "tui/nodes.h"
#include "tui/plan.h"
#include "tui/ring.h"
#include "tui/rules_list.h"
#include "tui/sessions.h"
#include "tui/settings.h"
#include "tui/trail.h"
#include "tui/users.h"

enum {
	MODEL_SHOWN = USERS_SHOWN,
	MODEL_EVENTS = 64,
	MODEL_WRITES = 16,      /* changes under way at once */
	MODEL_GUARD_MS = 300,   /* a question ignores keys this long */
	MODEL_SILENT_MS = 5000, /* an answer this late is shown as age */
	MODEL_UNDO_MS = 60000,
	MODEL_UNDOS = 16,
	MODEL_WINDOWS = 6,
	MODEL_FILTER = 64,
	EDIT_STEPS = 10,
	COMMANDS_KEPT = 16, /* lines typed */
};

enum view {
	VIEW_DASH,
	VIEW_SESSIONS,
	VIEW_USERS,
	VIEW_SETTINGS,
	VIEW_LOGS,
	VIEW_FINDINGS,
	VIEW_RULES,
	VIEW_NODES,
	VIEW_COUNT,
};

/* ---- what the daemon told */

enum figure {
#define FIGURE(id, ...) FIGURE_##id,
#include "tui/figures.def"
	FIGURES,
};

enum series {
	SERIES_IN,  /* octets a second from clients; base: that were read */
	SERIES_OUT, /* to clients; base: that were written */
	SERIES_SESSIONS, /* open now */
	SERIES_NEW,      /* sessions begun, a second */
	SERIES_USERS,    /* users with a session */
	SERIES_FAILED,   /* requests and logins refused, a minute */
	SERIES_SETUP,    /* ms in which 95 of 100 sessions were set up */
	SERIES_COUNT,
};

enum { REASONS = 11 }; /* rows of tui/reasons.def */

struct reason_row {
	const char *metric, *label;
};

extern const struct reason_row reason_rows[REASONS];

struct data {
	uint64_t value[FIGURES];
	bool known[FIGURES];
	uint64_t at;    /* when these were true; 0: nothing heard yet */
	uint64_t clock; /* the daemon's own, in microseconds; 0: not told */
	struct ring rings[SERIES_COUNT];
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

	/* what the server said of itself; nothing of it over the base protocol
	 */
	bool extended, observer;
	char node[64], program[64]; /* safe */
	bool knows[ADMIN_COMMANDS];
};

/* A list that is read page by page. */
struct reading {
	bool out;    /* asked, its last page is not here yet */
	bool torn;   /* one of its pages was left out: all behind it are */
	bool want;   /* as soon as may be */
	uint64_t at; /* when it was read last */
};

/* ---- other daemons */

enum node_state {
	NODE_UNKNOWN,
	NODE_UP,
	NODE_DOWN,
	NODE_LOGIN, /* wants one that the console does not have */
};

struct node_news {
	enum node_state state;
	bool stopped;
	uint64_t sessions, most, up, down;
	uint64_t at; /* ms; 0: never */
};

struct node_row {
	struct node node;
	struct node_news news;
	double up_rate, down_rate; /* octets a second; NAN: not known */
	char why[80];              /* it is not up */
};

/* ---- what is on top of a view */

enum overlay {
	OVERLAY_NONE,
	OVERLAY_FORM,
	OVERLAY_CONFIRM,
	OVERLAY_HELP,
	OVERLAY_MENU, /* of the server */
	OVERLAY_COLUMNS,
	OVERLAY_SORT,
	OVERLAY_SETUP,
	OVERLAY_ANSWER,
	OVERLAY_CONFLICT, /* a form is below it */
};

enum confirm_kind {
	CONFIRM_USER_DEL,
	CONFIRM_USER_OFF, /* closes its sessions */
	CONFIRM_SESSION_KILL,
	CONFIRM_USER_CLEAR, /* all sessions of users */
	CONFIRM_FINDINGS_CLEAR,
	CONFIRM_RULE_DEL,
	CONFIRM_SESSION_ALL, /* all that fit a filter */
	CONFIRM_STOP,        /* of the server: these three */
	CONFIRM_STOP_ALL,
	CONFIRM_RESET,
	CONFIRM_QUIT,
};

/* What an action is about, as it was when its question opened. */
struct target {
	uint64_t id;             /* a session's, a rule's */
	uint64_t revision;       /* an account's */
	struct layout_text name; /* as it travels */
};

/* What it will do is fixed when it opens; rows may move beneath it. */
struct confirm {
	enum confirm_kind kind;
	struct target *targets; /* owned */
	size_t n;
	size_t room;
	const char *word; /* to type; NULL or "": y is enough */
	char typed[16];   /* of it */
	uint64_t opened;
};

/* What can be done with the server as a whole. */
enum server_id {
#define SERVER(id, ...) SERVER_##id,
#include "tui/server.def"
	SERVER_ROWS,
};

struct server_row {
	char key;
	const char *label, *word;
	enum confirm_kind confirm;
	enum admin_id needs;
};

extern const struct server_row server_rows[SERVER_ROWS];

/* Many commands, a few at a time. */
struct batch {
	struct plan plan; /* empty: none is under way */
	struct plan back; /* what takes back those that were done */
	size_t sent, done, failed;
	char one[160], many[160]; /* what becomes of them, in words */
	bool undoing;
	char why[160]; /* of the last failure */
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
	uint64_t time;  /* Unix seconds; 0: not told */
	uint64_t shape; /* lines_shape() of text */
	char clock[12];
	enum level level;
	char text[160];
};

/* What is said on the prompt line, and above it if it is long. */
struct toast {
	enum level level;
	uint64_t until;
	char text[600];
};

/* A change that was asked for and not answered yet. */
struct write {
	bool used;
	bool quiet;   /* part of a batch, which says it all */
	bool editing; /* a step of the edit */
	bool undoing;
	bool typed; /* a command that looks: its answer has a window */
	enum admin_id id;
	struct layout_text name;
	char shown[MODEL_SHOWN];
	char now[MODEL_SHOWN];      /* for people: what it becomes */
	unsigned role;              /* of a user to be added */
	unsigned together;          /* undone with others of that number */
	struct layout_text setting; /* its key */
	bool undoable;
	enum admin_id inverse;
	union admin_request undo;
};

/* Changes of one account that a form asks for: one is sent after the other. */
struct edit {
	struct {
		enum admin_id id;
		int field; /* of the form, for a refusal */
		union admin_request request;
	} steps[EDIT_STEPS];
	int n, at;                /* n == 0: none is under way */
	struct plan back;         /* what takes back the steps that were done */
	struct user was;          /* as it was when the form opened */
	struct layout_text moved; /* its name now, if another gave it one */
	struct user theirs;       /* as it is there, after a conflict */
	uint64_t asked;           /* when that was shown */
	bool added;               /* just now: this is about its limits */
	bool stale;               /* somebody changed it meanwhile */
};

/* A change whose inverse is known. */
struct undo {
	uint64_t until; /* it can be undone till then */
	char text[160];
	struct plan plan;
	unsigned together; /* with others of that number; 0: alone */
};

/* Where one is in a view's rows. */
struct list {
	struct layout_text name; /* the selected row's, where rows have names */
	uint64_t id;             /* where they have numbers */
	int row, top;
	int left;   /* scrolled so often to the right */
	bool moved; /* away from the first row, which stays selected till then
		     */
	int sort;   /* a column of the view's */
	bool reverse;
	char filter[MODEL_FILTER], search[MODEL_FILTER];

	/* the last row marked: where a range begins */
	bool begun;
	uint64_t begun_id;
	struct layout_text begun_name;
};

/* How lines of the log tell when. */
enum log_time {
	LOG_CLOCK,
	LOG_DATE,
	LOG_AGO,
	LOG_TIMES,
};

struct model {
	int w, h;
	uint64_t now;  /* monotonic ms */
	uint64_t wall; /* Unix seconds; 0: not told */
	char clock[12];
	bool read_only, touched;
	bool saving;       /* rows to a file: lists stay as they are */
	unsigned orders;   /* how often rows were arranged */
	bool old_terminal; /* it would show newer sequences it is sent */

	struct link link;
	const struct nodes *nodes; /* saved daemons; borrowed, or NULL */
	struct data live, frozen;
	bool paused;
	double in_now, out_now, new_now, cpu_now; /* last rates; NAN: none */
	struct users users;
	struct sessions sessions;
	struct settings settings;
	struct lines lines;
	struct findings findings;
	struct rules_list rules;
	bool rule_added;      /* it is to be selected once it is listed */
	uint64_t rule_before; /* the last id before it */
	struct listeners listeners;
	struct latency latency;
	struct trail reasons[REASONS]; /* the last minute */
	uint64_t reason_totals[REASONS];
	struct trail accepted, refused, wrong; /* the last minute */
	struct trail auth_failed;              /* the last hour */
	struct alert alerts[ALERTS];

	/* asking */
	unsigned interval_ms;
	bool polling; /* a flight of figures is out */
	uint64_t polled_at, poll_at;
	unsigned polls;
	struct reading reading[ADMIN_COMMANDS];
	bool no_user_sessions; /* this server cannot tell */
	struct data incoming;  /* only value, known, clock */
	struct write writes[MODEL_WRITES];
	struct batch batch;
	struct edit edit;
	struct undo undo[MODEL_UNDOS]; /* the last one is undone first */
	unsigned nundo;
	unsigned applied;   /* settings of the last batch */
	unsigned unapplied; /* of them, refused */
	unsigned together;  /* its number */

	/* the daemons that have a name, and all that are up together */
	unsigned nnodes, at_node;
	struct node_row node_rows[NODES_MOST];
	struct ring fleet[2]; /* up, down */
	uint64_t fleet_sessions;
	unsigned fleet_up;
	bool fleet_out; /* connections to them are open */

	/* the selected session or user, watched */
	uint64_t watched_session;
	struct layout_text watched_user;
	struct ring watched[2]; /* up, down */

	/* the screen */
	bool mouse;          /* clicks are wanted */
	struct spot clicked; /* last, to know a second one by */
	uint64_t clicked_at;
	enum view view;
	enum overlay overlay;
	struct form form;
	struct confirm confirm;
	struct help help;
	int menu_row;
	char commands[COMMANDS_KEPT][FIELD_MOST + 1]; /* as typed; a ring */
	unsigned ncommands, recalled; /* ever; how far back Up has gone */
	struct answer answer;
	struct list lists[VIEW_COUNT];
	struct list origin;     /* the view's, when a search began */
	unsigned theme, glyphs; /* words of tui/prefs.def */
	unsigned hidden;        /* columns of the sessions, as bits */
	bool detail;            /* of a session, large */
	unsigned log_level;     /* the least important lines that are shown */
	unsigned event_level;   /* and events on the dashboard */
	enum log_time log_time;
	uint64_t log_seen;     /* lines ever, when following ended */
	uint64_t reveal_until; /* a finding's password is shown till then */
	unsigned window, pan;  /* pan: quarters of a window back from now */
	bool logarithmic;
	unsigned other; /* which graphs and lists a small dashboard has */
	struct toast toast;
	struct note events[MODEL_EVENTS];
	unsigned nevents; /* ever; the ring keeps the last ones */
};

extern const unsigned model_windows[MODEL_WINDOWS]; /* seconds */
extern const char *const model_window_names[MODEL_WINDOWS];
extern const char *const view_names[VIEW_COUNT];

/* Which views can be filled from this server. */
bool view_offered(const struct model *, enum view);

/* Does the daemon at hand know a command; can anything be changed; and both, as
 * far as a key's action needs them? */
bool model_knows(const struct model *, enum admin_id);
bool model_may_change(const struct model *);
bool model_offers(const struct model *, enum action);

/*
 * Start: connecting to that endpoint as that user. The model must be all 0; it
 * is not cleared here, so that history not yet made takes no memory.
 */
void model_open(struct model *, const char *endpoint, const char *user);
void model_close(struct model *);

/* Another daemon: what this one told holds no longer. */
void model_forget(struct model *);

/* The daemons that have a name. */
void model_nodes(struct model *, const struct nodes *);

/* The moment at the right edge of graphs. */
uint64_t model_graph_end(const struct model *);

/* The figures to show: live, or frozen while paused. */
const struct data *model_data(const struct model *);

/* The selected row, or NULL. */
const struct user *model_user(const struct model *);
const struct session *model_session(const struct model *);
struct setting *model_setting(const struct model *);
const struct finding *model_finding(const struct model *);
const struct rule_shown *model_rule(const struct model *);

/* The median round trip of the last polls in ms; NAN if there is none. */
double model_rtt(const struct model *);

int model_staged(const struct model *);
int model_writing(const struct model *);

/* When update() wants an EVENT_TICK next, in the clock of the events. */
uint64_t model_wake(const struct model *);

/* ---- for the parts of update() */

void model_say(struct model *, enum level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void model_log(struct model *, enum level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Make a name safe for the screen. */
void model_safe(char out[MODEL_SHOWN], const struct layout_text *);

bool model_same(const struct layout_text *, const struct layout_text *);

#endif

/*
 * What the parts of the admin server (admin_server.c, admin_gates.c,
 * admin_session.c, admin_answer.c, admin_events.c and admin_login.c) ask of
 * each other. For those alone. Main thread only.
 */

#ifndef DAEMON_ADMIN_PARTS_H
#define DAEMON_ADMIN_PARTS_H

#include "daemon/admin_session.h"

/* ---- admin_session.c */

/* The only place where a session changes state. */
void admin_session_enter(struct admin_session *, enum admin_session_state);

/* Queue the answer to the login. */
void admin_session_say(struct admin_session *, enum frame_verdict);

/* What of out is free; its user adds what it has written to out_len. */
struct wr admin_session_room(struct admin_session *);

/* ---- admin_answer.c */

/* Answer what has been read, as far as there is room for answers. */
void admin_answer_requests(struct admin_session *);

/* struct admin_call's row(): one of the list that is being written. */
bool admin_answer_row(struct admin_call *, const void *record);

/* struct admin_call's done(): answer, and go on. */
void admin_answer_change(struct change *, void *session);

/* The same for lists that come later. */
supervisor_listed admin_answer_list;

/* ---- admin_login.c */

/* Decide about s->login, or have the login thread do so. */
void admin_login_begin(struct admin_session *);

/* The login thread's answer; the session is in CHECKING. */
void admin_login_end(struct admin_session *, const struct login *);

void admin_login_refuse(struct admin_session *, enum frame_verdict);

/* ---- admin_events.c: those who subscribed are told what happens */

struct admin_hub {
	struct supervisor *sup;
	struct event *tick;
	bool ticking;                     /* somebody has subscribed */
	struct admin_subscription wishes; /* of all together */
	uint64_t told_line;               /* the last one of the logs */
};

/* 0, or -1: memory is out. */
int
admin_hub_init(struct admin_server *, struct event_base *, struct supervisor *);

/* struct admin_call's subscribe(). */
enum admin_status
admin_events_subscribe(struct admin_call *, const struct admin_subscription *);

/* The session is not told any more; it is in its list no longer. */
void admin_events_end(struct admin_session *);

/* ---- admin_gates.c */

enum { ADMIN_GATES = 32 };

struct admin_gate {
	struct admin_server *server;
	struct event *event;
	struct endpoint endpoint; /* as it really is */
};

struct admin_gates {
	struct admin_server *server; /* whom admin_server_welcome() tells */
	struct admin_gate all[ADMIN_GATES];
	size_t n;
	bool paused; /* none is accepted from */
};

/* admin_server_listen(), and close them all. */
int admin_gates_add(
    struct admin_gates *, struct event_base *, const struct endpoint *);
void admin_gates_close(struct admin_gates *);

void admin_gates_pause(struct admin_gates *);

/* False: the system does not let all be watched yet; come again. */
bool admin_gates_resume(struct admin_gates *);

/* ---- admin_server.c */

/*
 * Somebody has connected: the descriptor is taken over. Or nobody could be
 * accepted: -errno, for want of descriptors or memory.
 */
void admin_server_welcome(struct admin_server *, enum endpoint_kind transport,
    int fd, const struct addr *peer);

struct admin_hub *admin_server_hub(struct admin_server *);

/* Call with each session that has logged in; it may be gone after. */
void admin_server_each(struct admin_server *,
    void (*)(struct admin_session *, void *arg), void *arg);

/* Run a session from outside its own events; it may be freed by this. */
void admin_server_resume(struct admin_server *, struct admin_session *);

/* It has logged in and counts as a session; another may be closed for it. */
void admin_server_admit(struct admin_server *, struct admin_session *);

/* It is on its way to the login thread: the server's, who frees it. */
void admin_server_await(struct admin_server *, struct admin_check *);

/* Sources whose logins fail: for login_at_once(). */
struct suspects *admin_server_suspects(struct admin_server *);

#endif

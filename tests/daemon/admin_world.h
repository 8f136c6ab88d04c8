/*
 * An admin server over a fake supervisor and its clients, all in one thread:
 * what tests of the server share. What takes 20 s fails the test.
 */

#ifndef TESTS_DAEMON_ADMIN_WORLD_H
#define TESTS_DAEMON_ADMIN_WORLD_H

#include "daemon/admin_server.h"
#include "tests/daemon/fake_supervisor.h"

/* "root", "secret" as a login, and some requests. */
#define LOGIN "\1\4root\6secret"
#define COUNT "\0\7"
#define ADD_ZOE "\1\0\3zoe\2pw\0"

struct world {
	struct event_base *base;
	struct supervisor *sup;
	struct admin_server *server;
	struct endpoint where;
	char folder[64]; /* for sockets, or empty */
};

#define say(fd, text) say_bytes(fd, text, sizeof(text) - 1)

#define assert_hears(w, fd, text)                                             \
	do {                                                                  \
		uint8_t heard_[sizeof(text)];                                 \
                                                                              \
		assert_int_equal(                                             \
		    hear(w, fd, heard_, sizeof(text) - 1), sizeof(text) - 1); \
		assert_memory_equal(heard_, text, sizeof(text) - 1);          \
	} while (0)

/* With root, watcher and alice, whose password is "secret". */
void world_begin(struct world *, const struct admin_limits *limits);
void world_end(struct world *);

/* Before and after each test, with the default limits; *state is the world. A
 * folder must be empty in the end: a server removes its sockets. */
int world_set_up(void **state);
int world_tear_down(void **state);

/* A server with these limits in place of that one. */
void world_limit(struct world *, const struct admin_limits *limits);

/* One turn of the loop. */
void turn(struct world *);

/* A client that is connected, from 127.0.0.1 or from there. */
int visit(struct world *);
int visit_from(struct world *, const char *source);
void say_bytes(int fd, const char *bytes, size_t len);

/* A client that has logged in as root. */
int enter(struct world *);

/* What the server says next, or 0 if it closes. */
size_t hear(struct world *, int fd, uint8_t *bytes, size_t len);

/* Close with a reset. */
void reset(int fd);

/* The server closes; so do we. */
void assert_closed(struct world *, int fd);

/* Nothing is to be heard, however often the loop turns. */
void assert_silent(struct world *, int fd);

/* Turn the loop until it is so. */
void until(struct world *, bool (*holds)(struct world *));
bool nobody_is_there(struct world *);
bool a_change_was_asked(struct world *);
bool a_login_was_asked(struct world *);

#endif

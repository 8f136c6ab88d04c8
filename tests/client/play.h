/*
 * A client, and a server that the test plays octet by octet, friendly or
 * hostile. What does not happen within 20 s fails the test.
 */

#ifndef TESTS_CLIENT_PLAY_H
#define TESTS_CLIENT_PLAY_H

#include "client/client.h"

enum { PATIENCE_MS = 20000, HEARD = 64 };

struct play {
	struct event_base *base;
	struct client *client;
	struct client_config config;
	int listener, fd; /* the server's */

	/* What the client told. */
	enum client_state states[8];
	size_t nstates;
	struct {
		enum admin_id id;
		enum admin_status status;
		size_t count;
		uint64_t number;
		char name[256];
	} heard[HEARD];
	size_t nheard;
	bool close_at_answer, ask_at_answer, close_when_told;
	size_t ntold;
};

#define expect(p, text) expect_bytes(p, text, sizeof(text) - 1)

#define say(p, text) say_bytes(p, text, sizeof(text) - 1)

/* Writes down what was answered; arg is the play. */
void on_answer(const struct client_answer *a, void *arg);

/* A server that listens, and a configuration for its client. */
void prepare(struct play *);
void open_client(struct play *);

/* One turn of the loop. */
void turn(struct play *);

/* The server reads exactly these octets. */
void expect_bytes(struct play *, const char *bytes, size_t len);
void say_bytes(struct play *, const char *bytes, size_t len);

/* A client that connects, and whose login was read. */
void play_begin(struct play *);
void play_end(struct play *);
void ask(struct play *, enum admin_id id);

/* Turn until so many answers have come; no more may. */
void until_heard(struct play *, size_t n);

/* Turn until the client is down, for that reason. */
void until_down(struct play *, enum client_end why);

#endif

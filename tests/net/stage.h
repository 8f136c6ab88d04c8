/*
 * Sessions on real sockets in a loop of the test's own, with the time passed
 * in: what their tests share.
 */

#ifndef TESTS_NET_STAGE_H
#define TESTS_NET_STAGE_H

#include "core/book.h"
#include "core/login.h"
#include "net/conn.h"

struct stage {
	struct conns conns;
	struct metrics metrics;
	struct worker_shared shared;
	struct policy policy;
	struct book *book;
	struct mailbox *main, *login;
	struct login *asked;         /* the last CHECK */
	struct use_batch *used;      /* the last USED */
	struct finding_batch *found; /* the last FOUND */
	struct addr door, target_at;
	int listener, target, dns;
	unsigned came, left;
	int opened; /* what the last conn_open() said */
	char servers[ADDR_TEXT];
};

/* Before and after each test; *state is the stage. */
int set_up(void **state);
int tear_down(void **state);

/* Turns of the loop. */
void turns(struct stage *, unsigned n);

/* As many as it takes until it is so. */
#define turns_until(s, holds) \
	do                    \
		turns(s, 1);  \
	while (!(holds))

/* As many as it takes until no session is left. */
void turns_to_the_end(struct stage *);

/* Let so many seconds pass, each with its tick, as a worker does. */
void pass(struct stage *, unsigned seconds);

/* A client, let in. */
int enter(struct stage *);

/* Who has asked for the target is told of success; returns its other end. */
int reaches(struct stage *, int fd);

/* A tunnel without a login; *target is its other end. */
int tunnel(struct stage *, int *target);

void add_account(struct stage *, const char *name);

const struct account *alice(struct stage *);

/* A client that says it is alice, where everybody has to log in. */
int ask_as_alice(struct stage *);

/* A session of alice's that has logged in. */
int enter_as_alice(struct stage *);

#endif

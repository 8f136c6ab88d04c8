/*
 * A worker in a thread of its own; its clients, its targets, main and the login
 * thread are the test: what tests of workers share.
 */

#ifndef TESTS_NET_WORKER_STAGE_H
#define TESTS_NET_WORKER_STAGE_H

#include "core/book.h"
#include "core/login.h"
#include "net/worker.h"

enum { LETTERS = 64 };

struct stage {
	struct event_base *base;
	struct mailbox *main, *login;
	struct worker_shared shared;
	struct book *book;
	struct policy policy, next; /* the worker holds one of them */
	struct worker *worker;
	struct addr at;
	int target;
	struct addr target_at;
	struct mail got[LETTERS]; /* to main and the login thread */
	size_t ngot;
};

/* The next letter of that kind, whenever it comes; others wait for their turn.
 */
struct mail letter(struct stage *, enum mail_kind kind);
void add_account(struct stage *, uint64_t id, const char *name);

/* Post it with the accounts of the book, and wait until the other is back. */
void use_policy(struct stage *, struct policy *);

/* Before and after each test; *state is the stage. */
int set_up(void **state);

/* Wait until it has left. */
void end_worker(struct stage *);
int tear_down(void **state);

/* A letter that carries a number. */
void post(struct stage *, enum mail_kind kind, uint64_t n);

/* A tunnel without a login; *target is its other end. */
int tunnel(struct stage *, int *target);

/* That rule alone, in the policy; for the test to free. */
struct rules *rules(struct policy *, const char *text);

#endif

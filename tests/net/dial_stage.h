/*
 * A dialler, a resolver with names of its own and targets on the loopback: what
 * tests of dialling share.
 */

#ifndef TESTS_NET_DIAL_STAGE_H
#define TESTS_NET_DIAL_STAGE_H

#include "net/dial.h"
#include "tests/net/fake_dns.h"

enum { LISTENERS = 4, FILLERS = 8 };

struct stage {
	struct event_base *base;
	struct watch *watch;
	struct fake_dns *dns;
	struct resolver *resolver;
	struct metrics metrics;
	struct end end;
	struct dial *dial;
	bool done;
	unsigned connected; /* dials that were */
	int err;
	struct addr about;
	uint16_t port;  /* of every listener */
	unsigned tried; /* addresses */
	int most;       /* an address may end in this at most */
	int listeners[LISTENERS], fillers[FILLERS];
	size_t nlisteners, nfillers;
};

void stage_begin(struct stage *);
void stage_end(struct stage *);

/* How many this process has open. */
size_t descriptors(void);

/* One port on each of the addresses (NULL ends them), bound, not listening. */
void bind_all(struct stage *, const char *const ips[]);

/* Listener number i takes who comes. */
void serve(struct stage *, size_t i);

/* Listener number i answers no further SYN: its backlog is full. */
void hang(struct stage *, size_t i);

/* Valid until the next call. */
const struct dial_how *how(struct stage *);

/* Dial; done is false until it is over. */
void start_addr(struct stage *, const char *ip);
void start_name(struct stage *, const char *name);

/* Until the dial is over. */
void finish(struct stage *);

/* Turns of the loop. */
void turns(struct stage *, unsigned n);
void assert_about(const struct stage *, const char *ip);

/* The end holds a socket that is connected to ip, and is watched. */
void assert_connected(struct stage *, const char *ip);

#endif

/*
 * A relay between real TCP connections on the loopback; the test plays the
 * loop, the client and the target in one thread. What does not move for 20 s
 * fails the test.
 */

#ifndef TESTS_NET_RELAY_STAGE_H
#define TESTS_NET_RELAY_STAGE_H

#include <event2/event_struct.h>

#include "net/relay.h"

enum {
	CLIENT,
	TARGET,
	MEBI = 1 << 20,
};

struct stage {
	struct event_base *base;
	struct watch *watch;
	struct event again; /* the worker's zero timeout */
	struct stock stock;
	struct metrics metrics;
	struct relay relay;
	struct end ends[2];
	struct pump_how how;
	_Atomic uint64_t pipe_pages;
	int peers[2]; /* the other sides of ends[]; -1: closed */
	enum relay_turn turn;
};

/* Before and after each test; *state is the stage. */
int set_up(void **state);
int tear_down(void **state);

/* A relay with buffers and pipes (0: none) of that size, and its end. */
void begin(struct stage *, uint32_t buffer, uint32_t pipe);
void end(struct stage *);

/* A step of the relay, as if an end was ready. */
void take_turn(struct stage *);

/* Turns of the loop; peers that wait turn it too. */
void turns(struct stage *, unsigned n);

/* As many as it takes until the relay is over. */
void turns_to_the_end(struct stage *);

/* Wait, without a turn, until poll(2) tells that of an end; 0: its reset. */
void await(const struct end *, short events);

/* Octets that one peer sends the other: a stream that can be told apart from
 * others, and in which nothing can be lost unseen. */
struct flow {
	int from, to;
	uint8_t stream;
	uint64_t len; /* behind which comes the end of file */
	uint64_t sent, got;
	uint64_t moved; /* when, by clock_ms() */
	bool ended;     /* the end of file arrived */
};

struct flow flow_from(const struct stage *, size_t peer, uint64_t len);

/* Octet number i of it. */
uint8_t flow_octet(const struct flow *, uint64_t i);

/* As much as the sockets take and have, some KiB at most. */
void flow_send(struct flow *);
void flow_receive(struct flow *);

/* Send, turn the loop, receive. */
void flow_pass(struct stage *, struct flow *);

/* Until all that was sent is there; or until all of it has come to its end. */
void flow_catch_up(struct stage *, struct flow *);
void flow_finish(struct stage *, struct flow *);

#endif

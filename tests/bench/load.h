/*
 * The benchmark's load: clients in this process, what they talk to in a child
 * of it, both on loopback. See bench.py, which runs it beside each proxy.
 */

#ifndef BENCH_LOAD_H
#define BENCH_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * target.c: listen on 127.0.0.1 at that port, TCP and UDP, until killed. The
 * first octet of a connection chooses: TARGET_SOURCE pours octets, TARGET_HTTP
 * answers requests of LOAD_OCTETS with as many, TARGET_HTTP_SOURCE pours behind
 * the head of an answer, all else is an echo. Datagrams are echoed. Returns
 * only if it cannot, with a message.
 */
enum {
	TARGET_PORT = 7000,
	TARGET_SOURCE = 'd',
	TARGET_ECHO = 'e',
	TARGET_HTTP = 'G',
	TARGET_HTTP_SOURCE = 'P',
	LOAD_OCTETS = 64, /* of a round trip, each way */
};
int target_run(uint16_t port);

/*
 * cost.c: what all processes of a session (setsid) have used up to now, those
 * included that have ended and were waited for.
 */
struct cost {
	double cpu;           /* seconds */
	uint64_t resident;    /* octets of memory */
	uint64_t descriptors; /* open files */
	unsigned processes;
};
struct cost cost_of(pid_t session);

/* load.c: monotonic seconds. */
double now_s(void);

/* flow.c: one client. */
enum flow_kind {
	FLOW_BULK,  /* receives as fast as it can */
	FLOW_SETUP, /* one round trip, then anew */
	FLOW_TRIPS, /* round trip after round trip */
	FLOW_UDP,   /* echoes, so many under way at once */
	FLOW_IDLE,  /* one round trip, then silence */
};

struct job {
	enum flow_kind kind;
	bool direct, plain; /* no proxy; a proxy that leads to one target */
	bool others_target; /* it is there already */
	uint16_t proxy;     /* its port on 127.0.0.1 */
	bool http;          /* it is HTTP that passes */
	const char *user, *pass; /* NULL: no login */
	unsigned flows, window;  /* clients; datagrams under way for each */
	double seconds;
	int poll;
};

struct tally {
	uint64_t units;  /* octets, connections, round trips or echoes */
	uint64_t ready;  /* flows that came through the handshake */
	uint64_t failed; /* flows that ended before their time */
	uint32_t *trips; /* microseconds each took */
	size_t count, room;
};

struct flow {
	int fd, udp;
	uint8_t step;
	uint16_t in; /* octets of an answer so far */
	unsigned under_way;
	double begun;
	uint8_t bytes[64];
};

/* 0, or -1 if not even a socket can be had. */
int flow_begin(struct flow *, const struct job *, struct tally *);
void flow_event(struct flow *, const struct job *, struct tally *, uint32_t);
void flow_end(struct flow *);

#endif

/*
 * Clients and targets of the tests: blocking sockets on the loopback that say
 * and expect octets. Whatever goes wrong, or takes 20 s, fails the test.
 */

#ifndef TESTS_NET_PEER_H
#define TESTS_NET_PEER_H

#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "core/policy.h"

/*
 * Where the worker lives in the test's own thread: what lets it go on while a
 * peer waits for it. NULL: it has a thread of its own.
 */
extern void (*peer_turn)(void);

/* A listener on a port the kernel picks; *addr is where. */
int peer_listen(const char *ip, struct addr *addr);
int peer_accept(int listener);
int peer_connect(const struct addr *);

void peer_says(int fd, const void *bytes, size_t len);
void peer_hears(int fd, const void *bytes, size_t len);
void peer_hears_end(int fd);
void peer_hears_reset(int fd);

/* CONNECT to that address, which is IPv4. */
void peer_says_request(int fd, const struct addr *);

/* The reply to it, with the address that the target sees. */
void peer_hears_success(int fd, int target);

/* Close with a reset. */
void peer_resets(int fd);

struct addr peer_name(int fd);

/* The octets as a list. */
#define SAYS(fd, ...)                                   \
	peer_says(fd, (const uint8_t[]){ __VA_ARGS__ }, \
	    sizeof((const uint8_t[]){ __VA_ARGS__ }))
#define HEARS(fd, ...)                                   \
	peer_hears(fd, (const uint8_t[]){ __VA_ARGS__ }, \
	    sizeof((const uint8_t[]){ __VA_ARGS__ }))

/* Under which they are served; small enough to be met. */
extern const struct policy_limits peer_limits;

/* What the log functions of the tests caught; see peer.c. */
struct peer_log {
	char access[16][512]; /* without the newline */
	size_t count;
};
extern struct peer_log peer_log;

#endif

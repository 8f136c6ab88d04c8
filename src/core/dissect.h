/*
 * Names and passwords that pass in clear, read from the octets of both
 * directions of a session.
 *
 * What is spoken is told by content, on any port; most sessions are seen
 * within a few octets to be nothing of interest. It reads and never answers: no
 * I/O, no allocation, the same work for each octet however it came in pieces.
 * One owner, any thread.
 */

#ifndef CORE_DISSECT_H
#define CORE_DISSECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum dissect_side {
	DISSECT_CLIENT,
	DISSECT_SERVER,
};

/* The most octets of a name or a password; more is cut off. */
enum { DISSECT_TEXT = 255 };

struct dissect_finding {
	const char *protocol; /* "POP3" */
	const char *login;    /* raw, as are all octets from outside */
	size_t login_len;
	const char *password; /* NULL: the name alone has passed (APOP) */
	size_t password_len;
	bool confirmed; /* the server accepted it; else it did not */
};

struct dissect;

/*
 * Called with each finding, from inside dissect_feed() and dissect_end(), when
 * the server's answer is known. The texts last until it returns; it must not
 * call the dissector.
 */
typedef void dissect_found(const struct dissect_finding *, void *arg);

/* Octets of memory a session needs while it is wanted: 4096 at most. */
size_t dissect_size(void);

/*
 * Begin in memory of the caller's, aligned as malloc() does; port is the
 * target's, a hint.
 */
struct dissect *
dissect_begin(void *memory, uint16_t port, dissect_found *, void *arg);

/*
 * Octets that pass, in order. False: no more are wanted, of either side, and
 * none must be given.
 */
bool dissect_feed(
    struct dissect *, enum dissect_side, const void *bytes, size_t len);

/*
 * Octets of that side, from the next one on, that it does not have to see: a
 * body of known length. As many of them at most may be told with dissect_pass()
 * instead of being fed.
 */
uint64_t dissect_blind(const struct dissect *, enum dissect_side);
void dissect_pass(struct dissect *, enum dissect_side, uint64_t len);

/*
 * The session has ended: what the server never answered was not accepted. Not
 * called, nothing more is found.
 */
void dissect_end(struct dissect *);

/* Overwrite what was read. The memory stays the caller's. */
void dissect_wipe(struct dissect *);

/*
 * A password as it may be shown: its first character and three stars, six from
 * 8 octets on, nine from 16 on; "-" if there is none. No NUL; returns the
 * length.
 */
enum { DISSECT_MASKED = 16 };
size_t dissect_mask(char out[DISSECT_MASKED], const char *password, size_t len);

#endif

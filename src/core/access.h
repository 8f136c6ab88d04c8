/*
 * Lines of the access log: one at the reply (A), one at the end of its relay
 * (C), one for each login that was seen in clear (P). Pure formatting, written
 * by hand because each costs a busy worker about as much as a system call if
 * printf does it. Any thread, one at a time.
 */

#ifndef CORE_ACCESS_H
#define CORE_ACCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"

enum access_why {
#define WHY(id, word) ACCESS_##id,
#include "core/access.def"
	ACCESS_NWHYS,
};

enum access_event {
	ACCESS_ANSWER = 'A',
	ACCESS_CLOSE = 'C',
	ACCESS_FINDING = 'P', /* of the dissector */
};

struct access {
	enum access_event event;
	int64_t wall_us;
	const char *user; /* raw; NULL: nobody logged in */
	size_t user_len;
	const struct addr *client;
	const char *target; /* raw; as the client named it */
	size_t target_len;
	uint16_t port;
	uint8_t rep;
	/* ACCESS_CLOSE only: */
	uint64_t up, down, seconds;
	enum access_why why;
	/* ACCESS_FINDING only: */
	const char *protocol, *login, *password; /* login, password: raw */
	size_t login_len, password_len;
	bool confirmed;
};

/*
 * Room for the longest line: four names, each octet as \\xHH, and the rest. The
 * log takes no line longer than 8000 octets.
 */
enum { ACCESS_LINE = 4 * 5 * 255 + 512 };

/* The second last formatted, since most lines fall into the same one. */
struct access_clock {
	int64_t second; /* since 1970; set to -1 at first */
	size_t len;
	char text[32];
};

/*
 * Format a line, with its newline, tab-separated or as JSON; returns its length
 * (there is no NUL). Names are escaped, so that nobody can forge a field.
 */
size_t access_line(char line[ACCESS_LINE], struct access_clock *,
    const struct access *, bool json);

/* "client", "idle"... */
const char *access_why_word(enum access_why);

#endif

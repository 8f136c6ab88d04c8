/*
 * One rule as text: who may, or may not, reach what.
 *
 *	allow|deny [user NAME] [from NET] [to NET|NAME|*.NAME]
 *	    [port N[-M]] [command connect|bind|udp]
 *
 * The pairs may come in any order, each at most once; what is not given may be
 * anything. Blanks and other awkward octets in a user's name are written \xHH.
 * Any thread.
 */

#ifndef CORE_RULE_H
#define CORE_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"

/* A network: the octets behind the prefix are zero. */
struct rule_net {
	uint8_t family; /* enum addr_family; ADDR_NONE: any address */
	uint8_t bits;
	uint8_t ip[16]; /* the first 4 for ADDR_V4; ::ffff:0:0/96 is V4 */
};

enum rule_to {
	RULE_TO_ANY,
	RULE_TO_NET,    /* to_net */
	RULE_TO_NAME,   /* exactly that name */
	RULE_TO_SUFFIX, /* *.NAME: whatever ends in it, but not itself */
};

enum { RULE_NAME_MOST = 253 };

struct rule {
	bool allow;
	uint8_t user_len; /* 0: anybody, logged in or not */
	uint8_t name_len;
	uint8_t command; /* enum socks_command; 0: any */
	enum rule_to to;
	uint16_t low, high; /* ports, 0 to 65535 if none is given */
	struct rule_net from, to_net;
	char user[255];
	char name[RULE_NAME_MOST]; /* in small letters, without "*." */
};

/* Room for a message, and for the longest rule as text, each with its NUL. */
enum { RULE_WHY = 144, RULE_TEXT = 1536 };

/*
 * Read one rule from *text, which may hold several, each beginning with allow
 * or deny; blanks part the words. *text is then behind the rule and the blanks
 * after it. False: *text is as it was, why names the word (their number counts
 * from *text, of which `word` were read before) and says what would be right.
 */
bool rule_parse(
    struct rule *, const char **text, unsigned *word, char why[RULE_WHY]);

/* As rule_parse() reads it, always in the same words; returns the length. */
size_t rule_print(const struct rule *, char text[RULE_TEXT]);

/*
 * The name in the form in which names are compared: small letters, without a
 * final dot. Returns its length, at most `len`.
 */
size_t rule_fold(char *out, const char *name, size_t len);

/* The address as rules see it: ::ffff:a.b.c.d is IPv4. */
struct addr rule_plain(const struct addr *);

/* The net of that size around an address of the same family. */
struct rule_net rule_net_of(const struct addr *, uint8_t bits);

#endif

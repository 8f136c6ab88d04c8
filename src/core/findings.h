/*
 * Logins that the dissector has found, as they are kept: single ones, and the
 * list of the latest. Pure; one owner, any thread.
 */

#ifndef CORE_FINDINGS_H
#define CORE_FINDINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/dissect.h"

/* The texts of a finding. All but the protocol are raw, from outside. */
enum finding_part {
	FINDING_USER,     /* whose session; empty: nobody logged in */
	FINDING_CLIENT,   /* address and port */
	FINDING_TARGET,   /* as it was asked for, with its port */
	FINDING_PROTOCOL, /* "POP3" */
	FINDING_LOGIN,
	FINDING_PASSWORD, /* masked, unless `plain` */
	FINDING_PARTS,
};

enum { FINDING_TEXT = 255 }; /* octets of one at most; more is cut off */

struct finding {
	uint64_t id;      /* rises, is never used again; 0: not in a list yet */
	uint64_t session; /* see net/conn.h */
	int64_t time;     /* Unix seconds */
	bool confirmed;   /* the server accepted it */
	bool plain;       /* the password is what passed, not a mask */
	uint8_t len[FINDING_PARTS];
	char text[]; /* the parts, one behind the other; no NUL */
};

struct finding_text {
	const char *bytes;
	size_t len;
};

/* A new one with the head's numbers and flags; NULL: memory is out. */
struct finding *finding_new(
    const struct finding *head, const struct finding_text texts[FINDING_PARTS]);

struct finding *finding_copy(const struct finding *);

struct finding_text finding_part(const struct finding *, enum finding_part);

/* The password as anyone may see it; `mask` is room for it. */
struct finding_text
finding_password(const struct finding *, char mask[DISSECT_MASKED]);

/* Its texts are overwritten first. */
void finding_free(struct finding *);

/* ---- the list: ids rise, the oldest go first */

struct findings;

struct findings *findings_new(void); /* NULL: memory is out */
void findings_free(struct findings *);

/* Keep so many at most: what is too much goes at once. At first it is 0. */
void findings_keep(struct findings *, size_t most);

/* Let go of what was found before that (Unix seconds), oldest first. */
void findings_expire(struct findings *, int64_t before);

/* Let go of all with an id up to that. */
void findings_drop(struct findings *, uint64_t id);

/* The next ones get ids above that. */
void findings_begin(struct findings *, uint64_t id);

/*
 * Take it over, and give it the next id if it has none. False: memory is out,
 * or none are kept, and it was freed.
 */
bool findings_add(struct findings *, struct finding *);

/* The oldest with an id above that; NULL: there is none. */
const struct finding *findings_after(const struct findings *, uint64_t id);

size_t findings_count(const struct findings *);

/* The id given last; all that were dropped have one up to findings_floor(). */
uint64_t findings_last(const struct findings *);
uint64_t findings_floor(const struct findings *);

#endif

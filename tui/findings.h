/*
 * Logins that the dissector saw, the newest first. Passwords are as the daemon
 * told them, masked or not: views mask them again. One thread.
 */

#ifndef TUI_FINDINGS_H
#define TUI_FINDINGS_H

#include "proto/admin.h"

enum { FINDINGS_MOST = 1000, FINDINGS_TEXT = 64 };

struct finding {
	uint64_t id, time, session;
	bool confirmed;
	char user[FINDINGS_TEXT], client[FINDINGS_TEXT], /* safe */
	    target[FINDINGS_TEXT], protocol[16], login[FINDINGS_TEXT],
	    password[FINDINGS_TEXT];
};

struct findings {
	struct finding *ring; /* of FINDINGS_MOST; owned */
	uint64_t count;       /* ever */
	uint32_t *order;      /* owned */
	size_t shown;
	uint64_t last;
	bool listed;
};

void findings_add(struct findings *, const struct admin_finding *, size_t n);
void findings_clear(struct findings *);
void findings_arrange(struct findings *, const char *filter);

const struct finding *findings_row(const struct findings *, int row);
int findings_place(const struct findings *, uint64_t id);
bool findings_has(const struct findings *, int row, const char *word);
/* A password as it is shown to who did not ask for it: "********" or "-". */
const char *findings_masked(const struct finding *);

/* Did the daemon mask it (dissect_mask())? Then there is no more to show. */
bool findings_is_masked(const struct finding *);

size_t findings_kept(const struct findings *);

/* Wipes what was seen, too. */
void findings_free(struct findings *);

#endif

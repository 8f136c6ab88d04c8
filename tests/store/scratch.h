/* What the tests of the stores share: a folder to be in, and a look inside. */

#ifndef TESTS_STORE_SCRATCH_H
#define TESTS_STORE_SCRATCH_H

#include "store/store.h"

enum { SCRATCH_PATH = 128, SEEN_MOST = 2000 };

/* A folder of its own under TMPDIR, and a file that is not there yet. */
struct scratch {
	char folder[SCRATCH_PATH - 16];
	char file[SCRATCH_PATH];
};

void scratch_make(struct scratch *);
void scratch_remove(struct scratch *);

/* Everything a store has, copied. */
struct store_row {
	uint64_t id;
	int64_t created;
	char name[256];
	char hash[ACCOUNT_HASH];
	enum role role;
	bool enabled;
	uint64_t own[COLUMNS_COUNT];
	struct account_use use;
};

struct store_seen {
	size_t naccounts, nsettings;
	struct store_row accounts[SEEN_MOST];
	char keys[16][64], values[16][1024];
	size_t nfindings;
	uint64_t findings[SEEN_MOST]; /* their ids */
	uint64_t last_finding;
	struct finding *finding; /* the last one; store_look() frees it */
};

void store_look(struct store *, struct store_seen *);

/* NULL if it is not there. */
const struct store_row *store_row(const struct store_seen *, const char *name);
const char *store_setting(const struct store_seen *, const char *key);

/* A regular account that is enabled. */
struct change change_add(const char *name);

#endif

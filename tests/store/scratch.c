#include "tests/store/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

void
scratch_make(struct scratch *s)
{
	const char *base = getenv("TMPDIR");

	snprintf(s->folder, sizeof s->folder, "%s/socks5d-XXXXXX",
	    base == NULL ? "/tmp" : base);
	assert_non_null(mkdtemp(s->folder));
	snprintf(s->file, sizeof s->file, "%s/accounts.db", s->folder);
}

void
scratch_remove(struct scratch *s)
{
	static const char *const ends[] = { "", "-wal", "-shm", ".lock", ".new",
		".new-wal", ".new-shm" };
	char path[SCRATCH_PATH + 16];

	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		snprintf(path, sizeof path, "%s%s", s->file, ends[i]);
		(void)unlink(path); /* most of them are not there */
	}
	assert_int_equal(rmdir(s->folder), 0); /* nothing else was left */
}

static bool
see_account(const struct account *a, const struct account_use *use, void *arg)
{
	struct store_seen *seen = arg;
	struct store_row *r = &seen->accounts[seen->naccounts++];

	assert_in_range(seen->naccounts, 1, SEEN_MOST);
	assert_true(a->kept);
	assert_int_equal(a->name_len, strlen(a->name));
	assert_int_equal(use->account, a->id);
	*r = (struct store_row){ .id = a->id,
		.created = a->created,
		.role = a->role,
		.enabled = a->enabled,
		.use = *use };
	memcpy(r->own, a->own, sizeof r->own);
	snprintf(r->name, sizeof r->name, "%s", a->name);
	snprintf(r->hash, sizeof r->hash, "%s", a->hash);
	return true;
}

static bool
see_setting(const char *key, const char *value, void *arg)
{
	struct store_seen *seen = arg;
	size_t at = seen->nsettings++;

	assert_in_range(at, 0, 15);
	snprintf(seen->keys[at], sizeof seen->keys[at], "%s", key);
	snprintf(seen->values[at], sizeof seen->values[at], "%s", value);
	return true;
}

static bool
see_finding(struct finding *f, void *arg)
{
	struct store_seen *seen = arg;

	assert_in_range(seen->nfindings, 0, SEEN_MOST - 1);
	assert_false(f->plain);
	seen->findings[seen->nfindings++] = f->id;
	finding_free(seen->finding);
	seen->finding = f;
	return true;
}

static void
see_last_finding(uint64_t id, void *arg)
{
	((struct store_seen *)arg)->last_finding = id;
}

void
store_look(struct store *s, struct store_seen *seen)
{
	struct store_reader reader = {
		.account = see_account,
		.setting = see_setting,
		.finding = see_finding,
		.last_finding = see_last_finding,
		.arg = seen,
	};
	char why[STORE_WHY] = "";

	seen->naccounts = seen->nsettings = seen->nfindings = 0;
	seen->last_finding = 0;
	finding_free(seen->finding);
	seen->finding = NULL;
	assert_int_equal(store_load(s, &reader, why), 0);
	assert_string_equal(why, "");
}

const struct store_row *
store_row(const struct store_seen *seen, const char *name)
{
	for (size_t i = 0; i < seen->naccounts; i++)
		if (strcmp(seen->accounts[i].name, name) == 0)
			return &seen->accounts[i];
	return NULL;
}

const char *
store_setting(const struct store_seen *seen, const char *key)
{
	for (size_t i = 0; i < seen->nsettings; i++)
		if (strcmp(seen->keys[i], key) == 0)
			return seen->values[i];
	return NULL;
}

struct change
change_add(const char *name)
{
	struct change c = { .kind = CHANGE_ADD,
		.hash = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA",
		.enabled = true,
		.created = 1 };

	snprintf(c.name, sizeof c.name, "%s", name);
	return c;
}

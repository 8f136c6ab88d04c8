#include "core/accounts.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "base/map.h"

static_assert(ACCOUNT_FAST_WORDS * sizeof(uint64_t) == crypto_generichash_BYTES,
    "the words are one hash");

const struct account *
accounts_find(const struct accounts *set, const char *name, size_t len)
{
	struct trie_key key = { map_hash(name, len), name, len };

	return trie_get(&set->names, &key);
}

const struct account *
accounts_find_id(const struct accounts *set, uint64_t id)
{
	struct trie_key key = { id, NULL, 0 };

	return trie_get(&set->ids, &key);
}

size_t
accounts_count(const struct accounts *set)
{
	return set->names.count;
}

size_t
accounts_admins(const struct accounts *set)
{
	return set->admins;
}

struct account
account_columns(const struct account *a)
{
	struct account columns = {
		.id = a->id,
		.created = a->created,
		.name = a->name,
		.hash = a->hash,
		.role = a->role,
		.enabled = a->enabled,
		.kept = a->kept,
		.name_len = a->name_len,
	};

	memcpy(columns.own, a->own, sizeof columns.own);
	return columns;
}

const char *
account_last_target(const struct account *a)
{
	return a->live->last_target == NULL ? "" : a->live->last_target;
}

/* ---- limits */

enum account_enter
account_enter(struct account_live *live)
{
	uint64_t most = account_limit(live, COLUMN_max_sessions);
	uint32_t now =
	    atomic_load_explicit(&live->sessions, memory_order_relaxed);

	do {
		if (most != 0 && now >= most)
			return ACCOUNT_FULL;
	} while (!atomic_compare_exchange_weak_explicit(&live->sessions, &now,
	    now + 1, memory_order_relaxed, memory_order_relaxed));
	return now == 0 ? ACCOUNT_FIRST : ACCOUNT_NEXT;
}

static uint64_t
total(const struct account_live *live)
{
	return atomic_load_explicit(&live->up, memory_order_relaxed) +
	       atomic_load_explicit(&live->down, memory_order_relaxed);
}

uint64_t
account_used(const struct account_live *live)
{
	/* First: it only grows, and what it grows to has been counted. */
	uint64_t start =
	    atomic_load_explicit(&live->day_start, memory_order_acquire);

	return total(live) - start;
}

bool
account_is_spent(const struct account_live *live)
{
	uint64_t quota = account_limit(live, COLUMN_quota);

	return quota != 0 && account_used(live) >= quota;
}

bool
account_is_expired(const struct account_live *live, int64_t wall_s)
{
	uint64_t end = account_limit(live, COLUMN_expires);

	return end != 0 && wall_s >= (int64_t)end;
}

/* ---- the fast hash */

/*
 * This process's key. Each word is decided by whoever comes first, so threads
 * need not agree on who that is.
 */
static void
fast_key(uint64_t key[4])
{
	static _Atomic uint64_t kept[4];

	for (size_t i = 0; i < 4; i++) {
		uint64_t fresh;

		key[i] = atomic_load_explicit(&kept[i], memory_order_relaxed);
		if (key[i] != 0)
			continue;
		randombytes_buf(&fresh, sizeof fresh);
		fresh |= 1; /* 0 means undecided */
		if (atomic_compare_exchange_strong(&kept[i], &key[i], fresh))
			key[i] = fresh;
	}
}

void
accounts_fast_make(uint64_t words[ACCOUNT_FAST_WORDS], uint64_t account,
    const struct secret *password)
{
	uint8_t text[sizeof account + sizeof password->bytes];
	uint64_t key[4];

	fast_key(key);
	memcpy(text, &account, sizeof account);
	memcpy(text + sizeof account, password->bytes, password->len);
	/* Fails only for lengths that are not these. */
	(void)crypto_generichash((uint8_t *)words, crypto_generichash_BYTES,
	    text, sizeof account + password->len, (const uint8_t *)key,
	    sizeof key);
	explicit_bzero(text, sizeof account + password->len);
}

bool
accounts_fast_words(const struct account *a, uint64_t words[ACCOUNT_FAST_WORDS])
{
	if (!accounts_fast_known(a))
		return false;
	for (size_t i = 0; i < ACCOUNT_FAST_WORDS; i++)
		words[i] =
		    atomic_load_explicit(&a->fast[i], memory_order_relaxed);
	return true;
}

bool
accounts_fast_equal(
    const uint64_t a[ACCOUNT_FAST_WORDS], const uint64_t b[ACCOUNT_FAST_WORDS])
{
	return sodium_memcmp(a, b, ACCOUNT_FAST_WORDS * sizeof *a) == 0;
}

bool
accounts_fast_check(const struct account *a, const struct secret *password)
{
	uint64_t known[ACCOUNT_FAST_WORDS], asked[ACCOUNT_FAST_WORDS];

	if (!accounts_fast_words(a, known))
		return false;
	accounts_fast_make(asked, a->id, password);
	return accounts_fast_equal(known, asked);
}

void
accounts_fast_learn(const struct account *a, const struct secret *password)
{
	/* The only columns of a published account that may be written. */
	struct account *open = (struct account *)(uintptr_t)a;
	uint64_t words[ACCOUNT_FAST_WORDS];

	accounts_fast_make(words, a->id, password);
	for (size_t i = 0; i < ACCOUNT_FAST_WORDS; i++)
		atomic_store_explicit(
		    &open->fast[i], words[i], memory_order_relaxed);
	atomic_store_explicit(&open->fast_known, true, memory_order_release);
}

uint64_t
account_revision(const struct account *a)
{
	const uint8_t columns[] = { (uint8_t)a->role, a->enabled };
	crypto_generichash_state state;
	uint64_t key[4], digest[ACCOUNT_FAST_WORDS];

	/* These fail only for lengths that are not these. */
	fast_key(key);
	(void)crypto_generichash_init(
	    &state, (const uint8_t *)key, sizeof key, sizeof digest);
	(void)crypto_generichash_update(
	    &state, (const uint8_t *)a->name, strlen(a->name) + 1);
	(void)crypto_generichash_update(
	    &state, (const uint8_t *)a->hash, strlen(a->hash) + 1);
	(void)crypto_generichash_update(&state, columns, sizeof columns);
	(void)crypto_generichash_update(
	    &state, (const uint8_t *)a->own, sizeof a->own);
	(void)crypto_generichash_final(
	    &state, (uint8_t *)digest, sizeof digest);
	return digest[0] | 1;
}

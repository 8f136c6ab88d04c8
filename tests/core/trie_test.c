/* The shared trie against arrays that do the same, version by version. */

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/trie.h"
#include "tests/memory.h"

enum { ITEMS = 300, STEPS = 20000, VERSIONS = 8 };

struct item {
	uint64_t hash;
	char octets[8];
	size_t len;
};

static struct item items[ITEMS], twins[ITEMS];

static struct trie_key
key(const void *item)
{
	const struct item *i = item;

	return (struct trie_key){ i->hash, i->octets, i->len };
}

static const struct trie_kind kind = { key };

/* Few different hashes, so that the octets have to decide; one a prefix. */
static int
set_up(void **state)
{
	(void)state;
	for (size_t i = 0; i < ITEMS; i++) {
		items[i].hash = (i % 20) * UINT64_C(0x9e3779b97f4a7c15);
		items[i].len = 1 + i % 7;
		memset(items[i].octets, 0, sizeof items[i].octets);
		for (size_t k = 0; k < items[i].len; k++)
			items[i].octets[k] = (char)(k == 0 ? i : i >> 8);
		twins[i] = items[i];
	}
	return 0;
}

struct version {
	struct trie trie;
	const struct item *wanted[ITEMS];
	struct scrap *garbage; /* of the step to the next version */
};

static void
assert_version(const struct version *v)
{
	size_t count = 0;

	for (size_t i = 0; i < ITEMS; i++) {
		struct trie_key k = key(&items[i]);

		assert_ptr_equal(trie_get(&v->trie, &k), v->wanted[i]);
		count += v->wanted[i] != NULL;
	}
	assert_int_equal(v->trie.count, count);
}

static unsigned
random_below(unsigned n)
{
	static uint64_t random = 1;

	random = random * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (unsigned)(random >> 33) % n;
}

/* One to three changes as a whole; the version before stays as it was. */
static void
step(const struct version *was, struct version *is, bool give_up)
{
	struct trie_edit edit = { 0 };

	*is = *was;
	is->garbage = NULL;
	for (unsigned n = 1 + random_below(3); n > 0; n--) {
		size_t i = random_below(ITEMS);
		struct trie_key k = key(&items[i]);

		if (random_below(2) == 0) {
			int wanted = is->wanted[i] == NULL ? -ENOENT : 0;

			assert_int_equal(
			    trie_drop(&is->trie, &k, &edit), wanted);
			is->wanted[i] = NULL;
		} else {
			is->wanted[i] =
			    random_below(2) == 0 ? &items[i] : &twins[i];
			assert_int_equal(
			    trie_put(&is->trie, is->wanted[i], &edit), 0);
		}
	}
	assert_version(is);
	if (give_up) {
		trie_edit_undo(&edit);
		*is = *was;
		is->garbage = NULL;
	} else {
		is->garbage = trie_edit_done(&edit);
	}
}

static void
each_version_stays_as_it_was_until_its_garbage_is_freed(void **state)
{
	static struct version ring[VERSIONS];
	size_t last = 0;

	(void)state;
	memset(ring, 0, sizeof ring);
	for (size_t i = 0; i < VERSIONS; i++)
		ring[i].trie.kind = &kind;
	for (size_t i = 1; i < STEPS; i++) {
		struct version *was = &ring[(i - 1) % VERSIONS];
		struct version *is = &ring[i % VERSIONS];

		/* The oldest goes: what only it used, and so on in order. */
		scrap_free(is->garbage);
		step(was, is, random_below(8) == 0);
		for (size_t k = 0; k < VERSIONS && k <= i; k++)
			if (i % 97 == 0)
				assert_version(&ring[(i - k) % VERSIONS]);
		last = i % VERSIONS;
	}
	for (size_t i = 0; i < VERSIONS; i++)
		scrap_free(ring[i].garbage);
	trie_free(&ring[last].trie);
}

static void
changes_in_place_leave_the_same_as_changes_by_copy(void **state)
{
	struct trie_edit alone = { .alone = true };
	static struct version v;

	(void)state;
	memset(&v, 0, sizeof v);
	v.trie.kind = &kind;
	for (size_t i = 0; i < STEPS; i++) {
		size_t at = random_below(ITEMS);
		struct trie_key k = key(&items[at]);

		if (random_below(2) == 0) {
			(void)trie_drop(&v.trie, &k, &alone);
			v.wanted[at] = NULL;
		} else {
			v.wanted[at] = &items[at];
			assert_int_equal(
			    trie_put(&v.trie, &items[at], &alone), 0);
		}
		if (i % 37 == 0)
			assert_version(&v);
	}
	trie_free(&v.trie);
}

static void
an_edit_without_memory_leaves_no_trace(void **state)
{
	static struct version v, was;
	struct trie_edit edit;
	bool failed;

	(void)state;
	memset(&v, 0, sizeof v);
	v.trie.kind = &kind;
	for (size_t i = 0; i < ITEMS; i++) {
		const struct item *item = &items[i];
		struct trie_key gone = key(&items[i / 2]);

		for (size_t fail = 1;; fail++) {
			was = v;
			edit = (struct trie_edit){ 0 };
			memory_begin(fail);
			failed = trie_put(&v.trie, item, &edit) != 0 ||
				 (i % 3 == 0 && trie_drop(&v.trie, &gone,
						    &edit) == -ENOMEM);
			if (!failed)
				break;
			trie_edit_undo(&edit);
			v = was;
			assert_version(&v);
		}
		memory_begin(0);
		v.wanted[i] = item;
		if (i % 3 == 0)
			v.wanted[i / 2] = NULL;
		scrap_free(trie_edit_done(&edit));
		assert_version(&v);
	}
	trie_free(&v.trie);
}

static void
count(const void *item, void *arg)
{
	size_t *seen = arg;

	seen[(const struct item *)item - items]++;
}

static void
every_item_is_visited_once(void **state)
{
	struct trie_edit alone = { .alone = true };
	struct trie t = { &kind, NULL, 0 };
	size_t seen[ITEMS] = { 0 };

	(void)state;
	trie_each(&t, count, seen);
	for (size_t i = 0; i < ITEMS; i++)
		assert_int_equal(trie_put(&t, &items[i], &alone), 0);
	trie_each(&t, count, seen);
	for (size_t i = 0; i < ITEMS; i++)
		assert_int_equal(seen[i], 1);
	trie_free(&t);
}

static void
keys_with_one_hash_are_told_apart_by_any_bit_and_by_length(void **state)
{
	static const struct item alike[] = {
		{ 5, "a", 1 },
		{ 5, "A", 1 },
		{ 5, "\x81", 1 },
		{ 5, "", 0 },
		{ 5, "a\0", 2 },
		{ 5, "a\x20", 2 },
		{ 5, "aaaaaaa", 7 },
		{ 5, "aaaaaaA", 7 },
	};
	enum { ALIKE = sizeof alike / sizeof *alike };
	struct trie_edit alone = { .alone = true };
	struct trie t = { &kind, NULL, 0 };

	(void)state;
	for (size_t i = 0; i < ALIKE; i++)
		assert_int_equal(trie_put(&t, &alike[i], &alone), 0);
	assert_int_equal(t.count, ALIKE);
	for (size_t i = 0; i < ALIKE; i++) {
		struct trie_key k = key(&alike[i]);

		assert_ptr_equal(trie_get(&t, &k), &alike[i]);
	}
	trie_free(&t);
}

/* What it costs to add one item to a trie. */
static size_t
cost_of(struct trie *t, const struct item *item)
{
	struct trie_edit edit = { 0 };

	memory_begin(0);
	assert_int_equal(trie_put(t, item, &edit), 0);
	scrap_free(trie_edit_done(&edit));
	return memory.octets;
}

static void
a_trie_that_shrank_is_like_one_that_never_grew(void **state)
{
	static const struct item one = { 5, "aaaaaaa", 7 },
				 two = { 5, "aaaaaaA", 7 };
	struct trie grown = { &kind, NULL, 0 }, fresh = { &kind, NULL, 0 };
	struct trie_edit edit = { 0 };
	struct trie_key k = key(&two);

	(void)state;
	cost_of(&fresh, &one);
	cost_of(&grown, &one);
	assert_true(cost_of(&grown, &two) > 500); /* some twenty levels */
	assert_int_equal(trie_drop(&grown, &k, &edit), 0);
	scrap_free(trie_edit_done(&edit));
	assert_int_equal(cost_of(&grown, &one), cost_of(&fresh, &one));
	trie_free(&grown);
	trie_free(&fresh);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    each_version_stays_as_it_was_until_its_garbage_is_freed),
		cmocka_unit_test(
		    changes_in_place_leave_the_same_as_changes_by_copy),
		cmocka_unit_test(an_edit_without_memory_leaves_no_trace),
		cmocka_unit_test(every_item_is_visited_once),
		cmocka_unit_test(
		    keys_with_one_hash_are_told_apart_by_any_bit_and_by_length),
		cmocka_unit_test(
		    a_trie_that_shrank_is_like_one_that_never_grew),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}

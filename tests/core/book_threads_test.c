/*
 * Readers go on reading while main changes: what they hold stays whole until
 * they have given it back. Worth most under the thread and address sanitizers.
 */

#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/book.h"

enum { READERS = 2, NAMES = 24, CHANGES = 300 };

/* As a worker's mailbox does: the set that is new, the one that is used. */
struct reader {
	pthread_t thread;
	_Atomic(const struct accounts *) given;
	_Atomic(const struct accounts *) used;
	_Atomic bool stop;
	size_t sessions;
};

static struct secret password = { 6, "geheim" };

/* A session of the account, from its start to its end, and a look at it. */
static void
serve(struct reader *r, const struct account *a)
{
	struct account_live *live = a->live;

	account_enter(live);
	assert_int_equal(strlen(a->name), a->name_len);
	assert_int_equal(live->id, a->id);
	if (!accounts_fast_check(a, &password))
		accounts_fast_learn(a, &password);
	atomic_fetch_add_explicit(&live->opened, 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&live->up, 10, memory_order_relaxed);
	atomic_store_explicit(&live->last, 7, memory_order_relaxed);
	(void)account_leave(live);
	r->sessions++;
}

static void *
read_on(void *arg)
{
	struct reader *r = arg;
	char name[16];

	while (!atomic_load_explicit(&r->stop, memory_order_acquire)) {
		const struct accounts *set =
		    atomic_load_explicit(&r->given, memory_order_acquire);

		for (unsigned i = 0; i < NAMES; i++) {
			const struct account *a;
			int len = snprintf(name, sizeof name, "user%u", i);

			a = accounts_find(set, name, (size_t)len);
			if (a != NULL)
				serve(r, a);
		}
		/* From here on the set is not touched any more. */
		atomic_store_explicit(&r->used, set, memory_order_release);
	}
	return NULL;
}

static void
publish(struct book *b, struct reader readers[], struct garbage *g)
{
	const struct accounts *set = book_accounts(b);

	for (size_t i = 0; i < READERS; i++)
		atomic_store_explicit(
		    &readers[i].given, set, memory_order_release);
	for (size_t i = 0; i < READERS; i++)
		while (atomic_load_explicit(
			   &readers[i].used, memory_order_acquire) != set)
			sched_yield();
	book_release(b, g);
}

static void
change(struct book *b, uint64_t *ids, unsigned i, struct garbage **g)
{
	char name[16];
	struct account row = { .id = i + 1000,
		.name = name,
		.hash = "$h",
		.enabled = true,
		.kept = true };
	unsigned at = i * 7 % NAMES;

	snprintf(name, sizeof name, "user%u", at);
	if (ids[at] == 0) {
		assert_int_equal(book_add(b, &row, NULL, g), 0);
		ids[at] = row.id;
	} else if (i % 3 == 0) {
		row.id = ids[at];
		row.role = ROLE_ADMIN;
		assert_int_equal(book_change(b, &row, g), 0);
	} else {
		assert_int_equal(book_remove(b, ids[at], g), 0);
		ids[at] = 0;
	}
}

static void
readers_see_whole_sets_while_main_changes_them(void **state)
{
	static struct reader readers[READERS];
	uint64_t ids[NAMES] = { 0 };
	struct book *b = book_new();
	struct account_use uses[8];
	struct garbage *g = NULL;

	(void)state;
	assert_non_null(b);
	for (size_t i = 0; i < READERS; i++) {
		atomic_init(&readers[i].given, book_accounts(b));
		assert_int_equal(pthread_create(&readers[i].thread, NULL,
				     read_on, &readers[i]),
		    0);
	}
	for (unsigned i = 0; i < CHANGES; i++) {
		change(b, ids, i, &g);
		publish(b, readers, g);
		if (ids[i % NAMES] != 0)
			assert_int_equal(
			    book_used(b, ids[i % NAMES], i, "t:1"), 0);
		(void)book_collect(b, uses, 8);
	}
	for (size_t i = 0; i < READERS; i++) {
		atomic_store(&readers[i].stop, true);
		pthread_join(readers[i].thread, NULL);
		assert_true(readers[i].sessions > 0);
	}
	book_free(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    readers_see_whole_sets_while_main_changes_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The book of accounts against a plain table that does the same; what it
 * costs. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/core/book_rows.h"
#include "tests/memory.h"

enum { NAMES = 400, STEPS = 6000, MANY = 100000 };

static unsigned
random_below(unsigned n)
{
	static uint64_t random = 7;

	random = random * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (unsigned)(random >> 33) % n;
}

/* ---- the model: names[i] belongs to ids[i], 0 if nobody has it */

struct model {
	struct book *book;
	uint64_t ids[NAMES], next;
	enum role roles[NAMES];
};

static const char *
name(size_t i)
{
	static char text[2][16];
	static size_t at;

	at = !at;
	/* Lengths differ, so that prefixes meet; order is that of octets. */
	snprintf(
	    text[at], sizeof text[at], i % 3 == 0 ? "u%zu" : "%zu\xc3\xa9", i);
	return text[at];
}

static int
by_octets(const void *a, const void *b)
{
	return strcmp(a, b);
}

static void
assert_listed(const struct model *m)
{
	static char wanted[NAMES][16];
	const struct account *list[7];
	const char *after = NULL;
	size_t count = 0, got, seen = 0, admins = 0;

	for (size_t i = 0; i < NAMES; i++)
		if (m->ids[i] != 0) {
			strcpy(wanted[count++], name(i));
			admins += m->roles[i] == ROLE_ADMIN;
		}
	qsort(wanted, count, sizeof *wanted, by_octets);
	while ((got = book_list(m->book, after, list, 7)) != 0) {
		for (size_t i = 0; i < got; i++)
			assert_string_equal(list[i]->name, wanted[seen + i]);
		seen += got;
		after = list[got - 1]->name;
	}
	assert_int_equal(seen, count);
	assert_int_equal(accounts_count(book_accounts(m->book)), count);
	assert_int_equal(accounts_admins(book_accounts(m->book)), admins);
}

static void
assert_found(const struct model *m)
{
	for (size_t i = 0; i < NAMES; i++) {
		const struct account *a = find(m->book, name(i));

		if (m->ids[i] == 0) {
			assert_null(a);
			continue;
		}
		assert_int_equal(a->id, m->ids[i]);
		assert_int_equal(a->role, m->roles[i]);
		assert_int_equal(a->live->id, a->id);
		assert_ptr_equal(
		    accounts_find_id(book_accounts(m->book), a->id), a);
	}
}

static void
add_or_refuse(struct model *m, size_t i)
{
	struct account a = row(m->next, name(i));
	struct garbage *g = NULL;
	int taken = m->ids[i] != 0 ? -EEXIST : 0;

	a.role = (enum role)random_below(3);
	assert_int_equal(book_add(m->book, &a, NULL, &g), taken);
	if (taken != 0)
		return;
	m->ids[i] = m->next++;
	m->roles[i] = a.role;
	book_release(m->book, g);
}

static void
rename_or_refuse(struct model *m, size_t from, size_t to)
{
	struct account a = row(m->ids[from], name(to));
	struct garbage *g = NULL;
	int wanted = m->ids[from] == 0               ? -ENOENT
		     : to != from && m->ids[to] != 0 ? -EEXIST
						     : 0;

	a.role = (enum role)random_below(3);
	assert_int_equal(book_change(m->book, &a, &g), wanted);
	if (wanted != 0)
		return;
	m->ids[from] = 0;
	m->ids[to] = a.id;
	m->roles[to] = a.role;
	book_release(m->book, g);
}

static void
remove_or_refuse(struct model *m, size_t i)
{
	struct garbage *g = NULL;
	int wanted = m->ids[i] == 0 ? -ENOENT : 0;

	assert_int_equal(book_remove(m->book, m->ids[i], &g), wanted);
	m->ids[i] = 0;
	book_release(m->book, g);
}

static void
the_book_agrees_with_a_table_over_many_random_changes(void **state)
{
	struct model m = { .book = book_new(), .next = 1 };

	(void)state;
	for (size_t i = 0; i < STEPS; i++) {
		size_t at = random_below(NAMES);

		switch (random_below(4)) {
		case 0:
		case 1:
			add_or_refuse(&m, at);
			break;
		case 2:
			rename_or_refuse(&m, at, random_below(NAMES));
			break;
		default:
			remove_or_refuse(&m, at);
		}
		if (i % 50 == 0) {
			assert_found(&m);
			assert_listed(&m);
		}
	}
	for (size_t i = 0; i < NAMES; i++)
		remove_or_refuse(&m, i);
	assert_listed(&m);
	book_free(m.book);
}

/* ---- memory */

static int
change_number(struct book *b, size_t kind, struct garbage **g)
{
	struct account added = row(9000, "new one"), renamed = row(17, "moved");
	struct account same = row(18, name(17));

	switch (kind) {
	case 0:
		return book_add(b, &added, NULL, g);
	case 1:
		return book_change(b, &renamed, g);
	case 2:
		return book_change(b, &same, g);
	default:
		return book_remove(b, 19, g);
	}
}

static void
a_change_without_memory_leaves_no_trace(void **state)
{
	struct model m = { .book = book_new(), .next = 1 };

	(void)state;
	for (size_t i = 0; i < NAMES; i++)
		m.ids[i] = add(m.book, i + 1, name(i));
	for (size_t kind = 0; kind < 4; kind++) {
		struct garbage *g = NULL;
		size_t fail = 0;

		do {
			memory_begin(++fail);
			if (change_number(m.book, kind, &g) == 0)
				break;
			memory_begin(0);
			assert_null(g);
			if (kind == 0) {
				assert_found(&m);
				assert_listed(&m);
			}
		} while (fail < 100);
		memory_begin(0);
		assert_in_range(fail, 4, 99);
		book_release(m.book, g);
	}
	assert_non_null(find(m.book, "new one"));
	assert_non_null(find(m.book, "moved"));
	assert_int_equal(find(m.book, name(17))->id, 18);
	assert_null(accounts_find_id(book_accounts(m.book), 19));
	book_free(m.book);
}

static void
loading_without_memory_says_so_and_the_book_can_be_freed(void **state)
{
	struct account_use use = { .last_target = "a:1" };
	size_t fail = 0;
	int err;

	(void)state;
	do {
		struct book *b = book_new();

		err = 0;
		memory_begin(++fail);
		for (size_t i = 1; i <= 40 && err == 0; i++) {
			struct account a = row(i, name(i));

			err = book_load(b, &a, &use);
		}
		memory_begin(0);
		book_free(b);
	} while (err == -ENOMEM);
	assert_int_equal(err, 0);
	assert_true(fail > 100);
}

/* ---- what it costs */

static double
ms_since(const struct timespec *start)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - start->tv_sec) * 1e3 +
	       (double)(now.tv_nsec - start->tv_nsec) / 1e6;
}

static void
begin_count(struct timespec *start)
{
	memory_begin(0);
	clock_gettime(CLOCK_MONOTONIC, start);
}

static void
load_many(struct book *b)
{
	struct timespec start;
	char text[32];

	begin_count(&start);
	for (uint64_t i = 1; i <= MANY; i++) {
		struct account a = row(i, text);

		snprintf(text, sizeof text, "user%08llu",
		    (unsigned long long)(i * 7919 % 1000003));
		assert_int_equal(book_load(b, &a, NULL), 0);
	}
	print_message("load %d accounts: %.1f ms, %zu octets asked for each\n",
	    MANY, ms_since(&start), memory.octets / MANY);
}

/* Most allocations and octets of any one change, over a thousand of each. */
static void
a_change_among_100000_accounts_copies_next_to_nothing(void **state)
{
	struct book *b = book_new();
	size_t most_calls = 0, most_octets = 0;
	double slowest = 0, all = 0, took;
	struct timespec start;
	struct garbage *g;
	char text[32];

	(void)state;
	load_many(b);
	for (uint64_t i = 0; i < 4000; i++) {
		struct account added = row(MANY + 1 + i, text);
		struct account renamed = row(i * 20 + 1, text);

		snprintf(text, sizeof text, "new%llu", (unsigned long long)i);
		begin_count(&start);
		if (i % 3 == 0)
			assert_int_equal(book_add(b, &added, NULL, &g), 0);
		else if (i % 3 == 1)
			assert_int_equal(book_change(b, &renamed, &g), 0);
		else
			assert_int_equal(book_remove(b, i * 20 + 1, &g), 0);
		book_release(b, g);
		took = ms_since(&start);
		all += took;
		slowest = took > slowest ? took : slowest;
		most_calls =
		    memory.calls > most_calls ? memory.calls : most_calls;
		most_octets =
		    memory.octets > most_octets ? memory.octets : most_octets;
	}
	print_message("a change: %.4f ms, the slowest %.4f ms; at most %zu "
		      "allocations, %zu octets\n",
	    all / 4000, slowest, most_calls, most_octets);
	assert_in_range(most_calls, 5, 25);
	assert_in_range(most_octets, 500, 16384);
	book_free(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    the_book_agrees_with_a_table_over_many_random_changes),
		cmocka_unit_test(a_change_without_memory_leaves_no_trace),
		cmocka_unit_test(
		    loading_without_memory_says_so_and_the_book_can_be_freed),
		cmocka_unit_test(
		    a_change_among_100000_accounts_copies_next_to_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Main's book of accounts against a plain table that does the same. */

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "core/book.h"
#include "tests/memory.h"

enum { NAMES = 400, STEPS = 6000, MANY = 100000 };

static struct account
row(uint64_t id, const char *name)
{
	return (struct account){
		.id = id,
		.name = name,
		.hash = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$aGFzaA",
		.role = ROLE_REGULAR,
		.enabled = true,
		.kept = true,
	};
}

static uint64_t
add(struct book *b, uint64_t id, const char *name)
{
	struct account a = row(id, name);
	struct garbage *g = NULL;

	assert_int_equal(book_add(b, &a, &g), 0);
	book_release(b, g);
	return accounts_find(book_accounts(b), name, strlen(name))->id;
}

static const struct account *
find(const struct book *b, const char *name)
{
	return accounts_find(book_accounts(b), name, strlen(name));
}

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
	assert_int_equal(book_add(m->book, &a, &g), taken);
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

static void
a_set_stays_as_it_was_while_a_worker_holds_it(void **state)
{
	struct book *b = book_new();
	const struct accounts *held;
	struct garbage *g[3];
	struct account a;
	uint64_t alice = add(b, 1, "alice");

	(void)state;
	held = book_accounts(b);
	a = row(alice, "alicia");
	assert_int_equal(book_change(b, &a, &g[0]), 0);
	a = row(2, "bob");
	assert_int_equal(book_add(b, &a, &g[1]), 0);
	assert_int_equal(book_remove(b, alice, &g[2]), 0);

	assert_string_equal(accounts_find_id(held, alice)->name, "alice");
	assert_non_null(accounts_find(held, "alice", 5));
	assert_null(accounts_find(held, "alicia", 6));
	assert_int_equal(accounts_count(held), 1);
	assert_null(find(b, "alice"));
	assert_non_null(find(b, "bob"));
	for (size_t i = 0; i < 3; i++)
		book_release(b, g[i]);
	book_free(b);
}

static void
a_renamed_account_keeps_its_live_part_and_its_fast_hash(void **state)
{
	struct book *b = book_new();
	const struct account *was = NULL, *is;
	struct account_live *live;
	struct secret password;
	struct garbage *g;
	struct account a;

	(void)state;
	secret_set(&password, "geheim", 6);
	add(b, 1, "alice");
	was = find(b, "alice");
	live = was->live;
	accounts_fast_learn(was, &password);

	a = account_columns(was);
	a.name = "alicia";
	assert_int_equal(book_change(b, &a, &g), 0);
	book_release(b, g);
	is = find(b, "alicia");
	assert_ptr_equal(is->live, live);
	assert_int_equal(is->name_len, 6);
	assert_true(accounts_fast_check(is, &password));

	a = account_columns(is);
	a.hash = "$argon2id$another";
	assert_int_equal(book_change(b, &a, &g), 0);
	book_release(b, g);
	assert_false(accounts_fast_check(find(b, "alicia"), &password));
	book_free(b);
}

static void
the_live_part_of_a_removed_account_outlives_its_sessions(void **state)
{
	struct book *b = book_new();
	struct account_live *live;
	struct garbage *g;
	uint64_t id = add(b, 1, "alice");

	(void)state;
	live = find(b, "alice")->live;
	assert_int_equal(account_enter(live), ACCOUNT_FIRST);
	assert_int_equal(account_enter(live), ACCOUNT_NEXT);
	assert_int_equal(book_remove(b, id, &g), 0);
	book_release(b, g);
	assert_false(account_leave(live)); /* the sanitizer looks here */
	assert_int_equal(book_collect(b, NULL, 0), 0);
	assert_true(account_leave(live));
	assert_int_equal(book_collect(b, NULL, 0), 0);
	book_free(b);
}

static void
accounts_of_this_run_get_ids_that_no_store_gives(void **state)
{
	struct book *b = book_new();
	struct account a = row(0, "alice"), c = row(0, "carol");

	(void)state;
	a.kept = false;
	assert_int_equal(book_load(b, &a, NULL), 0);
	assert_int_equal(book_load(b, &c, NULL), 0);
	assert_true(find(b, "alice")->id >= BOOK_RUN_ID);
	assert_true(find(b, "carol")->id > find(b, "alice")->id);
	assert_int_equal(book_load(b, &a, NULL), -EEXIST);
	book_free(b);
}

static void
only_enabled_administrators_count(void **state)
{
	struct book *b = book_new();
	struct account a = row(1, "root"), c = row(2, "ruth");
	struct garbage *g;

	(void)state;
	a.role = c.role = ROLE_ADMIN;
	assert_int_equal(book_load(b, &a, NULL), 0);
	assert_int_equal(book_load(b, &c, NULL), 0);
	assert_int_equal(accounts_admins(book_accounts(b)), 2);
	c.enabled = false;
	assert_int_equal(book_change(b, &c, &g), 0);
	book_release(b, g);
	assert_int_equal(accounts_admins(book_accounts(b)), 1);
	assert_int_equal(book_remove(b, 2, &g), 0);
	book_release(b, g);
	assert_int_equal(accounts_admins(book_accounts(b)), 1);
	book_free(b);
}

/* ---- limits */

static void
an_account_has_its_own_limit_or_the_settings(void **state)
{
	struct book *b = book_new();
	struct account own = row(1, "own"), free = row(2, "free"), a;
	uint64_t fallback[COLUMNS_COUNT] = { 0 };
	struct account_live *live;
	struct garbage *g;

	(void)state;
	own.own[COLUMN_max_sessions] = 2;
	free.own[COLUMN_max_sessions] = COLUMN_NONE;
	assert_int_equal(book_load(b, &own, NULL), 0);
	assert_int_equal(book_load(b, &free, NULL), 0);
	add(b, 3, "plain");
	live = find(b, "plain")->live;
	assert_int_equal(account_limit(live, COLUMN_max_sessions), 0);
	fallback[COLUMN_max_sessions] = 1;
	book_limit(b, fallback);
	assert_int_equal(account_limit(live, COLUMN_max_sessions), 1);
	assert_int_equal(account_enter(live), ACCOUNT_FIRST);
	assert_int_equal(account_enter(live), ACCOUNT_FULL);
	assert_true(account_leave(live));
	a = account_columns(find(b, "plain"));
	a.own[COLUMN_max_sessions] = 7;
	assert_int_equal(book_change(b, &a, &g), 0);
	book_release(b, g);
	assert_int_equal(account_limit(live, COLUMN_max_sessions), 7);
	live = find(b, "own")->live;
	assert_int_equal(account_limit(live, COLUMN_max_sessions), 2);
	live = find(b, "free")->live;
	assert_int_equal(account_limit(live, COLUMN_max_sessions), 0);
	book_free(b);
}

static void
a_quota_is_of_the_day_and_survives_a_restart_within_it(void **state)
{
	struct account_use use = { .account = 1, .up = 100, .down = 50 };
	struct book *b = book_new();
	struct account a = row(1, "alice"), c = row(2, "bob"), d = row(3, "c");
	struct account_live *live;
	struct account_use uses[4];

	(void)state;
	book_day(b, 500);
	a.own[COLUMN_quota] = 40;
	use.day = 500;
	use.day_start = 120;
	assert_int_equal(book_load(b, &a, &use), 0);
	live = find(b, "alice")->live;
	assert_int_equal(account_used(live), 30);
	assert_false(account_is_spent(live));
	atomic_fetch_add(&live->down, 10);
	assert_true(account_is_spent(live));
	assert_int_equal(book_used(b, 1, 9, "t:1"), 0);
	assert_int_equal(book_collect(b, uses, 4), 1);
	assert_int_equal(uses[0].day, 500);
	assert_int_equal(uses[0].day_start, 120);
	book_day(b, 501);
	assert_false(account_is_spent(live));
	assert_int_equal(account_used(live), 0);
	/* What was written down yesterday, or makes no sense, says nothing. */
	use.day = 500;
	assert_int_equal(book_load(b, &c, &use), 0);
	assert_int_equal(account_used(find(b, "bob")->live), 0);
	use.day = 501;
	use.day_start = 151;
	assert_int_equal(book_load(b, &d, &use), 0);
	assert_int_equal(account_used(find(b, "c")->live), 0);
	book_free(b);
}

static void
note_end(const struct account *a, void *names)
{
	strcat(names, a->name);
	strcat(names, " ");
}

static void
ends_are_told_when_they_come(void **state)
{
	struct book *b = book_new();
	struct account a = row(1, "a"), c = row(2, "b"), never = row(3, "c");
	struct garbage *g;
	char names[64] = "";

	(void)state;
	a.own[COLUMN_expires] = 1000;
	c.own[COLUMN_expires] = 2000;
	assert_int_equal(book_load(b, &c, NULL), 0);
	assert_int_equal(book_load(b, &never, NULL), 0);
	book_ended(b, 1500, note_end, names);
	assert_string_equal(names, "");
	assert_int_equal(book_add(b, &a, &g), 0);
	book_release(b, g);
	assert_true(account_is_expired(find(b, "a")->live, 1000));
	assert_false(account_is_expired(find(b, "a")->live, 999));
	assert_false(account_is_expired(find(b, "c")->live, 1 << 30));
	book_ended(b, 1500, note_end, names);
	assert_string_equal(names, "a ");
	book_ended(b, 1999, note_end, names);
	book_ended(b, 2000, note_end, names);
	book_ended(b, 2001, note_end, names);
	assert_string_equal(names, "a b ");
	c.own[COLUMN_expires] = 3000;
	assert_int_equal(book_change(b, &c, &g), 0);
	book_release(b, g);
	book_ended(b, 3000, note_end, names);
	assert_string_equal(names, "a b b ");
	/* The clock is set back: what has not come yet comes again. */
	book_ended(b, 1500, note_end, names);
	book_ended(b, 2999, note_end, names);
	assert_string_equal(names, "a b b ");
	book_ended(b, 3001, note_end, names);
	assert_string_equal(names, "a b b b ");
	book_free(b);
}

/* ---- totals */

static void
totals_are_collected_once_for_each_change_and_then_no_more(void **state)
{
	struct account_use uses[4];
	struct book *b = book_new();
	uint64_t id = add(b, 5, "alice");
	struct account_live *live = find(b, "alice")->live;

	(void)state;
	assert_int_equal(book_collect(b, uses, 4), 0);
	account_enter(live);
	atomic_store(&live->opened, 1);
	assert_int_equal(book_used(b, id, 1234, "example.org:443"), 0);
	assert_int_equal(book_collect(b, uses, 4), 1);
	assert_int_equal(uses[0].account, id);
	assert_int_equal(uses[0].opened, 1);
	assert_int_equal(uses[0].last, 1234);
	assert_string_equal(uses[0].last_target, "example.org:443");
	assert_string_equal(
	    account_last_target(find(b, "alice")), "example.org:443");

	assert_int_equal(book_collect(b, uses, 4), 0);
	atomic_store(&live->up, 99);
	assert_int_equal(book_collect(b, uses, 4), 1);
	assert_int_equal(uses[0].up, 99);
	atomic_store(&live->down, 7);
	account_leave(live);
	assert_int_equal(book_collect(b, uses, 4), 1);
	assert_int_equal(book_collect(b, uses, 4), 0);
	assert_null(live->active);
	book_free(b);
}

static void
totals_that_could_not_be_written_come_again(void **state)
{
	struct account_use uses[4];
	struct book *b = book_new();
	uint64_t id = add(b, 5, "alice");

	(void)state;
	assert_int_equal(book_used(b, id, 1, "a:1"), 0);
	assert_int_equal(book_collect(b, uses, 4), 1);
	assert_int_equal(book_collect(b, uses + 1, 3), 0);
	book_uncollect(b, uses, 1);
	assert_int_equal(book_collect(b, uses, 4), 1);
	assert_int_equal(uses[0].account, id);
	book_free(b);
}

static void
totals_of_many_accounts_come_in_portions_without_a_gap(void **state)
{
	struct account_use uses[3];
	bool seen[11] = { false };
	struct book *b = book_new();
	size_t got, count = 0;

	(void)state;
	for (size_t i = 1; i <= 10; i++) {
		add(b, i, name(i));
		assert_int_equal(book_used(b, i, 1, "a:1"), 0);
	}
	while ((got = book_collect(b, uses, 3)) != 0)
		for (size_t i = 0; i < got; i++, count++) {
			assert_false(seen[uses[i].account]);
			seen[uses[i].account] = true;
		}
	assert_int_equal(count, 10);
	book_free(b);
}

static void
totals_of_removed_and_unkept_accounts_are_not_collected(void **state)
{
	struct account_use uses[4];
	struct book *b = book_new();
	struct account a = row(0, "runner");
	struct garbage *g;

	(void)state;
	a.kept = false;
	assert_int_equal(book_load(b, &a, NULL), 0);
	add(b, 1, "alice");
	assert_int_equal(book_used(b, 1, 1, "a:1"), 0);
	assert_int_equal(book_used(b, BOOK_RUN_ID, 1, "b:1"), 0);
	assert_int_equal(book_used(b, 77, 1, "c:1"), 0);
	assert_string_equal(account_last_target(find(b, "runner")), "b:1");
	assert_int_equal(book_remove(b, 1, &g), 0);
	book_release(b, g);
	assert_int_equal(book_collect(b, uses, 4), 0);
	book_free(b);
}

static void
totals_from_the_store_are_where_an_account_goes_on(void **state)
{
	struct account_use use = { 1, 10, 20, 30, 40, "old.example:80", 0, 0 };
	struct account a = row(1, "alice");
	struct book *b = book_new();

	(void)state;
	assert_int_equal(book_load(b, &a, &use), 0);
	assert_int_equal(find(b, "alice")->live->opened, 10);
	assert_int_equal(find(b, "alice")->live->up, 20);
	assert_int_equal(find(b, "alice")->live->down, 30);
	assert_int_equal(find(b, "alice")->live->last, 40);
	assert_string_equal(
	    account_last_target(find(b, "alice")), "old.example:80");
	book_free(b);
}

/* ---- memory */

static int
change_number(struct book *b, size_t kind, struct garbage **g)
{
	struct account added = row(9000, "new one"), renamed = row(17, "moved");
	struct account same = row(18, name(17));

	switch (kind) {
	case 0:
		return book_add(b, &added, g);
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
			assert_int_equal(book_add(b, &added, &g), 0);
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
		cmocka_unit_test(a_set_stays_as_it_was_while_a_worker_holds_it),
		cmocka_unit_test(
		    a_renamed_account_keeps_its_live_part_and_its_fast_hash),
		cmocka_unit_test(
		    the_live_part_of_a_removed_account_outlives_its_sessions),
		cmocka_unit_test(
		    accounts_of_this_run_get_ids_that_no_store_gives),
		cmocka_unit_test(only_enabled_administrators_count),
		cmocka_unit_test(an_account_has_its_own_limit_or_the_settings),
		cmocka_unit_test(
		    a_quota_is_of_the_day_and_survives_a_restart_within_it),
		cmocka_unit_test(ends_are_told_when_they_come),
		cmocka_unit_test(
		    totals_are_collected_once_for_each_change_and_then_no_more),
		cmocka_unit_test(totals_that_could_not_be_written_come_again),
		cmocka_unit_test(
		    totals_of_many_accounts_come_in_portions_without_a_gap),
		cmocka_unit_test(
		    totals_of_removed_and_unkept_accounts_are_not_collected),
		cmocka_unit_test(
		    totals_from_the_store_are_where_an_account_goes_on),
		cmocka_unit_test(a_change_without_memory_leaves_no_trace),
		cmocka_unit_test(
		    loading_without_memory_says_so_and_the_book_can_be_freed),
		cmocka_unit_test(
		    a_change_among_100000_accounts_copies_next_to_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

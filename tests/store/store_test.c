/* What every kind of store promises, and what only one that lasts can. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "store/store.h"
#include "tests/store/scratch.h"

static struct store_seen seen;

/* ---- a store of each kind; *state is its URL */

struct kind {
	const char *url; /* NULL: a fresh file */
	struct store *store;
	struct scratch scratch;
};

static int
open_kind(struct kind *k)
{
	char why[STORE_WHY] = "";
	char url[SCRATCH_PATH + 8];

	snprintf(url, sizeof url, "sqlite:%s", k->scratch.file);
	k->store = store_open(k->url == NULL ? url : k->url, why);
	if (k->store == NULL)
		print_error("%s\n", why);
	return k->store == NULL ? -1 : 0;
}

static int
set_up_memory(void **state)
{
	static struct kind k;

	k = (struct kind){ .url = "memory:" };
	*state = &k;
	return open_kind(&k);
}

static int
set_up_sqlite(void **state)
{
	static struct kind k;

	k = (struct kind){ .url = NULL };
	*state = &k;
	scratch_make(&k.scratch);
	return open_kind(&k);
}

static int
tear_down(void **state)
{
	struct kind *k = *state;

	store_close(k->store);
	finding_free(seen.finding);
	seen.finding = NULL;
	if (k->url == NULL)
		scratch_remove(&k->scratch);
	return 0;
}

/* ---- helpers */

static void
look(struct kind *k)
{
	store_look(k->store, &seen);
}

static enum change_result
ask(struct kind *k, struct change c)
{
	store_change(k->store, &c);
	assert_int_equal(c.result == CHANGE_DONE, c.why[0] == '\0');
	return c.result;
}

static uint64_t
add(struct kind *k, const char *name)
{
	struct change c = change_add(name);

	store_change(k->store, &c);
	assert_string_equal(c.why, "");
	assert_int_equal(c.result, CHANGE_DONE);
	assert_int_not_equal(c.account, 0);
	return c.account;
}

static struct change
named(enum change_kind kind, uint64_t id, const char *name)
{
	struct change c = { .kind = kind, .account = id };

	snprintf(c.name, sizeof c.name, "%s", name);
	return c;
}

static struct change
setting(enum change_kind kind, const char *key, const char *value)
{
	struct change c = { .kind = kind, .value = (char *)value };

	snprintf(c.key, sizeof c.key, "%s", key);
	return c;
}

/* ---- every kind */

static void
a_new_store_is_empty(void **state)
{
	look(*state);
	assert_int_equal(seen.naccounts, 0);
	assert_int_equal(seen.nsettings, 0);
}

static void
an_account_comes_back_with_all_its_columns(void **state)
{
	struct change c = change_add("al\xc3\xafs");

	c.role = ROLE_OBSERVER;
	c.enabled = false;
	c.created = 1700000000;
	store_change(((struct kind *)*state)->store, &c);
	assert_int_equal(c.result, CHANGE_DONE);
	look(*state);
	assert_int_equal(seen.naccounts, 1);
	assert_int_equal(seen.accounts[0].id, c.account);
	assert_string_equal(seen.accounts[0].name, "al\xc3\xafs");
	assert_string_equal(seen.accounts[0].hash, c.hash);
	assert_int_equal(seen.accounts[0].role, ROLE_OBSERVER);
	assert_false(seen.accounts[0].enabled);
	assert_int_equal(seen.accounts[0].created, 1700000000);
	assert_int_equal(seen.accounts[0].use.last, 0);
	assert_string_equal(seen.accounts[0].use.last_target, "");
}

static void
each_column_can_be_changed_and_the_others_stay(void **state)
{
	uint64_t id = add(*state, "alice"), other = add(*state, "bob");
	struct change c = {
		.kind = CHANGE_PASSWORD, .account = id, .hash = "$argon2id$new"
	};
	const struct store_row *a;

	assert_int_equal(ask(*state, c), CHANGE_DONE);
	c = (struct change){
		.kind = CHANGE_ROLE, .account = id, .role = ROLE_ADMIN
	};
	assert_int_equal(ask(*state, c), CHANGE_DONE);
	c = (struct change){ .kind = CHANGE_ENABLE, .account = id };
	assert_int_equal(ask(*state, c), CHANGE_DONE);
	assert_int_equal(
	    ask(*state, named(CHANGE_RENAME, id, "alicia")), CHANGE_DONE);

	look(*state);
	a = store_row(&seen, "alicia");
	assert_non_null(a);
	assert_int_equal(a->id, id);
	assert_string_equal(a->hash, "$argon2id$new");
	assert_int_equal(a->role, ROLE_ADMIN);
	assert_false(a->enabled);
	assert_null(store_row(&seen, "alice"));
	assert_int_equal(store_row(&seen, "bob")->id, other);
	assert_int_equal(store_row(&seen, "bob")->role, ROLE_REGULAR);
	assert_true(store_row(&seen, "bob")->enabled);
}

static void
a_name_belongs_to_one_account(void **state)
{
	uint64_t id = add(*state, "alice"), bob = add(*state, "bob");

	assert_int_equal(ask(*state, change_add("alice")), CHANGE_TAKEN);
	assert_int_equal(
	    ask(*state, named(CHANGE_RENAME, bob, "alice")), CHANGE_TAKEN);
	assert_int_equal(
	    ask(*state, named(CHANGE_RENAME, id, "alice")), CHANGE_DONE);
	assert_int_equal(
	    ask(*state, named(CHANGE_RENAME, id, "carol")), CHANGE_DONE);
	add(*state, "alice");
	look(*state);
	assert_int_equal(seen.naccounts, 3);
}

static void
names_are_compared_as_octets(void **state)
{
	add(*state, "alice");
	add(*state, "Alice");
	add(*state, "alice ");
	add(*state, "\xc3\xa9");  /* e acute as one */
	add(*state, "e\xcc\x81"); /* and as two */
	look(*state);
	assert_int_equal(seen.naccounts, 5);
}

static void
an_id_is_never_given_twice(void **state)
{
	uint64_t first = add(*state, "alice"), second;

	assert_int_equal(
	    ask(*state, named(CHANGE_REMOVE, first, "")), CHANGE_DONE);
	second = add(*state, "alice");
	assert_true(second > first);
	look(*state);
	assert_int_equal(seen.naccounts, 1);
	assert_int_equal(seen.accounts[0].id, second);
}

static void
what_was_removed_is_put_back_as_it_was(void **state)
{
	uint64_t id = add(*state, "alice"), other = add(*state, "bob");
	struct account_use use = { .account = id,
		.opened = 5,
		.up = 70,
		.down = 900,
		.last = 1700000001,
		.last_target = "example.org:443",
		.day = 19675,
		.day_start = 100 };
	struct change c = change_add("alice");
	const struct store_row *a;

	c.kind = CHANGE_RESTORE;
	c.account = id;
	c.role = ROLE_OBSERVER;
	c.enabled = false;
	c.created = 1700000000;
	for (int i = 0; i < COLUMNS_COUNT; i++)
		c.own[i] = 4096 + (uint64_t)i;
	c.uses = &use;
	assert_int_equal(ask(*state, c), CHANGE_INVALID);
	c.nuses = 1;
	assert_int_equal(
	    ask(*state, named(CHANGE_REMOVE, id, "")), CHANGE_DONE);
	assert_int_equal(ask(*state, c), CHANGE_DONE);
	look(*state);
	assert_int_equal(seen.naccounts, 2);
	a = store_row(&seen, "alice");
	assert_int_equal(a->id, id);
	assert_string_equal(a->hash, c.hash);
	assert_int_equal(a->role, ROLE_OBSERVER);
	assert_false(a->enabled);
	assert_int_equal(a->created, 1700000000);
	assert_memory_equal(a->own, c.own, sizeof c.own);
	assert_memory_equal(&a->use, &use, sizeof use);
	assert_int_equal(store_row(&seen, "bob")->id, other);
	assert_true(add(*state, "carol") > other);
}

static void
who_has_the_name_now_keeps_it(void **state)
{
	uint64_t id = add(*state, "alice"), now;
	struct account_use use = { .account = id };
	struct change c = change_add("alice");

	assert_int_equal(
	    ask(*state, named(CHANGE_REMOVE, id, "")), CHANGE_DONE);
	now = add(*state, "alice");
	c.kind = CHANGE_RESTORE;
	c.account = id;
	c.uses = &use;
	c.nuses = 1;
	assert_int_equal(ask(*state, c), CHANGE_TAKEN);
	c.own[COLUMN_quota] = column_rows[COLUMN_quota].most + 1;
	assert_int_equal(ask(*state, c), CHANGE_INVALID);
	look(*state);
	assert_int_equal(seen.naccounts, 1);
	assert_int_equal(store_row(&seen, "alice")->id, now);
}

static void
each_limit_is_kept_by_itself_and_comes_back(void **state)
{
	uint64_t alice = add(*state, "alice"), bob = add(*state, "bob"), own;
	struct change c = { .kind = CHANGE_LIMIT, .account = alice };

	for (int i = 0; i < COLUMNS_COUNT; i++) {
		c.column = (enum column_id)i;
		for (int none = 1; none >= 0; none--) {
			own = none ? COLUMN_NONE : column_rows[i].most - 1;
			if (!column_may_be(c.column, own))
				continue;
			c.number = own;
			assert_int_equal(ask(*state, c), CHANGE_DONE);
			look(*state);
			assert_true(store_row(&seen, "alice")->own[i] == own);
		}
	}
	c = named(CHANGE_RENAME, bob, "carol");
	assert_int_equal(ask(*state, c), CHANGE_DONE);
	look(*state);
	for (int i = 0; i < COLUMNS_COUNT; i++) {
		assert_true(store_row(&seen, "alice")->own[i] ==
			    column_rows[i].most - 1);
		assert_true(
		    store_row(&seen, "carol")->own[i] == COLUMN_DEFAULT);
	}
	c = (struct change){ .kind = CHANGE_LIMIT,
		.account = alice,
		.column = COLUMN_quota,
		.number = column_rows[COLUMN_quota].most + 1 };
	assert_int_equal(ask(*state, c), CHANGE_INVALID);
	c.column = COLUMNS_COUNT;
	assert_int_equal(ask(*state, c), CHANGE_INVALID);
}

static void
what_names_no_account_is_missing(void **state)
{
	static const enum change_kind kinds[] = { CHANGE_REMOVE,
		CHANGE_PASSWORD, CHANGE_RENAME, CHANGE_ROLE, CHANGE_ENABLE,
		CHANGE_LIMIT };

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		struct change c = change_add("nobody");

		c.kind = kinds[i];
		c.account = 4711;
		assert_int_equal(ask(*state, c), CHANGE_MISSING);
	}
}

static void
what_can_never_be_right_is_invalid(void **state)
{
	struct change c = change_add("");

	assert_int_equal(ask(*state, c), CHANGE_INVALID);
	assert_int_equal(ask(*state, change_add("a\nb")), CHANGE_INVALID);
	assert_int_equal(ask(*state, change_add("\xff")), CHANGE_INVALID);
	c = change_add("alice");
	c.hash[0] = '\0';
	assert_int_equal(ask(*state, c), CHANGE_INVALID);
	c = change_add("alice");
	c.role = (enum role)3;
	assert_int_equal(ask(*state, c), CHANGE_INVALID);
	assert_int_equal(
	    ask(*state, setting(CHANGE_SET, "", "1")), CHANGE_INVALID);
	look(*state);
	assert_int_equal(seen.naccounts, 0);
}

static void
the_longest_name_and_target_come_back_whole(void **state)
{
	struct account_use use = { .last = 5 };
	struct change c = { .kind = CHANGE_USE, .uses = &use, .nuses = 1 };
	char name[256];

	memset(name, 'x', 255);
	name[255] = '\0';
	use.account = add(*state, name);
	memset(use.last_target, 't', sizeof use.last_target - 1);
	assert_int_equal(ask(*state, c), CHANGE_DONE);
	look(*state);
	assert_string_equal(seen.accounts[0].name, name);
	assert_string_equal(seen.accounts[0].use.last_target, use.last_target);
}

static void
totals_are_kept_for_all_accounts_of_a_batch(void **state)
{
	struct account_use uses[3] = {
		{ add(*state, "a"), 1, UINT64_MAX, 3, 44, "x.example:80", 20000,
		    2 },
		{ 999999, 9, 9, 9, 9, "gone:1", 0, 0 },
		{ add(*state, "b"), 5, 6, 7, 8, "[::1]:443", -1, 13 },
	};
	struct change c = { .kind = CHANGE_USE, .uses = uses, .nuses = 3 };

	assert_int_equal(ask(*state, c), CHANGE_DONE);
	look(*state);
	assert_int_equal(seen.naccounts, 2);
	assert_memory_equal(
	    &store_row(&seen, "a")->use, &uses[0], sizeof uses[0]);
	assert_memory_equal(
	    &store_row(&seen, "b")->use, &uses[2], sizeof uses[2]);
}

static void
a_setting_is_set_replaced_and_cleared(void **state)
{
	assert_int_equal(
	    ask(*state, setting(CHANGE_SET, "buffer-size", "50")), CHANGE_DONE);
	assert_int_equal(
	    ask(*state, setting(CHANGE_SET, "cleanup", "no")), CHANGE_DONE);
	assert_int_equal(
	    ask(*state, setting(CHANGE_SET, "buffer-size", "60")), CHANGE_DONE);
	look(*state);
	assert_int_equal(seen.nsettings, 2);
	assert_string_equal(store_setting(&seen, "buffer-size"), "60");
	assert_string_equal(store_setting(&seen, "cleanup"), "no");
	assert_int_equal(
	    ask(*state, setting(CHANGE_UNSET, "cleanup", "")), CHANGE_DONE);
	assert_int_equal(
	    ask(*state, setting(CHANGE_UNSET, "cleanup", "")), CHANGE_MISSING);
	look(*state);
	assert_int_equal(seen.nsettings, 1);
}

static void
many_random_changes_leave_what_a_table_says(void **state)
{
	enum { NAMES = 40, STEPS = 400 };
	uint64_t ids[NAMES] = { 0 };
	char name[16];
	unsigned random = 3;
	size_t count = 0;

	for (size_t i = 0; i < STEPS; i++) {
		random = random * 1103515245 + 12345;
		size_t at = (random >> 8) % NAMES;

		snprintf(name, sizeof name, "u%zu", at);
		if (random >> 31 == 0) {
			enum change_result wanted =
			    ids[at] == 0 ? CHANGE_DONE : CHANGE_TAKEN;
			struct change c = change_add(name);

			store_change(((struct kind *)*state)->store, &c);
			assert_int_equal(c.result, wanted);
			if (ids[at] == 0)
				ids[at] = c.account;
		} else {
			enum change_result wanted =
			    ids[at] == 0 ? CHANGE_MISSING : CHANGE_DONE;

			assert_int_equal(
			    ask(*state, named(CHANGE_REMOVE, ids[at], "")),
			    wanted);
			ids[at] = 0;
		}
	}
	look(*state);
	for (size_t i = 0; i < NAMES; i++) {
		snprintf(name, sizeof name, "u%zu", i);
		assert_int_equal(store_row(&seen, name) != NULL, ids[i] != 0);
		count += ids[i] != 0;
	}
	assert_int_equal(seen.naccounts, count);
}

static bool
stop_here(const struct account *a, const struct account_use *use, void *arg)
{
	(void)a;
	(void)use;
	(*(int *)arg)++;
	return false;
}

static bool
never_here(const char *key, const char *value, void *arg)
{
	(void)key;
	(void)value;
	(void)arg;
	fail();
	return false;
}

static void
a_reader_that_says_stop_gets_no_more(void **state)
{
	int calls = 0;
	struct store_reader reader = {
		.account = stop_here, .setting = never_here, .arg = &calls
	};
	char why[STORE_WHY] = "";

	add(*state, "alice");
	add(*state, "bob");
	ask(*state, setting(CHANGE_SET, "cleanup", "no"));
	assert_int_equal(
	    store_load(((struct kind *)*state)->store, &reader, why), -1);
	assert_int_equal(calls, 1);
	assert_string_not_equal(why, "");
}

/* ---- findings: main has them, a store that lasts keeps them for it */

static struct finding *
finding(uint64_t id, const char *login)
{
	const struct finding head = {
		.id = id, .time = 1700000000, .session = 77, .confirmed = true
	};
	const struct finding_text texts[FINDING_PARTS] = {
		[FINDING_USER] = { "alice", 5 },
		[FINDING_CLIENT] = { "[::1]:5", 7 },
		[FINDING_TARGET] = { "mail.example:110", 16 },
		[FINDING_PROTOCOL] = { "POP3", 4 },
		[FINDING_LOGIN] = { login, strlen(login) },
		[FINDING_PASSWORD] = { "s******", 7 },
	};
	struct finding *f = finding_new(&head, texts);

	assert_non_null(f);
	return f;
}

static void
find(struct kind *k, uint64_t first, size_t n, uint64_t last_gone)
{
	struct change c = {
		.kind = CHANGE_FIND, .nfound = n, .last_gone = last_gone
	};
	struct finding *list[16];

	for (size_t i = 0; i < n; i++)
		list[i] = finding(first + i, "bob");
	c.found = list;
	assert_int_equal(ask(k, c), CHANGE_DONE);
	for (size_t i = 0; i < n; i++)
		finding_free(list[i]);
}

static void
forget(struct kind *k, uint64_t last_gone)
{
	assert_int_equal(ask(k, (struct change){ .kind = CHANGE_FORGET,
				    .last_gone = last_gone }),
	    CHANGE_DONE);
}

static void
keeping_and_forgetting_findings_is_done(void **state)
{
	find(*state, 1, 3, 0);
	find(*state, 4, 0, 2);
	forget(*state, 3);
	forget(*state, 3);
}

static void
a_finding_comes_back_with_all_its_columns(void **state)
{
	struct finding *list[1] = { finding(5, "b\xff\tb") };
	struct change c = { .kind = CHANGE_FIND, .nfound = 1, .found = list };

	assert_int_equal(ask(*state, c), CHANGE_DONE);
	look(*state);
	assert_int_equal(seen.nfindings, 1);
	assert_memory_equal(seen.finding, list[0], sizeof *list[0]);
	for (unsigned i = 0; i < FINDING_PARTS; i++) {
		struct finding_text was = finding_part(list[0], i),
				    is = finding_part(seen.finding, i);

		assert_int_equal(was.len, is.len);
		assert_memory_equal(was.bytes, is.bytes, was.len);
	}
	finding_free(list[0]);
}

static void
findings_come_back_in_order_without_those_that_are_gone(void **state)
{
	find(*state, 1, 5, 0);
	find(*state, 6, 2, 3);
	look(*state);
	assert_int_equal(seen.nfindings, 4);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(seen.findings[i], 4 + i);
}

static void
what_is_written_down_twice_is_there_once(void **state)
{
	find(*state, 1, 2, 0);
	find(*state, 1, 3, 0);
	look(*state);
	assert_int_equal(seen.nfindings, 3);
}

static void
the_last_finding_is_known_when_it_is_gone(void **state)
{
	struct kind *k = *state;

	find(k, 1, 7, 0);
	forget(k, 7);
	store_close(k->store);
	assert_int_equal(open_kind(k), 0);
	look(k);
	assert_int_equal(seen.nfindings, 0);
	assert_int_equal(seen.last_finding, 7);
}

/* ---- a store that lasts */

static void
everything_is_there_after_closing_and_opening_again(void **state)
{
	struct kind *k = *state;
	struct account_use use = { add(k, "alice"), 1, 2, 3, 4, "t:5", 20412,
		5 };
	struct change c = { .kind = CHANGE_USE, .uses = &use, .nuses = 1 };

	assert_int_equal(ask(k, c), CHANGE_DONE);
	ask(k, setting(CHANGE_SET, "cleanup", "no"));
	store_close(k->store);
	assert_int_equal(open_kind(k), 0);
	look(k);
	assert_int_equal(seen.naccounts, 1);
	assert_memory_equal(&seen.accounts[0].use, &use, sizeof use);
	assert_string_equal(store_setting(&seen, "cleanup"), "no");
}

static void
ids_go_on_where_they_were_after_opening_again(void **state)
{
	struct kind *k = *state;
	uint64_t id = add(k, "alice");

	ask(k, named(CHANGE_REMOVE, id, ""));
	store_close(k->store);
	assert_int_equal(open_kind(k), 0);
	assert_true(add(k, "bob") > id);
}

/* ---- URLs */

static void
a_url_of_no_kind_is_refused_with_the_kinds_there_are(void **state)
{
	char why[STORE_WHY] = "";

	(void)state;
	assert_null(store_open("mysql:db", why));
	assert_non_null(strstr(why, "mysql:db"));
	assert_non_null(strstr(why, "sqlite:PATH"));
	assert_null(store_open("sqlite:", why));
	assert_non_null(strstr(why, "path"));
	assert_null(store_open("memory:/x", why));
	assert_non_null(strstr(why, "/x"));
}

#define EVERY_KIND(test)                                                 \
	cmocka_unit_test_setup_teardown(test, set_up_memory, tear_down), \
	    cmocka_unit_test_setup_teardown(test, set_up_sqlite, tear_down)
#define LASTING(test) \
	cmocka_unit_test_setup_teardown(test, set_up_sqlite, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		EVERY_KIND(a_new_store_is_empty),
		EVERY_KIND(an_account_comes_back_with_all_its_columns),
		EVERY_KIND(each_column_can_be_changed_and_the_others_stay),
		EVERY_KIND(a_name_belongs_to_one_account),
		EVERY_KIND(names_are_compared_as_octets),
		EVERY_KIND(an_id_is_never_given_twice),
		EVERY_KIND(what_was_removed_is_put_back_as_it_was),
		EVERY_KIND(who_has_the_name_now_keeps_it),
		EVERY_KIND(each_limit_is_kept_by_itself_and_comes_back),
		EVERY_KIND(what_names_no_account_is_missing),
		EVERY_KIND(what_can_never_be_right_is_invalid),
		EVERY_KIND(the_longest_name_and_target_come_back_whole),
		EVERY_KIND(totals_are_kept_for_all_accounts_of_a_batch),
		EVERY_KIND(a_setting_is_set_replaced_and_cleared),
		EVERY_KIND(many_random_changes_leave_what_a_table_says),
		EVERY_KIND(a_reader_that_says_stop_gets_no_more),
		EVERY_KIND(keeping_and_forgetting_findings_is_done),
		LASTING(a_finding_comes_back_with_all_its_columns),
		LASTING(
		    findings_come_back_in_order_without_those_that_are_gone),
		LASTING(what_is_written_down_twice_is_there_once),
		LASTING(the_last_finding_is_known_when_it_is_gone),
		LASTING(everything_is_there_after_closing_and_opening_again),
		LASTING(ids_go_on_where_they_were_after_opening_again),
		cmocka_unit_test(
		    a_url_of_no_kind_is_refused_with_the_kinds_there_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Changes while memory runs out: a change is refused and nothing is changed, or
 * it is answered ok and holds in the store and at every worker.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "daemon/state.h"
#include "tests/daemon/supervisor_stage.h"
#include "tests/memory.h"

/* In this thread, that timer is not set so many times for want of memory, and
 * then there is none for what comes next either. */
static _Thread_local const struct event *timeless;
static _Thread_local unsigned shortage;

int __real_event_add(struct event *, const struct timeval *);
int __wrap_event_add(struct event *, const struct timeval *);

int
__wrap_event_add(struct event *ev, const struct timeval *after)
{
	if (ev != timeless || shortage == 0)
		return __real_event_add(ev, after);
	shortage--;
	memory_begin(1);
	return -1;
}

/* What the workers use, and whether nobody waits for anything. */
static bool
all_have_it(const struct play *p)
{
	const struct supervisor *s = p->s;

	return s->policy->accounts == book_accounts(s->book) &&
	       s->policy->rules == s->rules && s->busy == NULL;
}

/* One thing that can be asked for, and taken back. */
struct deed {
	struct change *(*make)(void);
	struct change *(*undo)(void);
	bool (*holds)(struct play *);
	size_t refused, done; /* with an allocation that failed */
};

/* Each allocation of main's fails once. */
static void
fail_each(struct play *p, struct deed *d)
{
	size_t fail = 0;
	bool failed;

	do {
		uint64_t revision = p->s->policy->revision;
		struct change *c = d->make();
		struct answer a;

		memory_begin(++fail);
		a = ask(p, c);
		failed = memory.calls >= fail;
		memory_begin(0);
		assert_true(all_have_it(p));
		assert_int_equal(d->holds(p), a.result == CHANGE_DONE);
		if (a.result != CHANGE_DONE) {
			assert_int_equal(a.result, CHANGE_FAILED);
			assert_int_equal(p->s->policy->revision, revision);
			d->refused++;
			continue;
		}
		assert_string_equal(a.why, "");
		assert_int_equal(p->s->policy->revision, revision + 1);
		d->done += failed;
		assert_int_equal(ask(p, d->undo()).result, CHANGE_DONE);
		assert_false(d->holds(p));
	} while (failed);
	assert_true(d->refused > 0);
	assert_true(d->done > 1);
}

static struct change *
lock(void)
{
	return change(CHANGE_ENABLE, "alice"); /* to no */
}

static struct change *
unlock(void)
{
	struct change *c = change(CHANGE_ENABLE, "alice");

	c->enabled = true;
	return c;
}

static bool
is_locked(struct play *p)
{
	return !accounts_find(p->s->policy->accounts, "alice", 5)->enabled;
}

static void
an_account_that_is_disabled_is_so_everywhere(void **state)
{
	struct deed d = { .make = lock, .undo = unlock, .holds = is_locked };

	fail_each(*state, &d);
}

static struct change *
revoke(void)
{
	return change(CHANGE_REMOVE, "alice");
}

static struct change *
restore(void)
{
	return change(CHANGE_RESTORE, "alice");
}

static bool
is_gone(struct play *p)
{
	return accounts_find(p->s->policy->accounts, "alice", 5) == NULL;
}

/* What it was is not kept if memory is out for that alone, so it is made anew.
 */
static struct change *
make_alice(void)
{
	return adding("alice", ROLE_REGULAR);
}

static void
an_account_that_is_removed_is_so_everywhere(void **state)
{
	struct deed d = {
		.make = revoke, .undo = make_alice, .holds = is_gone
	};

	fail_each(*state, &d);
}

static bool
is_there(struct play *p)
{
	return !is_gone(p);
}

static void
an_account_that_comes_back_is_there_everywhere(void **state)
{
	struct play *p = *state;
	struct deed d = { .make = restore, .undo = revoke, .holds = is_there };

	assert_int_equal(ask(p, revoke()).result, CHANGE_DONE);
	fail_each(p, &d);
}

static struct change *
deny(void)
{
	return change_setting(CHANGE_SET, "rule", "deny to 192.0.2.0/24");
}

static struct change *
deny_nothing(void)
{
	return change_setting(CHANGE_UNSET, "rule", "");
}

static bool
is_denied(struct play *p)
{
	return rules_count(p->s->policy->rules) == 1;
}

static void
a_rule_is_asked_by_every_worker(void **state)
{
	struct deed d = {
		.make = deny,
		.undo = deny_nothing,
		.holds = is_denied,
	};

	fail_each(*state, &d);
}

static void
changes_behind_one_that_waits_for_memory_keep_their_turn(void **state)
{
	struct play *p = *state;
	struct answer first = { 0 }, second = { 0 };

	supervisor_change(p->s, lock(), &p->root, on_done, &first);
	memory_begin(1);
	while (memory.calls == 0)
		event_base_loop(p->base, EVLOOP_ONCE);
	memory_begin(0);
	supervisor_change(p->s, unlock(), &p->root, on_done, &second);
	assert_false(first.there);
	while (!first.there)
		event_base_loop(p->base, EVLOOP_ONCE);
	assert_true(is_locked(p));
	assert_false(second.there);
	while (!second.there)
		event_base_loop(p->base, EVLOOP_ONCE);
	assert_false(is_locked(p));
}

/* The clock's own second is taken away: on a slow machine it might come, too.
 */
static void
let_a_second_pass(struct play *p)
{
	event_active(p->s->second_event, EV_TIMEOUT, 0);
	event_base_loop(p->base, EVLOOP_NONBLOCK);
	event_del(p->s->second_event);
}

static void
one_that_waits_without_a_timer_holds_up_nothing_else(void **state)
{
	struct play *p = *state;
	struct answer a = { 0 };

	event_del(p->s->second_event);
	supervisor_change(p->s, lock(), &p->root, on_done, &a);
	while (p->s->busy == NULL)
		event_base_loop(p->base, EVLOOP_ONCE);
	timeless = p->s->next_event;
	shortage = 3;
	memory_begin(1);
	while (shortage == 3)
		event_base_loop(p->base, EVLOOP_ONCE);
	assert_int_equal(shortage, 2); /* one try, and the turn was over */
	let_a_second_pass(p);
	let_a_second_pass(p);
	assert_int_equal(shortage, 0);
	memory_begin(0);
	assert_false(is_locked(p));
	let_a_second_pass(p);
	while (!a.there)
		event_base_loop(p->base, EVLOOP_ONCE);
	assert_true(is_locked(p));
}

static bool
reload(struct play *p, size_t fail)
{
	struct settings *fresh = settings_copy(supervisor_settings(p->s));
	bool failed;

	assert_non_null(fresh);
	memory_begin(fail);
	supervisor_reload(p->s, fresh);
	failed = memory.calls >= fail;
	memory_begin(0);
	return failed;
}

static void
a_file_that_is_read_again_reaches_the_workers(void **state)
{
	struct play *p = *state;
	size_t fail = 0, held = 0;
	bool failed;

	do {
		uint64_t reloads = p->s->reloads;

		failed = reload(p, ++fail);
		assert_int_equal(p->s->reloads, reloads + 1);
		held += p->s->reload_held;
		assert_int_equal(
		    p->s->policy->reloads, reloads + !p->s->reload_held);
		/* The second is over. */
		event_active(p->s->second_event, EV_TIMEOUT, 0);
		while (p->s->policy->reloads != reloads + 1)
			event_base_loop(p->base, EVLOOP_ONCE);
	} while (failed);
	assert_true(held > 0);
}

/* With alice, a regular user of the store. */
static int
begin_with_alice(void **state)
{
	if (begin(state) != 0)
		return -1;
	return ask(*state, make_alice()).result == CHANGE_DONE ? 0 : -1;
}

/* A leak that the address sanitizer sees. */
static void
a_change_that_waits_for_memory_at_the_end_leaves_nothing_behind(void **state)
{
	struct play *p = *state;
	size_t fail = 0;

	supervisor_change(p->s, lock(), &p->root, NULL, NULL);
	do { /* until it is the policy that cannot be had */
		memory_begin(++fail);
		while (memory.calls < fail)
			event_base_loop(p->base, EVLOOP_ONCE);
	} while (!p->s->busy->applied);
	memory_begin(0);
	assert_true(p->s->busy->held);
	assert_false(is_locked(p));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin_with_alice, end)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(an_account_that_is_disabled_is_so_everywhere),
		TEST(an_account_that_is_removed_is_so_everywhere),
		TEST(an_account_that_comes_back_is_there_everywhere),
		TEST(a_rule_is_asked_by_every_worker),
		TEST(changes_behind_one_that_waits_for_memory_keep_their_turn),
		TEST(one_that_waits_without_a_timer_holds_up_nothing_else),
		cmocka_unit_test_setup_teardown(
		    a_change_that_waits_for_memory_at_the_end_leaves_nothing_behind,
		    begin_with_alice, end_at_once),
		cmocka_unit_test_setup_teardown(
		    a_file_that_is_read_again_reaches_the_workers, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The list of findings: order, bounds, and no memory. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/findings.h"
#include "tests/memory.h"

static struct finding *
make(const struct finding *head, const char *login, const char *password)
{
	const struct finding_text texts[FINDING_PARTS] = {
		[FINDING_CLIENT] = { "127.0.0.1:5", 11 },
		[FINDING_PROTOCOL] = { "FTP", 3 },
		[FINDING_LOGIN] = { login, strlen(login) },
		[FINDING_PASSWORD] = { password, strlen(password) },
	};

	return finding_new(head, texts);
}

static bool
add(struct findings *list, int64_t time)
{
	return findings_add(
	    list, make(&(struct finding){ .time = time }, "bob", "s***"));
}

static void
assert_part(const struct finding *f, enum finding_part part, const char *text)
{
	struct finding_text t = finding_part(f, part);

	assert_int_equal(t.len, strlen(text));
	assert_memory_equal(t.bytes, text, t.len);
}

static void
each_part_is_found_again_and_cut_at_255_octets(void **state)
{
	char longer[300];
	struct finding *f;

	(void)state;
	memset(longer, 'x', sizeof longer - 1);
	longer[sizeof longer - 1] = '\0';
	f = make(&(struct finding){ .session = 9 }, longer, "p");
	assert_int_equal(f->session, 9);
	assert_part(f, FINDING_USER, "");
	assert_part(f, FINDING_CLIENT, "127.0.0.1:5");
	assert_part(f, FINDING_TARGET, "");
	longer[255] = '\0';
	assert_part(f, FINDING_LOGIN, longer);
	assert_part(f, FINDING_PASSWORD, "p");
	finding_free(f);
}

static void
a_password_is_masked_once(void **state)
{
	char mask[DISSECT_MASKED];
	struct finding_text text;
	struct finding *f, *kept;

	(void)state;
	f = make(&(struct finding){ .plain = true }, "bob", "secret12");
	kept = make(&(struct finding){ .plain = false }, "bob", "s******");
	text = finding_password(f, mask);
	assert_int_equal(text.len, 7);
	assert_memory_equal(text.bytes, "s******", 7);
	text = finding_password(kept, mask); /* not s*** */
	assert_int_equal(text.len, 7);
	finding_free(f);
	finding_free(kept);
}

static void
ids_rise_from_where_they_were_and_are_not_given_twice(void **state)
{
	struct findings *list = findings_new();

	(void)state;
	findings_keep(list, 10);
	findings_begin(list, 41);
	assert_true(add(list, 1));
	assert_int_equal(findings_after(list, 0)->id, 42);
	findings_drop(list, 42);
	assert_int_equal(findings_count(list), 0);
	assert_true(add(list, 1));
	assert_int_equal(findings_after(list, 0)->id, 43);
	assert_int_equal(findings_last(list), 43);
	findings_begin(list, 7); /* never backwards */
	assert_int_equal(findings_last(list), 43);
	findings_free(list);
}

static void
the_oldest_make_room_for_the_latest(void **state)
{
	struct findings *list = findings_new();
	const struct finding *f;
	uint64_t id = 0;

	(void)state;
	findings_keep(list, 100);
	for (int i = 0; i < 1000; i++)
		assert_true(add(list, i));
	assert_int_equal(findings_count(list), 100);
	assert_int_equal(findings_floor(list), 900);
	for (unsigned n = 901; n <= 1000; n++, id = f->id) {
		f = findings_after(list, id);
		assert_int_equal(f->id, n);
		assert_int_equal(f->time, n - 1);
	}
	assert_null(findings_after(list, 1000));
	assert_int_equal(findings_after(list, 950)->id, 951);
	findings_free(list);
}

static void
fewer_are_kept_at_once_and_none_at_all(void **state)
{
	struct findings *list = findings_new();

	(void)state;
	assert_false(add(list, 1)); /* at first none are */
	findings_keep(list, 5);
	for (int i = 0; i < 5; i++)
		assert_true(add(list, i));
	findings_keep(list, 2);
	assert_int_equal(findings_count(list), 2);
	assert_int_equal(findings_after(list, 0)->id, 5);
	findings_keep(list, 0);
	assert_null(findings_after(list, 0));
	assert_false(add(list, 9));
	assert_int_equal(findings_last(list), 7);
	findings_free(list);
}

static void
what_is_too_old_goes_and_what_is_not_stays(void **state)
{
	struct findings *list = findings_new();

	(void)state;
	findings_keep(list, 10);
	for (int i = 0; i < 6; i++)
		assert_true(add(list, 100 + i));
	findings_expire(list, 100);
	assert_int_equal(findings_count(list), 6);
	findings_expire(list, 104);
	assert_int_equal(findings_count(list), 2);
	assert_int_equal(findings_after(list, 0)->time, 104);
	findings_expire(list, 1000);
	assert_int_equal(findings_count(list), 0);
	findings_free(list);
}

static void
without_memory_it_says_so_and_stays_whole(void **state)
{
	(void)state;
	for (unsigned n = 1;; n++) {
		struct findings *list;
		bool went_well = false;

		memory_begin(n);
		if ((list = findings_new()) != NULL) {
			struct finding *f;

			findings_keep(list, 10);
			f = make(&(struct finding){ .time = 1 }, "a", "b");
			went_well = f != NULL && findings_add(list, f);
			assert_int_equal(findings_count(list), went_well);
		}
		memory_begin(0);
		findings_free(list);
		if (went_well)
			break;
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    each_part_is_found_again_and_cut_at_255_octets),
		cmocka_unit_test(a_password_is_masked_once),
		cmocka_unit_test(
		    ids_rise_from_where_they_were_and_are_not_given_twice),
		cmocka_unit_test(the_oldest_make_room_for_the_latest),
		cmocka_unit_test(fewer_are_kept_at_once_and_none_at_all),
		cmocka_unit_test(what_is_too_old_goes_and_what_is_not_stays),
		cmocka_unit_test(without_memory_it_says_so_and_stays_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

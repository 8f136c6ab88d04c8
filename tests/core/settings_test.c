/* core/settings: the table of settings, its origins and its messages. */

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/settings.h"

static char why[160];

static struct settings *
fresh(void)
{
	struct settings *s = settings_new();

	assert_non_null(s);
	why[0] = '\0';
	return s;
}

static void
must_set(struct settings *s, enum setting_origin origin, const char *key,
    const char *value)
{
	int err = settings_set(s, origin, key, value, why);

	if (err != 0)
		fail_msg("%s", why);
}

static void
assert_refused(const char *key, const char *value, const char *message)
{
	struct settings *s = fresh();

	assert_true(settings_set(s, ORIGIN_FILE, key, value, why) < 0);
	assert_string_equal(why, message);
	for (int i = 0; i < SETTINGS_COUNT; i++)
		assert_int_equal(
		    settings_origin(s, (enum setting_id)i), ORIGIN_DEFAULT);
	settings_free(s);
}

static void
assert_value(const struct settings *s, enum setting_id id, const char *expected)
{
	char text[SETTING_TEXT];

	assert_int_equal(settings_print(s, id, text), strlen(expected));
	assert_string_equal(text, expected);
}

/* ---- the table */

static void
every_row_has_a_key_a_meaning_and_a_default_it_accepts(void **state)
{
	struct settings *s = fresh();

	(void)state;
	for (int i = 0; i < SETTINGS_COUNT; i++) {
		const struct setting_row *row = &setting_rows[i];

		assert_int_equal(settings_find(row->key), i);
		assert_true(strlen(row->meaning) > 0);
		assert_true(strlen(row->form) > 0);
		must_set(s, ORIGIN_FILE, row->key, row->fallback);
		assert_true(row->least <= row->most);
	}
	settings_free(s);
}

static void
every_default_survives_printing_and_reading(void **state)
{
	struct settings *s = fresh(), *again = fresh();
	char text[SETTING_TEXT];

	(void)state;
	for (int i = 0; i < SETTINGS_COUNT; i++) {
		settings_print(s, (enum setting_id)i, text);
		must_set(again, ORIGIN_OPTION, setting_rows[i].key, text);
		assert_true(settings_same(s, again, (enum setting_id)i));
	}
	settings_free(again);
	settings_free(s);
}

static void
every_number_takes_its_limits_and_nothing_beyond(void **state)
{
	struct settings *s = fresh();
	char text[32];

	(void)state;
	for (int i = 0; i < SETTINGS_COUNT; i++) {
		const struct setting_row *row = &setting_rows[i];

		if (row->kind > KIND_SECONDS)
			continue;
		snprintf(
		    text, sizeof text, "%llu", (unsigned long long)row->least);
		must_set(s, ORIGIN_FILE, row->key, text);
		assert_int_equal(
		    settings_number(s, (enum setting_id)i), row->least);
		snprintf(
		    text, sizeof text, "%llu", (unsigned long long)row->most);
		must_set(s, ORIGIN_FILE, row->key, text);
		snprintf(text, sizeof text, "%llu",
		    (unsigned long long)row->most + 1);
		assert_int_equal(
		    settings_set(s, ORIGIN_FILE, row->key, text, why), -EINVAL);
		assert_int_equal(
		    settings_number(s, (enum setting_id)i), row->most);
	}
	settings_free(s);
}

static void
every_row_refuses_an_empty_value_and_says_its_name(void **state)
{
	struct settings *s = fresh();

	(void)state;
	for (int i = 0; i < SETTINGS_COUNT; i++) {
		const char *key = setting_rows[i].key;

		assert_int_equal(
		    settings_set(s, ORIGIN_FILE, key, "", why), -EINVAL);
		assert_int_equal(strncmp(why, key, strlen(key)), 0);
	}
	settings_free(s);
}

static void
choices_are_numbered_as_the_header_says(void **state)
{
	struct settings *s = fresh();

	(void)state;
	assert_int_equal(settings_number(s, SETTING_auth), AUTH_AUTO);
	must_set(s, ORIGIN_FILE, "auth", "yes");
	assert_int_equal(settings_number(s, SETTING_auth), AUTH_YES);
	must_set(s, ORIGIN_FILE, "auth", "no");
	assert_int_equal(settings_number(s, SETTING_auth), AUTH_NO);
	assert_int_equal(
	    settings_number(s, SETTING_access_log_format), ACCESS_LOG_TSV);
	must_set(s, ORIGIN_FILE, "access-log-format", "json");
	assert_int_equal(
	    settings_number(s, SETTING_access_log_format), ACCESS_LOG_JSON);
	settings_free(s);
}

static void
one_address_has_a_port_of_its_own_and_may_be_off(void **state)
{
	struct settings *s = fresh();

	(void)state;
	assert_value(s, SETTING_metrics, "off");
	must_set(s, ORIGIN_FILE, "metrics", "[::1]");
	assert_value(s, SETTING_metrics, "[::1]:9180");
	must_set(s, ORIGIN_FILE, "metrics", "127.0.0.1:80");
	assert_value(s, SETTING_metrics, "127.0.0.1:80");
	must_set(s, ORIGIN_OPTION, "metrics", "off");
	assert_value(s, SETTING_metrics, "off");
	settings_free(s);
	assert_refused("metrics", "127.0.0.1:1 127.0.0.1:2",
	    "metrics: \"127.0.0.1:1 127.0.0.1:2\" is not off, or an address "
	    "like 127.0.0.1:9180");
}

/* ---- values */

static void
bytes_may_be_counted_in_k_m_and_g(void **state)
{
	struct settings *s = fresh();

	(void)state;
	must_set(s, ORIGIN_FILE, "buffer-size", "256K");
	assert_int_equal(settings_number(s, SETTING_buffer_size), 262144);
	assert_value(s, SETTING_buffer_size, "262144");
	must_set(s, ORIGIN_FILE, "buffer-size", "16m");
	assert_int_equal(settings_number(s, SETTING_buffer_size), 16777216);
	assert_int_equal(
	    settings_set(s, ORIGIN_FILE, "buffer-size", "1G", why), -EINVAL);
	settings_free(s);
}

static void
flags_are_one_for_yes_and_zero_for_no(void **state)
{
	struct settings *s = fresh();

	(void)state;
	assert_int_equal(settings_number(s, SETTING_cleanup), 1);
	must_set(s, ORIGIN_FILE, "cleanup", "no");
	assert_int_equal(settings_number(s, SETTING_cleanup), 0);
	assert_value(s, SETTING_cleanup, "no");
	settings_free(s);
}

static void
wrong_values_are_refused_with_what_would_be_right(void **state)
{
	(void)state;
	assert_refused(
	    "workers", "0", "workers: \"0\" is not between 1 and 256 threads");
	assert_refused("workers", "4x",
	    "workers: \"4x\" is not between 1 and 256 threads");
	assert_refused("workers", "-1",
	    "workers: \"-1\" is not between 1 and 256 threads");
	assert_refused("selector-timeout", "7K",
	    "selector-timeout: \"7K\" is not between 1 and 255 seconds");
	assert_refused("buffer-size", "99999999999999999999",
	    "buffer-size: \"99999999999999999999\" is not between 50 and "
	    "16777216 bytes");
	assert_refused("buffer-size", "18014398509481985K",
	    "buffer-size: \"18014398509481985K\" is not between 50 and "
	    "16777216 bytes");
	assert_refused(
	    "cleanup", "maybe", "cleanup: \"maybe\" is not yes or no");
	assert_refused(
	    "auth", "autos", "auth: \"autos\" is not auto, yes or no");
	assert_refused("access-log", "log.txt",
	    "access-log: \"log.txt\" is not -, syslog, off or /...");
	assert_refused("store", "postgres://",
	    "store: \"postgres://\" is not memory: or sqlite:...");
	assert_refused("listen", "127.0.0.1:70000",
	    "listen: \"127.0.0.1:70000\" is not an address like "
	    "127.0.0.1:1080 or [::1]:1080");
	assert_refused("bottler", "localhost",
	    "bottler: \"localhost\" is not off, or an address like "
	    "127.0.0.1:8080");
	assert_refused("source", "1.2.3",
	    "source: \"1.2.3\" is not auto, same or an address like "
	    "192.0.2.1");
	assert_refused("udp-address", "same",
	    "udp-address: \"same\" is not auto or an address like 192.0.2.1");
	assert_refused("admin", "tcp:::1",
	    "admin: \"tcp:::1\": an IPv6 address is written in brackets: "
	    "[::1]:8080");
}

static void
a_hostile_value_cannot_forge_a_line_in_the_message(void **state)
{
	(void)state;
	assert_refused("user", "a\nb",
	    "user: \"a\\x0ab\" is not text without control characters");
	assert_refused("admin", "unix:/a\x1b[m",
	    "admin: \"unix:/a\\x1b[m\": it has control characters, or more "
	    "than 255 octets");
}

static void
addresses_are_kept_with_their_port(void **state)
{
	struct settings *s = fresh();

	(void)state;
	must_set(s, ORIGIN_FILE, "listen", "10.0.0.1  [::1]:9 2001:db8::1");
	assert_value(
	    s, SETTING_listen, "10.0.0.1:1080 [::1]:9 [2001:db8::1]:1080");
	must_set(s, ORIGIN_FILE, "admin", "10.0.0.1 /run/x");
	assert_value(s, SETTING_admin, "sctp:10.0.0.1:8080 unix:/run/x");
	settings_free(s);
}

static void
a_list_has_room_for_32_items_and_not_one_more(void **state)
{
	struct settings *s = fresh();
	size_t count;

	(void)state;
	for (int i = 0; i < 32; i++)
		must_set(s, ORIGIN_FILE, "listen", "127.0.0.1");
	assert_int_equal(
	    settings_set(s, ORIGIN_FILE, "listen", "127.0.0.1", why), -EINVAL);
	assert_string_equal(
	    why, "listen: not more than 32 items or 1023 octets");
	settings_list(s, SETTING_listen, &count);
	assert_int_equal(count, 32);
	settings_free(s);
}

static void
a_list_longer_than_its_text_may_be_is_refused(void **state)
{
	struct settings *s = fresh();
	char item[121] = "tcp:";

	(void)state;
	memset(item + 4, 'a', sizeof item - 5);
	for (int i = 0; i < 8; i++)
		must_set(s, ORIGIN_FILE, "admin", item);
	assert_int_equal(
	    settings_set(s, ORIGIN_FILE, "admin", item, why), -EINVAL);
	settings_free(s);
}

static void
rules_are_kept_as_they_are_written_and_add_up(void **state)
{
	struct settings *s = fresh();
	size_t count;

	(void)state;
	settings_list(s, SETTING_rule, &count);
	assert_int_equal(count, 0);
	assert_value(s, SETTING_rule, "none");
	must_set(s, ORIGIN_FILE, "rule", "deny  port 25 to Example.ORG.");
	must_set(s, ORIGIN_FILE, "rule", "allow to 10.1.2.3/8 deny user allow");
	settings_list(s, SETTING_rule, &count);
	assert_int_equal(count, 3);
	assert_value(s, SETTING_rule,
	    "deny to example.org port 25 allow to 10.0.0.0/8 deny user allow");
	must_set(s, ORIGIN_RUNTIME, "rule", "none");
	settings_list(s, SETTING_rule, &count);
	assert_int_equal(count, 0);
	must_set(s, ORIGIN_RUNTIME, "rule", "deny");
	assert_value(s, SETTING_rule, "deny");
	settings_free(s);
}

static void
a_bad_rule_is_explained_and_leaves_the_others(void **state)
{
	struct settings *s = fresh();

	(void)state;
	must_set(s, ORIGIN_FILE, "rule", "allow port 80");
	assert_int_equal(settings_set(s, ORIGIN_FILE, "rule",
			     "allow port 81 deny to 10.0.0.0/33", why),
	    -EINVAL);
	assert_string_equal(why,
	    "rule: word 6, \"10.0.0.0/33\": the prefix is not between 0 and "
	    "32 bits");
	assert_value(s, SETTING_rule, "allow port 80");
	settings_free(s);
}

static void
any_number_of_rules_is_taken_and_shown_as_far_as_there_is_room(void **state)
{
	struct settings *s = fresh(), *copy;
	char text[SETTING_TEXT];
	size_t count;

	(void)state;
	for (int i = 0; i < 10000; i++) {
		snprintf(text, sizeof text, "deny to host%04d.example", i);
		must_set(s, ORIGIN_FILE, "rule", text);
	}
	copy = settings_copy(s);
	assert_non_null(copy);
	assert_true(settings_same(s, copy, SETTING_rule));
	assert_string_equal(
	    settings_list(copy, SETTING_rule, &count)[9999], text);
	assert_int_equal(count, 10000);
	assert_int_equal(settings_print(s, SETTING_rule, text), 10000 * 25 - 1);
	assert_string_equal(
	    text + strlen(text) - 28, "deny to host0039.example ...");
	settings_free(copy);
	settings_free(s);
}

/* ---- keys */

static void
an_unknown_key_names_its_nearest_neighbour(void **state)
{
	(void)state;
	assert_refused("bufer-size", "1",
	    "\"bufer-size\" is not a setting; is buffer-size meant?");
	assert_refused(
	    "worker", "1", "\"worker\" is not a setting; is workers meant?");
	assert_refused(
	    "colour", "1", "\"colour\" is not a setting; see socks5d.conf(5)");
	assert_refused("x", "1", "\"x\" is not a setting; see socks5d.conf(5)");
}

/* ---- origins */

static void
a_later_origin_wins_and_uncovers_the_others_when_taken_away(void **state)
{
	static const char *const values[] = { NULL, "2", "3", "4" };
	struct settings *s = fresh();

	(void)state;
	for (int o = ORIGIN_RUNTIME; o > ORIGIN_DEFAULT; o--)
		must_set(s, (enum setting_origin)o, "workers", values[o]);
	for (int o = ORIGIN_RUNTIME; o > ORIGIN_DEFAULT; o--) {
		assert_int_equal(settings_origin(s, SETTING_workers), o);
		assert_value(s, SETTING_workers, values[o]);
		assert_int_equal(
		    settings_unset(s, (enum setting_origin)o, "workers"), 0);
		assert_int_equal(
		    settings_unset(s, (enum setting_origin)o, "workers"),
		    -ENOENT);
	}
	assert_int_equal(settings_origin(s, SETTING_workers), ORIGIN_DEFAULT);
	settings_free(s);
}

static void
clearing_an_origin_leaves_the_others(void **state)
{
	struct settings *s = fresh();

	(void)state;
	must_set(s, ORIGIN_FILE, "workers", "2");
	must_set(s, ORIGIN_FILE, "auth", "no");
	must_set(s, ORIGIN_RUNTIME, "auth", "yes");
	settings_clear(s, ORIGIN_FILE);
	assert_int_equal(settings_origin(s, SETTING_workers), ORIGIN_DEFAULT);
	assert_value(s, SETTING_auth, "yes");
	settings_free(s);
}

static void
lists_grow_from_the_file_and_are_replaced_at_run_time(void **state)
{
	struct settings *s = fresh();

	(void)state;
	must_set(s, ORIGIN_FILE, "listen", "127.0.0.2");
	must_set(s, ORIGIN_FILE, "listen", "127.0.0.3");
	assert_value(s, SETTING_listen, "127.0.0.2:1080 127.0.0.3:1080");
	must_set(s, ORIGIN_RUNTIME, "listen", "127.0.0.4");
	must_set(s, ORIGIN_RUNTIME, "listen", "127.0.0.5");
	assert_value(s, SETTING_listen, "127.0.0.5:1080");
	settings_free(s);
}

static void
defaults_of_the_machine_replace_those_of_the_table(void **state)
{
	struct settings *s = fresh();

	(void)state;
	must_set(s, ORIGIN_DEFAULT, "workers", "12");
	assert_value(s, SETTING_workers, "12");
	assert_int_equal(settings_origin(s, SETTING_workers), ORIGIN_DEFAULT);
	settings_clear(s, ORIGIN_DEFAULT);
	assert_value(s, SETTING_workers, "1");
	settings_free(s);
}

static void
a_copy_lives_on_its_own(void **state)
{
	struct settings *s = fresh(), *copy;

	(void)state;
	must_set(s, ORIGIN_FILE, "listen", "10.0.0.1 10.0.0.2");
	copy = settings_copy(s);
	assert_non_null(copy);
	must_set(s, ORIGIN_RUNTIME, "workers", "9");
	settings_free(s);
	assert_value(copy, SETTING_listen, "10.0.0.1:1080 10.0.0.2:1080");
	assert_value(copy, SETTING_workers, "1");
	settings_free(copy);
}

static void
only_changed_settings_that_need_a_restart_are_named(void **state)
{
	struct settings *s = fresh(), *after = fresh();
	enum setting_id ids[SETTINGS_COUNT];

	(void)state;
	assert_int_equal(settings_restart(s, after, ids), 0);
	must_set(after, ORIGIN_FILE, "buffer-size", "50");
	must_set(after, ORIGIN_FILE, "store", "memory:");
	must_set(after, ORIGIN_FILE, "listen", "127.0.0.1:1080 [::1]:1081");
	assert_int_equal(settings_restart(s, after, ids), 1);
	assert_int_equal(ids[0], SETTING_listen);
	settings_free(after);
	settings_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    every_row_has_a_key_a_meaning_and_a_default_it_accepts),
		cmocka_unit_test(every_default_survives_printing_and_reading),
		cmocka_unit_test(
		    every_number_takes_its_limits_and_nothing_beyond),
		cmocka_unit_test(
		    every_row_refuses_an_empty_value_and_says_its_name),
		cmocka_unit_test(choices_are_numbered_as_the_header_says),
		cmocka_unit_test(
		    one_address_has_a_port_of_its_own_and_may_be_off),
		cmocka_unit_test(bytes_may_be_counted_in_k_m_and_g),
		cmocka_unit_test(flags_are_one_for_yes_and_zero_for_no),
		cmocka_unit_test(
		    wrong_values_are_refused_with_what_would_be_right),
		cmocka_unit_test(
		    a_hostile_value_cannot_forge_a_line_in_the_message),
		cmocka_unit_test(addresses_are_kept_with_their_port),
		cmocka_unit_test(a_list_has_room_for_32_items_and_not_one_more),
		cmocka_unit_test(a_list_longer_than_its_text_may_be_is_refused),
		cmocka_unit_test(rules_are_kept_as_they_are_written_and_add_up),
		cmocka_unit_test(a_bad_rule_is_explained_and_leaves_the_others),
		cmocka_unit_test(
		    any_number_of_rules_is_taken_and_shown_as_far_as_there_is_room),
		cmocka_unit_test(an_unknown_key_names_its_nearest_neighbour),
		cmocka_unit_test(
		    a_later_origin_wins_and_uncovers_the_others_when_taken_away),
		cmocka_unit_test(clearing_an_origin_leaves_the_others),
		cmocka_unit_test(
		    lists_grow_from_the_file_and_are_replaced_at_run_time),
		cmocka_unit_test(
		    defaults_of_the_machine_replace_those_of_the_table),
		cmocka_unit_test(a_copy_lives_on_its_own),
		cmocka_unit_test(
		    only_changed_settings_that_need_a_restart_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

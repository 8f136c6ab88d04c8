/* What w writes: the rows that are shown, by the writer of --json and --csv. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/tui/play.h"
#include "tui/act.h"
#include "tui/save.h"

static char folder[] = "/tmp/socks5-save-XXXXXX", where[SAVE_WHERE];
static char text[1 << 20];

static int
make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) == NULL;
}

static int
remove_folder(void **state)
{
	char command[100];

	(void)state;
	(void)snprintf(command, sizeof command, "rm -rf '%s'", folder);
	return system(command);
}

/* What the file has, and how many lines. */
static long
read_back(void)
{
	FILE *f = fopen(where, "r");
	long lines = 0;
	size_t n;

	assert_non_null(f);
	n = fread(text, 1, sizeof text - 1, f);
	text[n] = '\0';
	assert_int_equal(fclose(f), 0);
	for (size_t i = 0; i < n; i++)
		lines += text[i] == '\n';
	return lines;
}

static long
save(struct play *p, const char *name, bool replace)
{
	char path[200];

	(void)snprintf(path, sizeof path, "%s/%s", folder, name);
	return save_view(&p->m, path, replace, where);
}

/* As the program does with the effect of the last key. */
static void
carry_out(struct play *p)
{
	const struct field *f = p->m.form.fields;
	long rows;
	struct event e = { .kind = EVENT_SAVED };

	assert_non_null(play_effect(p, EFFECT_SAVE, 0));
	rows = save_view(
	    &p->m, f[SAVE_PATH].text, f[SAVE_REPLACE].choice != 0, where);
	e.refused = rows < 0;
	e.why = rows < 0 ? strerror((int)-rows) : where;
	e.tag = rows == -EEXIST ? SAVE_REPLACE : SAVE_PATH;
	e.value = rows < 0 ? 0 : (uint64_t)rows;
	play_happen(p, &e);
}

static void
the_rows_are_those_that_are_shown_in_their_order(void **state)
{
	struct play *p = *state;
	const char *at = text;
	char want[200];

	play_type(p, "2\\user=alice\r>>");
	play_polls(p, 1);
	assert_true(rows_count(&p->m, VIEW_SESSIONS) > 1);
	assert_true(rows_count(&p->m, VIEW_SESSIONS) < p->m.sessions.page.n);
	assert_int_equal(
	    save(p, "a.json", false), (long)rows_count(&p->m, VIEW_SESSIONS));
	assert_int_equal(read_back(), rows_count(&p->m, VIEW_SESSIONS));
	for (int i = 0; sessions_row(&p->m.sessions, i) != NULL; i++) {
		(void)snprintf(want, sizeof want,
		    "\"id\": %llu, \"user\": \"alice\", ",
		    (unsigned long long)sessions_row(&p->m.sessions, i)->id);
		at = strstr(at, want);
		assert_non_null(at);
	}
}

static void
each_list_has_all_columns_of_its_command(void **state)
{
	struct play *p = *state;
	char keys[] = "2", name[16];

	for (char view = '2'; view <= '7'; view++) {
		const struct layout *layout;
		const char *at = text;

		keys[0] = view;
		play_type(p, keys);
		play_polls(p, 2);
		(void)snprintf(name, sizeof name, "%c.csv", view);
		assert_int_equal(
		    save(p, name, false), (long)rows_count(&p->m, p->m.view));
		assert_int_equal(read_back(), rows_count(&p->m, p->m.view) + 1);
		assert_memory_equal(text, "time,", 5);
		layout = admin_commands[save_list(&p->m)].answer;
		for (size_t i = 0; i < layout->nfields; i++) {
			at = strstr(at, layout->fields[i].name);
			assert_non_null(at);
			assert_true(at < strchr(text, '\n'));
		}
	}
}

static void
accounts_are_saved_as_the_daemon_told_them(void **state)
{
	struct play *p = *state;
	const struct user *one;
	char want[320];

	play_type(p, "3");
	play_polls(p, 1);
	assert_true(save(p, "users.json", false) > 0);
	(void)read_back();
	one = users_row(&p->m.users, 0);
	(void)snprintf(
	    want, sizeof want, "\"name\": \"%s\", \"role\": \"", one->shown);
	assert_non_null(strstr(text, want));
	(void)snprintf(want, sizeof want, "\"revision\": %llu, ",
	    (unsigned long long)one->revision);
	assert_non_null(strstr(text, want));
}

static void
masked_passwords_stay_masked_though_one_is_revealed(void **state)
{
	struct play *p = *state;

	play_type(p, "6");
	play_polls(p, 1);
	play_type(p, "V");
	assert_true(p->m.reveal_until > p->m.now);
	assert_true(save(p, "findings.json", false) > 0);
	(void)read_back();
	for (uint32_t i = 0; i < p->m.findings.count; i++)
		if (strlen(p->m.findings.ring[i].password) > 1)
			assert_null(
			    strstr(text, p->m.findings.ring[i].password));
	assert_non_null(strstr(text, "\"password\": \"********\""));
}

static void
the_file_is_its_owners_and_one_that_is_there_is_left_alone(void **state)
{
	struct play *p = *state;
	struct stat st;

	play_type(p, "7");
	play_polls(p, 1);
	assert_true(save(p, "rules.csv", false) > 0);
	assert_int_equal(stat(where, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(chmod(where, 0644), 0);
	assert_int_equal(save(p, "rules.csv", false), -EEXIST);
	assert_true(save(p, "rules.csv", true) > 0);
	assert_int_equal(stat(where, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(save(p, "none/rules.csv", false), -ENOENT);
}

static void
the_form_proposes_a_name_and_asks_before_it_replaces(void **state)
{
	struct play *p = *state;
	char name[200];

	play_type(p, "7");
	play_polls(p, 1);
	play_type(p, "w");
	assert_string_equal(p->m.form.fields[SAVE_PATH].text,
	    "socks5tui-rules-20261125T1420Z.json");
	play_key(p, INPUT_CTRL('U'));
	(void)snprintf(name, sizeof name, "%s/form.txt", folder);
	play_type(p, name);
	play_key(p, INPUT_F(2));
	assert_null(play_effect(p, EFFECT_SAVE, 0));
	assert_true(play_shows(p, 80, 24, "ends in .json or .csv"));
	for (int i = 0; i < 3; i++)
		play_key(p, INPUT_BACKSPACE);
	play_type(p, "csv");
	play_key(p, INPUT_F(2));
	carry_out(p);
	assert_int_equal(p->m.overlay, OVERLAY_NONE);
	assert_true(play_shows(p, 120, 24, where));
	play_type(p, "w");
	play_key(p, INPUT_CTRL('U'));
	play_type(p, where);
	play_key(p, INPUT_F(2));
	carry_out(p);
	assert_int_equal(p->m.overlay, OVERLAY_FORM);
	assert_true(play_shows(p, 80, 24, "it is there already"));
	play_key(p, INPUT_F(2));
	assert_null(play_effect(p, EFFECT_SAVE, 0));
	play_type(p, " ");
	play_key(p, INPUT_F(2));
	carry_out(p);
	assert_int_equal(p->m.overlay, OVERLAY_NONE);
}

static void
of_a_base_protocol_names_are_saved_and_settings_are_not(void **state)
{
	struct play *p = *state;

	play_type(p, "3");
	assert_true(save(p, "names.csv", false) > 0);
	(void)read_back();
	assert_memory_equal(text, "time,name\n", 10);
	play_type(p, "4w");
	assert_int_equal(p->m.overlay, OVERLAY_NONE);
}

int
main(void)
{
#define TEST(name)                       \
	cmocka_unit_test_setup_teardown( \
	    name, play_set_up_extended, play_tear_down)
	static const struct CMUnitTest tests[] = {
		TEST(the_rows_are_those_that_are_shown_in_their_order),
		TEST(each_list_has_all_columns_of_its_command),
		TEST(accounts_are_saved_as_the_daemon_told_them),
		TEST(masked_passwords_stay_masked_though_one_is_revealed),
		TEST(
		    the_file_is_its_owners_and_one_that_is_there_is_left_alone),
		TEST(the_form_proposes_a_name_and_asks_before_it_replaces),
		cmocka_unit_test_setup_teardown(
		    of_a_base_protocol_names_are_saved_and_settings_are_not,
		    play_set_up, play_tear_down),
	};

	return cmocka_run_group_tests_name(
	    "save", tests, make_folder, remove_folder);
}

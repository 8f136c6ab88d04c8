/* What w writes: the rows that are shown, by the writer of --json and --csv. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
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

/* All slices, as the program writes them while the form waits. */
static long
save_view(struct model *m, const char *path, bool replace)
{
	struct save *s = NULL;
	long rows = save_open(&s, m, path, replace, where);

	m->saving = true;
	if (rows == 0)
		do
			rows = save_some(s, m);
		while (rows == -EAGAIN);
	m->saving = false;
	save_close(s);
	return rows;
}

static long
save(struct play *p, const char *name, bool replace)
{
	char path[200];

	(void)snprintf(path, sizeof path, "%s/%s", folder, name);
	return save_view(&p->m, path, replace);
}

/* How many files there are. */
static int
count_files(void)
{
	DIR *d = opendir(folder);
	int n = 0;

	assert_non_null(d);
	while (readdir(d) != NULL)
		n++;
	assert_int_equal(closedir(d), 0);
	return n - 2; /* . and .. */
}

/* As the program does with the effect of the last key. */
static void
carry_out(struct play *p)
{
	const struct field *f = p->m.form.fields;
	long rows;
	struct event e = { .kind = EVENT_SAVED };

	assert_non_null(play_effect(p, EFFECT_SAVE, 0));
	rows = save_view(&p->m, f[SAVE_PATH].text, f[SAVE_REPLACE].choice != 0);
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

/* The column that a word of a line begins in. */
static long
column_of(const char *line, const char *word)
{
	const char *at = strstr(line, word);

	assert_non_null(at);
	return at - line;
}

static void
text_has_all_rows_below_their_titles(void **state)
{
	struct play *p = *state;
	long state_at, lines;
	const char *line = text;

	play_sessions(p, 5 * SAVE_SLICE / 2);
	play_type(p, "2");
	play_polls(p, 1);
	assert_int_equal(save(p, "a.txt", false), 5 * SAVE_SLICE / 2);
	lines = read_back();
	assert_int_equal(lines, 5 * SAVE_SLICE / 2 + 1);
	state_at = column_of(text, "STATE");
	for (long i = 1; i < lines; i++) {
		char state_word[100];

		line = strchr(line, '\n') + 1;
		assert_int_equal(line[state_at - 1], ' ');
		assert_int_equal(
		    sscanf(line + state_at, "%99s", state_word), 1);
		assert_string_equal(state_word,
		    sessions_text(&p->m.sessions,
			sessions_row(&p->m.sessions, (int)i - 1)->state));
	}
	for (char view = '3'; view <= '7'; view++) {
		char name[16], keys[] = { view, '\0' };

		play_type(p, keys);
		play_polls(p, 2);
		(void)snprintf(name, sizeof name, "%c.txt", view);
		assert_int_equal(
		    save(p, name, false), (long)rows_count(&p->m, p->m.view));
		assert_int_equal(
		    read_back(), rows_count(&p->m, p->m.view) + (view != '5'));
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
	(void)snprintf(name, sizeof name, "%s/form.xml", folder);
	play_type(p, name);
	play_key(p, INPUT_F(2));
	assert_null(play_effect(p, EFFECT_SAVE, 0));
	assert_true(play_shows(p, 80, 24, "ends in .json, .csv or .txt"));
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

/* w, that name, and the first slice. */
static struct save *
begin_many(struct play *p, const char *name)
{
	struct save *s = NULL;
	char path[200];

	play_sessions(p, 5 * SAVE_SLICE / 2);
	play_type(p, "2w");
	play_key(p, INPUT_CTRL('U'));
	(void)snprintf(path, sizeof path, "%s/%s", folder, name);
	play_type(p, path);
	play_key(p, INPUT_F(2));
	assert_non_null(play_effect(p, EFFECT_SAVE, 0));
	assert_int_equal(save_open(&s, &p->m, path, false, where), 0);
	assert_int_equal(save_some(s, &p->m), -EAGAIN);
	return s;
}

static void
many_rows_are_written_a_slice_at_a_time_from_a_list_that_stands_still(
    void **state)
{
	struct play *p = *state;
	struct save *s = begin_many(p, "many.csv");
	uint64_t first = sessions_row(&p->m.sessions, 0)->id;

	p->shift += 7; /* others are there now */
	play_polls(p, 2);
	play_sessions(p, 40);
	assert_int_equal(save_some(s, &p->m), -EAGAIN);
	assert_int_equal(access(where, F_OK), -1);
	assert_int_equal(save_some(s, &p->m), 5 * SAVE_SLICE / 2);
	save_close(s);
	assert_int_equal(read_back(), 5 * SAVE_SLICE / 2 + 1);
	assert_int_equal(sessions_row(&p->m.sessions, 0)->id, first);
	play_happen(p,
	    &(struct event){ .kind = EVENT_SAVED, .why = where, .value = 1 });
	play_polls(p, 2);
	assert_int_equal(p->m.sessions.page.n, p->nsessions);
}

static void
closing_the_form_gives_up_and_leaves_nothing_behind(void **state)
{
	struct play *p = *state;
	int before = count_files();
	struct save *s = begin_many(p, "given-up.json");

	assert_int_equal(count_files(), before + 1);
	play_key(p, INPUT_ESC);
	assert_int_equal(save_some(s, &p->m), -ECANCELED);
	save_close(s);
	assert_int_equal(count_files(), before);
	play_happen(p,
	    &(struct event){ .kind = EVENT_SAVED, .why = "", .refused = true });
	assert_true(play_shows(p, 80, 24, "Not saved"));
}

static void
rows_that_change_their_order_are_not_saved(void **state)
{
	struct play *p = *state;
	int before = count_files();
	struct save *s = begin_many(p, "moved.json");

	rows_arrange(&p->m, VIEW_SESSIONS);
	assert_int_equal(save_some(s, &p->m), -ESTALE);
	save_close(s);
	assert_int_equal(count_files(), before);
}

static void
a_disk_that_is_full_leaves_nothing_behind(void **state)
{
	struct play *p = *state;
	struct rlimit all, little;
	int before = count_files();

	play_type(p, "2");
	play_sessions(p, 200);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &all), 0);
	little = (struct rlimit){ 8192, all.rlim_max };
	(void)signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &little), 0);
	assert_int_equal(save(p, "full.json", false), -EFBIG);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &all), 0);
	assert_int_equal(count_files(), before);
}

/* Half a list, read while rows were saved, would look like many that ended. */
static void
a_list_is_never_made_of_some_of_its_pages(void **state)
{
	struct play *p = *state;
	struct admin_live row = { .id = 5 };
	struct event e = { .kind = EVENT_ANSWER,
		.id = ADMIN_session_list,
		.rows = &row,
		.count = 1,
		.first = true,
		.more = true };
	size_t n = p->m.sessions.page.n;

	p->m.saving = true;
	play_happen(p, &e);
	p->m.saving = false;
	e.first = e.more = false;
	row.id = 6;
	play_happen(p, &e);
	assert_int_equal(p->m.sessions.page.n, n);
	e.first = true;
	play_happen(p, &e);
	assert_int_equal(p->m.sessions.page.n, 1);
}

static void
no_cell_of_a_table_is_a_formula_to_a_spreadsheet(void **state)
{
	static const char *const names[] = { "=1+1", "+1", "-1", "@a", "-",
		"a=1", "'q", NULL };
	static const char *const cells[] = { "\"'=1+1\"", "\"'+1\"", "\"'-1\"",
		"\"'@a\"", ",\"-\"", "\"a=1\"", "\"'q\"" };
	struct play *p = *state;

	p->names = names;
	p->nsessions = 0;
	play_type(p, "3");
	play_polls(p, 2);
	assert_int_equal(save(p, "formulas.csv", false), 7);
	(void)read_back();
	for (size_t i = 0; i < sizeof cells / sizeof *cells; i++)
		assert_non_null(strstr(text, cells[i]));
	assert_int_equal(save(p, "formulas.json", false), 7);
	(void)read_back();
	assert_non_null(strstr(text, "\"=1+1\""));
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
		TEST(text_has_all_rows_below_their_titles),
		TEST(accounts_are_saved_as_the_daemon_told_them),
		TEST(masked_passwords_stay_masked_though_one_is_revealed),
		TEST(
		    the_file_is_its_owners_and_one_that_is_there_is_left_alone),
		TEST(the_form_proposes_a_name_and_asks_before_it_replaces),
		TEST(
		    many_rows_are_written_a_slice_at_a_time_from_a_list_that_stands_still),
		TEST(closing_the_form_gives_up_and_leaves_nothing_behind),
		TEST(rows_that_change_their_order_are_not_saved),
		TEST(a_disk_that_is_full_leaves_nothing_behind),
		TEST(a_list_is_never_made_of_some_of_its_pages),
		TEST(no_cell_of_a_table_is_a_formula_to_a_spreadsheet),
		cmocka_unit_test_setup_teardown(
		    of_a_base_protocol_names_are_saved_and_settings_are_not,
		    play_set_up, play_tear_down),
	};

	return cmocka_run_group_tests_name(
	    "save", tests, make_folder, remove_folder);
}

/* Preferences and saved nodes, in a folder of the test's own. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tui/nodes.h"
#include "tui/prefs.h"

static char folder[] = "/tmp/socks5-own-XXXXXX", path[80];

static void
file_is(const char *name, const char *text)
{
	FILE *f;

	(void)snprintf(path, sizeof path, "%s/socks5tui", folder);
	(void)mkdir(path, 0700);
	(void)snprintf(path, sizeof path, "%s/socks5tui/%s", folder, name);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static int
set_up(void **state)
{
	(void)state;
	return mkdtemp(folder) == NULL ||
	       setenv("XDG_CONFIG_HOME", folder, 1) != 0;
}

static int
tear_down(void **state)
{
	char command[100];

	(void)state;
	(void)snprintf(command, sizeof command, "rm -rf '%s'", folder);
	return system(command);
}

static void
preferences_are_kept_and_belong_to_their_owner(void **state)
{
	struct prefs p, q;
	struct stat st;

	(void)state;
	prefs_load(&p);
	assert_int_equal(p.value[PREF_INTERVAL], 1000);
	assert_true(prefs_set(&p, PREF_INTERVAL, "0.25"));
	assert_true(prefs_set(&p, PREF_THEME, "light"));
	assert_true(prefs_set(&p, PREF_WINDOW, "7d"));
	assert_true(prefs_set(&p, PREF_HIDE, "id,setup,down/s"));
	assert_int_equal(prefs_save(&p), 0);
	prefs_load(&q);
	assert_true(prefs_same(&p, &q));
	(void)snprintf(path, sizeof path, "%s/socks5tui/preferences", folder);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void
what_is_wrong_in_the_file_changes_nothing(void **state)
{
	struct prefs p;

	(void)state;
	file_is("preferences",
	    "# mine\n\ninterval 61\ntheme\ntheme a b\n"
	    "window 2m 10m\nnothing 1\nglyphs 'block\n"
	    "interval nan\nhide id,,up\nhide id,nothing\nscale logarithmic\n");
	prefs_load(&p);
	assert_int_equal(p.value[PREF_INTERVAL], 1000);
	assert_int_equal(p.value[PREF_THEME], 0);
	assert_int_equal(p.value[PREF_WINDOW], 1);
	assert_int_equal(p.value[PREF_GLYPHS], 0);
	assert_int_equal(p.value[PREF_SCALE], 1);
	assert_int_equal(p.value[PREF_HIDE], 0);
}

static void
what_the_file_has_is_told_without_controls(void **state)
{
	struct prefs p;
	char told[600] = "";
	int old = dup(STDERR_FILENO);
	FILE *f = tmpfile();

	(void)state;
	assert_non_null(f);
	file_is("preferences", "the\033[31mme dark\ntheme \033]0;x\n");
	assert_true(dup2(fileno(f), STDERR_FILENO) >= 0);
	prefs_load(&p);
	assert_true(dup2(old, STDERR_FILENO) >= 0);
	(void)close(old);
	rewind(f);
	assert_true(fread(told, 1, sizeof told - 1, f) > 0);
	(void)fclose(f);
	assert_null(strchr(told, '\033'));
	assert_non_null(strstr(told, "no preference \"the\\x1b[31mme\""));
	assert_non_null(strstr(told, "theme: \"\\x1b]0;x\""));
}

static void
they_are_applied_to_a_console_and_taken_from_it(void **state)
{
	static struct model m;
	struct prefs p, q;

	(void)state;
	file_is("preferences", "interval 5\nwindow 1h\nscale logarithmic\n");
	prefs_load(&p);
	model_open(&m, "unix:/x", "");
	prefs_apply(&p, &m);
	assert_int_equal(m.interval_ms, 5000);
	assert_string_equal(model_window_names[m.window], "1 h");
	assert_true(m.logarithmic);
	q = p;
	prefs_take(&q, &m);
	assert_true(prefs_same(&p, &q));
	m.hidden = 5;
	prefs_take(&q, &m);
	assert_int_equal(q.value[PREF_HIDE], 5);
	m.window = 0;
	prefs_take(&q, &m);
	assert_false(prefs_same(&p, &q));
	model_close(&m);
}

static void
nodes_are_found_by_name_and_replaced(void **state)
{
	static struct nodes nodes;
	const struct node *node;

	(void)state;
	assert_null(nodes_save("edge-1", "tcp:192.0.2.1:8080", "ops"));
	assert_null(nodes_save("odd", "unix:/with blank/a'b", "o\"neil"));
	assert_null(nodes_save("edge-1", "tcp:192.0.2.2", ""));
	assert_true(nodes_load(&nodes));
	assert_int_equal(nodes.n, 2);
	node = nodes_find(&nodes, "edge-1");
	assert_non_null(node);
	assert_string_equal(node->endpoint, "tcp:192.0.2.2");
	assert_string_equal(node->user, "");
	node = nodes_find(&nodes, "odd");
	assert_non_null(node);
	assert_string_equal(node->endpoint, "unix:/with blank/a'b");
	assert_string_equal(node->user, "o\"neil");
	assert_null(nodes_find(&nodes, "edge"));
}

static void
what_is_no_node_is_refused(void **state)
{
	(void)state;
	assert_non_null(nodes_save("", "tcp:192.0.2.1", ""));
	assert_non_null(nodes_save("a:b", "tcp:192.0.2.1", ""));
	assert_non_null(nodes_save("a b", "tcp:192.0.2.1", ""));
	assert_non_null(nodes_save("a", "tcp:", ""));
	assert_non_null(nodes_save("a", "tcp:192.0.2.1", "\x1b[2J"));
}

static void
a_file_with_mistakes_is_not_written_over(void **state)
{
	static struct nodes nodes;

	(void)state;
	file_is("nodes", "good tcp:192.0.2.1\nbad\n");
	assert_false(nodes_load(&nodes));
	assert_int_equal(nodes.n, 1);
	assert_non_null(nodes_save("new", "tcp:192.0.2.3", ""));
	assert_false(nodes_load(&nodes));
}

static void
there_is_a_limit_to_nodes(void **state)
{
	char name[16];

	(void)state;
	file_is("nodes", "");
	for (int i = 0; i < NODES_MOST; i++) {
		(void)snprintf(name, sizeof name, "n%d", i);
		assert_null(nodes_save(name, "tcp:192.0.2.1", ""));
	}
	assert_non_null(nodes_save("more", "tcp:192.0.2.1", ""));
	assert_null(nodes_save("n0", "tcp:192.0.2.9", ""));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    preferences_are_kept_and_belong_to_their_owner),
		cmocka_unit_test(what_is_wrong_in_the_file_changes_nothing),
		cmocka_unit_test(what_the_file_has_is_told_without_controls),
		cmocka_unit_test(
		    they_are_applied_to_a_console_and_taken_from_it),
		cmocka_unit_test(nodes_are_found_by_name_and_replaced),
		cmocka_unit_test(what_is_no_node_is_refused),
		cmocka_unit_test(a_file_with_mistakes_is_not_written_over),
		cmocka_unit_test(there_is_a_limit_to_nodes),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}

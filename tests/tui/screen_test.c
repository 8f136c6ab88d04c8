/*
 * Every screen against a golden file, tests/screens/SCENE_WxH_SET.txt: the text
 * first, then, below "roles", the meaning of each cell as a letter
 * (tui/roles.def). SCENE_all_SET.txt has all sizes below each
 * other, as text alone. With UPDATE_SCREENS set in the environment the files
 * are written instead; look at the difference before committing it.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/tui/play.h"
#include "tui/screen.h"

enum { LINE = 1024, SCREEN = 256 * LINE };

/* ---- scenes */

static void
scene_dash(struct play *p)
{
	play_begin(p);
	play_polls(p, 130);
}

static void
scene_users(struct play *p)
{
	play_begin(p);
	play_polls(p, 3);
	play_type(p, "3jj");
	play_polls(p, 1);
}

static void
scene_settings(struct play *p)
{
	play_begin(p);
	play_polls(p, 3);
	play_type(p, "4\r");
	play_key(p, INPUT_CTRL('U'));
	play_type(p, "131072\r");
	play_type(p, "jjjj ");
}

static void
scene_edit(struct play *p)
{
	play_begin(p);
	play_polls(p, 3);
	play_type(p, "4j\r9");
}

static void
scene_add(struct play *p)
{
	play_begin(p);
	play_polls(p, 3);
	play_type(p, "3aerin2\tsecret\tsecrex");
}

static void
scene_delete(struct play *p)
{
	play_begin(p);
	play_polls(p, 3);
	play_type(p, "3jjjjd");
}

static void
scene_delete_two(struct play *p)
{
	play_begin_extended(p);
	play_polls(p, 3);
	play_type(p, "3jjjj j d");
}

static void
scene_help(struct play *p)
{
	play_begin(p);
	play_polls(p, 3);
	play_type(p, "3?");
}

static void
scene_lost(struct play *p)
{
	play_begin(p);
	play_polls(p, 60);
	play_down(p, "the daemon closed the connection", false);
	play_pass(p, 300);
	play_down(p,
	    "cannot connect to unix:/run/socks5d/admin.sock: Connection "
	    "refused",
	    false);
	play_pass(p, 300);
}

static void
scene_gap(struct play *p)
{
	play_begin(p);
	play_polls(p, 40);
	play_down(p, "the daemon closed the connection", false);
	p->now += 20000;
	play_up(p);
	play_polls(p, 30);
}

static void
scene_connect(struct play *p)
{
	play_start(p);
	play_down(p,
	    "cannot connect to unix:/run/socks5d/admin.sock: No such file or "
	    "directory",
	    false);
}

static void
scene_refused(struct play *p)
{
	play_start(p);
	play_down(p, "the daemon refused the login", true);
	play_type(p, "\troot\tsecret");
}

/* ---- the same and more from a daemon with the extension */

static void
more(struct play *p, int polls, const char *keys)
{
	play_begin_extended(p);
	play_polls(p, polls);
	play_type(p, keys);
	play_polls(p, 2);
}

static void
scene_xdash(struct play *p)
{
	more(p, 130, "");
}

static void
scene_othera(struct play *p)
{
	more(p, 130, "v");
}

static void
scene_otherb(struct play *p)
{
	more(p, 130, "vv");
}

/* Ten minutes, a gap in them, by a logarithmic scale. */
static void
scene_longer(struct play *p)
{
	play_begin_extended(p);
	play_polls(p, 200);
	play_down(p, "the daemon closed the connection", false);
	p->now += 90000;
	play_up_extended(p);
	play_polls(p, 250);
	play_type(p, "]=");
	play_polls(p, 2);
}

static void
scene_panned(struct play *p)
{
	more(p, 200, "{{");
}

/* As a newcomer finds it: nobody has connected yet. */
static void
scene_fresh(struct play *p)
{
	play_begin_extended(p);
	p->fresh = true;
	p->nsessions = 0;
	play_polls(p, 3);
}

static void
scene_sessions(struct play *p)
{
	more(p, 30, "2jj jj jj");
	play_polls(p, 20);
}

/* Scrolled to the right, as far as a narrow window allows. */
static void
right(struct play *p, const char *keys)
{
	more(p, 30, keys);
	play_resize(p, 60, 16);
	play_polls(p, 3);
}

static void
scene_sright(struct play *p)
{
	right(p, "2jj jj jj");
	play_type(p, "lll");
}

static void
scene_uright(struct play *p)
{
	right(p, "3jjj jj ");
	play_type(p, "llllllllllll");
}

static void
scene_lright(struct play *p)
{
	right(p, "5");
	play_type(p, "kkll");
}

static void
scene_sfilter(struct play *p)
{
	more(p, 3, "2\\user=al net");
}

static void
scene_kill(struct play *p)
{
	more(p, 3, "2j j x");
}

static void
scene_killmany(struct play *p)
{
	more(p, 3, "2\\alice\r*x");
}

static void
scene_offmany(struct play *p)
{
	more(p, 3, "3*x");
}

static void
scene_xusers(struct play *p)
{
	more(p, 30, "3jjj jj ");
}

static void
scene_useredit(struct play *p)
{
	more(p, 3, "3jjjjjje\t\t\tx");
}

static void
scene_xadd(struct play *p)
{
	more(p, 3, "3aerin2\tsecret\tsecret\t\t\t\t\t5G\t2020-01-31");
}

/* Another gave alice another name and role, while both were changed here. */
static void
scene_conflict(struct play *p)
{
	const struct effect *asked;

	more(p, 3, "3e  \t\t\t2M");
	play_key(p, INPUT_F(2));
	asked = play_effect(p, EFFECT_ASK, 0);
	p->others_name = "alicia";
	p->others_role = 1;
	play_done(p, &(struct effect){ .id = asked->id, .tag = asked->tag },
	    ADMIN_STALE);
	play_polls(p, 2);
}

static void
scene_off(struct play *p)
{
	more(p, 3, "3jx");
}

static void
scene_xsettings(struct play *p)
{
	more(p, 3, "4jjj ");
}

static void
scene_logs(struct play *p)
{
	more(p, 3, "5");
	play_polls(p, 20);
	play_type(p, "kkkk");
	play_polls(p, 20);
}

static void
scene_findings(struct play *p)
{
	more(p, 3, "6jV");
}

static void
scene_rules(struct play *p)
{
	more(p, 3, "7jj");
}

/* A rule that is longer than the room for it, the cursor in its middle. */
static void
scene_ruleadd(struct play *p)
{
	more(p, 3,
	    "7jaallow user alice to *.internal.example.com port 443-445 "
	    "from 192.168.7.0/24 command connect and what is behind the edge");
	for (int i = 0; i < 30; i++)
		play_key(p, INPUT_LEFT);
}

static void
scene_rulebad(struct play *p)
{
	more(p, 3, "7apermit user alice");
}

static void
scene_ruletest(struct play *p)
{
	more(p, 3, "7tdb.example.com:5432\talice");
}

static void
scene_server(struct play *p)
{
	more(p, 3, "S");
}

static void
scene_stop(struct play *p)
{
	more(p, 3, "SX");
	play_type(p, "ST");
}

static void
scene_save(struct play *p)
{
	more(p, 3, "2\\alice\rw");
}

static void
scene_columns(struct play *p)
{
	more(p, 30, "2cjj jj jjj ");
}

static void
scene_setup(struct play *p)
{
	more(p, 30, "");
	play_key(p, INPUT_F(2));
	play_type(p, "j");
}

static void
scene_sort(struct play *p)
{
	more(p, 30, "2");
	play_key(p, INPUT_F(6));
	play_type(p, "jj");
}

static void
scene_hidden(struct play *p)
{
	more(p, 30, "2cjj jj jjj \r");
}

/* Four daemons: two are up, one is down, one wants a password. */
static void
scene_nodes(struct play *p)
{
	struct nodes nodes = { .n = 4,
		.all = { { "edge-1", "unix:/run/socks5d/admin.sock", "" },
		    { "edge-2", "tcp:192.0.2.10:8080", "" },
		    { "lab", "tcp:192.0.2.77:8080", "" },
		    { "paris", "tcp:paris.example.net:8080", "ops" } } };

	more(p, 3, "");
	model_nodes(&p->m, &nodes);
	play_type(p, "8");
	for (uint64_t i = 0; i < 90; i++, play_polls(p, 1))
		for (unsigned k = 0; k < 4; k++) {
			struct node_news news = {
				.state = k < 2    ? NODE_UP
					 : k == 2 ? NODE_DOWN
						  : NODE_LOGIN,
				.sessions = 187 - 60 * k,
				.up = play_grown(i + k * 20, 40, 9000),
				.down = play_grown(i + k * 9, 30, 30000),
				.at = p->now,
			};
			struct event e = { .kind = EVENT_NODE,
				.tag = k,
				.node = &news,
				.why = k < 2    ? ""
				       : k == 2 ? "cannot connect: Connection "
						  "refused"
						: "wants a password: Enter "
						  "logs in" };

			play_happen(p, &e);
		}
}

static void
scene_command(struct play *p)
{
	more(p, 3, "2:se");
}

/* ---- what is drawn where */

#define SIZES(X, scene, set)   \
	X(scene, 40, 10, set)  \
	X(scene, 60, 16, set)  \
	X(scene, 80, 24, set)  \
	X(scene, 140, 40, set) \
	X(scene, 200, 60, set)

#define SETS(A, scene)  \
	A(scene, BLOCK) \
	A(scene, BRAILLE)

/* X: of one size; A: of all of them, in one file. */
#define SCREENS(X, A)                 \
	SETS(A, xdash)                \
	SETS(A, sessions)             \
	SETS(A, xusers)               \
	SETS(A, xsettings)            \
	SETS(A, logs)                 \
	SETS(A, findings)             \
	SETS(A, rules)                \
	SETS(A, nodes)                \
	SIZES(X, dash, ASCII)         \
	SIZES(X, users, ASCII)        \
	SIZES(X, settings, ASCII)     \
	SIZES(X, xdash, ASCII)        \
	SIZES(X, sessions, ASCII)     \
	SIZES(X, xusers, ASCII)       \
	SIZES(X, xsettings, ASCII)    \
	SIZES(X, logs, ASCII)         \
	SIZES(X, findings, ASCII)     \
	SIZES(X, rules, ASCII)        \
	X(xdash, 80, 24, BRAILLE)     \
	X(xdash, 140, 40, BRAILLE)    \
	X(xdash, 140, 40, BLOCK)      \
	X(sessions, 140, 40, BRAILLE) \
	X(sessions, 80, 24, BLOCK)    \
	X(xusers, 140, 40, BRAILLE)   \
	X(othera, 80, 24, ASCII)      \
	X(otherb, 80, 24, ASCII)      \
	X(longer, 80, 24, BRAILLE)    \
	X(longer, 140, 40, BLOCK)     \
	X(longer, 200, 60, ASCII)     \
	X(panned, 80, 24, ASCII)      \
	X(fresh, 80, 24, ASCII)       \
	X(fresh, 140, 40, ASCII)      \
	X(fresh, 60, 16, ASCII)       \
	X(sright, 60, 16, ASCII)      \
	X(sright, 80, 24, ASCII)      \
	X(sright, 80, 24, BRAILLE)    \
	X(uright, 60, 16, ASCII)      \
	X(lright, 60, 16, ASCII)      \
	X(sfilter, 80, 24, ASCII)     \
	X(kill, 80, 24, ASCII)        \
	X(kill, 40, 10, ASCII)        \
	X(killmany, 80, 24, ASCII)    \
	X(killmany, 40, 10, ASCII)    \
	X(offmany, 80, 24, ASCII)     \
	X(offmany, 40, 10, ASCII)     \
	X(useredit, 80, 24, ASCII)    \
	X(useredit, 40, 10, ASCII)    \
	X(xadd, 80, 24, ASCII)        \
	X(xadd, 60, 16, ASCII)        \
	X(xadd, 40, 10, ASCII)        \
	X(conflict, 80, 24, ASCII)    \
	X(conflict, 60, 16, ASCII)    \
	X(conflict, 40, 10, ASCII)    \
	X(off, 80, 24, ASCII)         \
	X(ruleadd, 140, 40, ASCII)    \
	X(ruleadd, 80, 24, ASCII)     \
	X(ruleadd, 40, 10, ASCII)     \
	X(rulebad, 80, 24, ASCII)     \
	X(ruletest, 80, 24, ASCII)    \
	X(ruletest, 40, 10, ASCII)    \
	X(server, 80, 24, ASCII)      \
	X(server, 40, 10, ASCII)      \
	X(stop, 80, 24, ASCII)        \
	X(stop, 40, 10, ASCII)        \
	X(command, 80, 24, ASCII)     \
	X(save, 80, 24, ASCII)        \
	X(save, 40, 10, ASCII)        \
	X(columns, 80, 24, ASCII)     \
	X(columns, 40, 10, ASCII)     \
	X(setup, 80, 24, ASCII)       \
	X(setup, 40, 10, ASCII)       \
	X(sort, 80, 24, ASCII)        \
	X(sort, 40, 10, ASCII)        \
	X(hidden, 140, 40, ASCII)     \
	X(nodes, 80, 24, ASCII)       \
	X(nodes, 140, 40, BRAILLE)    \
	X(nodes, 40, 10, ASCII)       \
	X(dash, 80, 24, BRAILLE)      \
	X(dash, 140, 40, BRAILLE)     \
	X(dash, 80, 24, BLOCK)        \
	X(dash, 140, 40, BLOCK)       \
	X(dash, 100, 30, BRAILLE)     \
	X(dash, 30, 5, ASCII)         \
	X(settings, 80, 24, BRAILLE)  \
	X(edit, 80, 24, ASCII)        \
	X(edit, 40, 10, ASCII)        \
	X(add, 80, 24, ASCII)         \
	X(add, 80, 24, BRAILLE)       \
	X(add, 40, 10, ASCII)         \
	X(delete, 80, 24, ASCII)      \
	X(delete, 40, 10, ASCII)      \
	X(delete_two, 80, 24, ASCII)  \
	X(delete_two, 40, 10, ASCII)  \
	X(help, 80, 24, ASCII)        \
	X(help, 140, 40, BRAILLE)     \
	X(help, 40, 10, ASCII)        \
	X(lost, 80, 24, ASCII)        \
	X(lost, 40, 10, ASCII)        \
	X(gap, 80, 24, BRAILLE)       \
	X(connect, 80, 24, ASCII)     \
	X(connect, 40, 10, ASCII)     \
	X(refused, 80, 24, ASCII)

struct screen {
	const char *file;
	void (*scene)(struct play *);
	int w, h; /* 0: all sizes */
	enum glyphs glyphs;
};

/* Each row of a screen of that size on a line; returns the octets. */
static size_t
print_rows(struct play *p, const struct screen *s, int w, int h, char *out)
{
	size_t at = 0;

	play_resize(p, w, h);
	assert_int_equal(canvas_open(&p->c, w, h, s->glyphs), 0);
	screen_draw(&p->m, &p->c);
	for (int y = 0; y < h; y++) {
		at += canvas_row(&p->c, y, out + at, LINE);
		out[at++] = '\n';
	}
	return at;
}

static void
print(struct play *p, const struct screen *s, char *out)
{
	size_t at;

	s->scene(p);
	at = print_rows(p, s, s->w, s->h, out);
	at += (size_t)snprintf(out + at, 16, "roles\n");
	for (int y = 0; y < s->h; y++) {
		at += canvas_roles(&p->c, y, out + at, LINE);
		out[at++] = '\n';
	}
	out[at] = '\0';
	play_end(p);
}

/* One below the other, as text alone: roles are told by the others. */
static void
print_all(struct play *p, const struct screen *s, char *out)
{
	static const int sizes[][2] = { { 40, 10 }, { 60, 16 }, { 80, 24 },
		{ 140, 40 }, { 200, 60 } };
	size_t at = 0;

	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		int w = sizes[i][0], h = sizes[i][1];

		at += (size_t)snprintf(out + at, 16, "%dx%d\n", w, h);
		s->scene(p);
		at += print_rows(p, s, w, h, out + at);
		play_end(p);
	}
	out[at] = '\0';
}

static void
save(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void
compare(const char *path, const char *text)
{
	static char want[SCREEN];
	FILE *f = fopen(path, "r");
	size_t n;

	if (f == NULL)
		fail_msg("%s is missing", path);
	n = fread(want, 1, sizeof want - 1, f);
	want[n] = '\0';
	(void)fclose(f);
	if (strcmp(want, text) != 0)
		fail_msg("%s differs; what is drawn now:\n%s", path, text);
}

static void
screen_is_as_it_was_approved(void **state)
{
	static char text[SCREEN];
	const struct screen *s = *state;
	const char *dir = getenv("srcdir");
	char path[512];
	struct play p;

	if (s->w == 0)
		print_all(&p, s, text);
	else
		print(&p, s, text);
	(void)snprintf(path, sizeof path, "%s/tests/screens/%s",
	    dir != NULL ? dir : ".", s->file);
	if (getenv("UPDATE_SCREENS") != NULL)
		save(path, text);
	else
		compare(path, text);
}

int
main(void)
{
#define SCREEN_ROW(scene, w, h, set)                                 \
	{ #scene "_" #w "x" #h "_" #set ".txt", scene_##scene, w, h, \
		GLYPHS_##set },
#define SCREEN_ALL_ROW(scene, set) \
	{ #scene "_all_" #set ".txt", scene_##scene, 0, 0, GLYPHS_##set },
	static struct screen screens[] = { SCREENS(
	    SCREEN_ROW, SCREEN_ALL_ROW) };
#define SCREEN_TEST(scene, w, h, set)                                       \
	{ "screen " #scene " " #w "x" #h " " #set " is as it was approved", \
		screen_is_as_it_was_approved, NULL, NULL, NULL },
#define SCREEN_ALL_TEST(scene, set)                                          \
	{ "screen " #scene " in all sizes, " #set ", is as it was approved", \
		screen_is_as_it_was_approved, NULL, NULL, NULL },
	struct CMUnitTest tests[] = { SCREENS(SCREEN_TEST, SCREEN_ALL_TEST) };

	(void)setenv("TZ", "UTC0", 1);
	for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)
		tests[i].initial_state = &screens[i];
	return cmocka_run_group_tests_name("screens", tests, NULL, NULL);
}

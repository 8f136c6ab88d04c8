/* What is recorded is what is played: events, and never a password. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tui/record.h"
#include "tui/replay.h"

static char path[] = "/tmp/socks5-record-XXXXXX";
static struct model model, played;

static int
set_up(void **state)
{
	int fd = mkstemp(path);

	(void)state;
	return fd == -1 || close(fd) != 0;
}

static int
tear_down(void **state)
{
	(void)state;
	return unlink(path);
}

static struct record *
begin(void)
{
	struct record *r;

	memset(&model, 0, sizeof model);
	model_open(&model, "unix:/with blank", "o\"ps,;=%");
	model.now = 5000;
	model.hidden = 6;
	model.mouse = true;
	r = record_open(path, &model, GLYPHS_BLOCK, 1795600000);
	assert_non_null(r);
	return r;
}

static struct replay *
play_back(void)
{
	struct replay_head head;
	const char *why = "";
	struct replay *r;

	memset(&played, 0, sizeof played);
	r = replay_open(fopen(path, "r"), &played, &head, &why);
	assert_string_equal(why[0] == '\0' || r != NULL ? "" : why, "");
	assert_int_equal(head.glyphs, GLYPHS_BLOCK);
	assert_int_equal(head.wall, 1795600000);
	return r;
}

static void
the_head_says_what_the_console_was_like(void **state)
{
	(void)state;
	assert_int_equal(record_close(begin()), 0);
	replay_close(play_back());
	assert_string_equal(played.link.endpoint, "unix:/with blank");
	assert_string_equal(played.link.user, "o\"ps,;=%");
	assert_int_equal(played.now, 5000);
	assert_int_equal(played.hidden, 6);
	assert_true(played.mouse);
	model_close(&played);
	model_close(&model);
}

static void
add(struct record *r, struct event *e, uint64_t ms)
{
	e->now = 5000 + ms;
	record_event(r, &model, e);
}

static void
every_kind_of_event_comes_back(void **state)
{
	struct admin_account rows[2] = { { .role = 1, .enabled = 1 },
		{ .sessions = UINT64_MAX } };
	struct admin_hello hello = { .version = 1, .queries = 77 };
	struct layout_text name = { 3, "a,;" };
	bool knows[ADMIN_COMMANDS] = { [ADMIN_status] = true };
	struct record *r = begin();
	struct replay *p;
	struct event e;

	(void)state;
	layout_text_set(&rows[0].name, "na,me;=%\n\x1b", 10);
	layout_text_set(&hello.node, "ho st", 5);
	add(r, &(struct event){ .kind = EVENT_RESIZE, .w = 80, .h = 24 }, 0);
	add(r,
	    &(struct event){
		.kind = EVENT_UP, .hello = &hello, .knows = knows },
	    1);
	add(r,
	    &(struct event){ .kind = EVENT_KEY, .key = { INPUT_F(3), true } },
	    2);
	add(r,
	    &(struct event){ .kind = EVENT_ANSWER,
		.id = ADMIN_account_list,
		.rows = rows,
		.count = 2,
		.first = true,
		.name = &name },
	    3);
	add(r,
	    &(struct event){ .kind = EVENT_POLLED, .rtt_ms = 1.5, .at = 5003 },
	    4);
	add(r,
	    &(struct event){ .kind = EVENT_DONE,
		.id = ADMIN_user_add,
		.status = ADMIN_TAKEN,
		.tag = 7,
		.why = "no way" },
	    5);
	add(r,
	    &(struct event){
		.kind = EVENT_DOWN, .why = "gone\n", .refused = true },
	    6);
	add(r,
	    &(struct event){ .kind = EVENT_SAVED, .why = "/a b", .value = 9 },
	    7);
	add(r,
	    &(struct event){ .kind = EVENT_MOUSE,
		.key = { INPUT_CLICK, false },
		.spot = { .kind = SPOT_ROW, .value = 3, .id = UINT64_MAX } },
	    7);
	add(r, &(struct event){ .kind = EVENT_TICK }, 7);
	assert_int_equal(record_close(r), 0);

	p = play_back();
	assert_true(replay_next(p, &e) && e.kind == EVENT_RESIZE);
	assert_true(e.w == 80 && e.h == 24 && e.now == 5000);
	assert_true(replay_next(p, &e) && e.kind == EVENT_UP);
	assert_int_equal(e.hello->queries, 77);
	assert_string_equal(e.hello->node.bytes, "ho st");
	assert_memory_equal(e.knows, knows, sizeof knows);
	assert_true(replay_next(p, &e) && e.kind == EVENT_KEY);
	assert_true(e.key.code == INPUT_F(3) && e.key.pasted);
	assert_true(replay_next(p, &e) && e.kind == EVENT_ANSWER);
	assert_true(
	    e.id == ADMIN_account_list && e.count == 2 && e.first && !e.more);
	assert_memory_equal(e.rows, rows, sizeof rows);
	assert_memory_equal(e.name->bytes, name.bytes, 4);
	assert_true(replay_next(p, &e) && e.kind == EVENT_POLLED);
	assert_true(e.rtt_ms > 1.49 && e.rtt_ms < 1.51 && e.at == 5003);
	assert_true(replay_next(p, &e) && e.kind == EVENT_DONE);
	assert_true(e.status == ADMIN_TAKEN && e.tag == 7);
	assert_string_equal(e.why, "no way");
	assert_true(replay_next(p, &e) && e.kind == EVENT_DOWN && e.refused);
	assert_string_equal(e.why, "gone\n");
	assert_true(replay_next(p, &e) && e.kind == EVENT_SAVED);
	assert_true(!e.refused && e.value == 9 && e.tag == 0);
	assert_string_equal(e.why, "/a b");
	assert_true(replay_next(p, &e) && e.kind == EVENT_MOUSE);
	assert_true(e.key.code == INPUT_CLICK && e.spot.kind == SPOT_ROW);
	assert_true(e.spot.value == 3 && e.spot.id == UINT64_MAX);
	assert_true(replay_next(p, &e) && e.kind == EVENT_TICK);
	assert_int_equal(e.now, 5007);
	assert_int_equal(e.wall, 1795600000);
	assert_false(replay_next(p, &e));
	assert_int_equal(replay_wrong(p), 0);
	replay_close(p);
	model_close(&played);
	model_close(&model);
}

/* All of the file. */
static char *
contents(size_t *len)
{
	FILE *f = fopen(path, "r");
	char *text = calloc(1, 1 << 16);

	assert_non_null(f);
	assert_non_null(text);
	*len = fread(text, 1, (1 << 16) - 1, f);
	(void)fclose(f);
	return text;
}

static void
passwords_are_stars(void **state)
{
	static struct effects effects;
	struct record *r = begin();
	struct event up = {
		.kind = EVENT_UP, .now = 5001, .clock = "12:00:00"
	};
	struct admin_finding found = { 0 };
	size_t len;
	char *text;

	(void)state;
	update(&model, &up, &effects);
	for (const char *key = "3aeve\tQZX"; *key != '\0'; key++) {
		struct event e = { .kind = EVENT_KEY,
			.now = 5400,
			.clock = "12:00:00",
			.key = { (uint32_t)*key, false } };

		record_event(r, &model, &e);
		update(&model, &e, &effects);
		effects_wipe(&effects);
	}
	layout_text_set(&found.password, "hunter2", 7);
	layout_text_set(&found.login, "walt", 4);
	add(r,
	    &(struct event){ .kind = EVENT_ANSWER,
		.id = ADMIN_finding_list,
		.rows = &found,
		.count = 1 },
	    900);
	assert_int_equal(record_close(r), 0);
	text = contents(&len);
	assert_non_null(strstr(text, "code=101")); /* e */
	assert_null(strstr(text, "code=81"));      /* Q */
	assert_null(strstr(text, "code=88"));      /* X */
	assert_non_null(strstr(text, "code=42"));
	assert_non_null(strstr(text, "walt"));
	assert_null(strstr(text, "hunter"));
	free(text);
	model_close(&model);
}

static void
what_is_no_recording_is_refused(void **state)
{
	static const char *const texts[] = { "", "\n", "hello\n",
		"socks5tui-record\n", "socks5tui-record 2\n",
		"socks5tui-record 0 now=1\n" };
	struct replay_head head;
	const char *why;

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		FILE *f = fopen(path, "w");

		assert_true(
		    f != NULL && fputs(texts[i], f) >= 0 && fclose(f) == 0);
		memset(&played, 0, sizeof played);
		assert_null(
		    replay_open(fopen(path, "r"), &played, &head, &why));
		assert_non_null(why);
	}
}

static void
a_wrong_line_is_named(void **state)
{
	static const char *const lines[] = { "x tick", "12", "12 nothing",
		"12 answer", "12 answer id=unheard_of", "-1 tick",
		"99999999999999 tick", "1 resize w=0 h=1",
		"1 a b c d e f g h i j k l m n o p q r s t u v w x y z" };
	struct replay *p;
	struct event e;

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		FILE *f = fopen(path, "w");

		assert_non_null(f);
		(void)fprintf(f,
		    "socks5tui-record 1 start=1795600000 now=5000 "
		    "glyphs=1\n\n1 tick\n%s\n2 tick\n",
		    lines[i]);
		assert_int_equal(fclose(f), 0);
		p = play_back();
		assert_true(replay_next(p, &e));
		assert_false(replay_next(p, &e));
		assert_int_equal(replay_wrong(p), 4);
		assert_false(replay_next(p, &e));
		replay_close(p);
		model_close(&played);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_head_says_what_the_console_was_like),
		cmocka_unit_test(every_kind_of_event_comes_back),
		cmocka_unit_test(passwords_are_stars),
		cmocka_unit_test(what_is_no_recording_is_refused),
		cmocka_unit_test(a_wrong_line_is_named),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}

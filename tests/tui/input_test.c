/* Bytes from a terminal as keys. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "tui/input.h"

struct typed {
	struct input in;
	struct key keys[64];
	size_t n;
	int x, y; /* of the last key, if it is the mouse's */
};

static void
begin(struct typed *t)
{
	memset(t, 0, sizeof *t);
	input_start(&t->in, 0);
}

static void
send(struct typed *t, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (input_byte(&t->in, (uint8_t)bytes[i], &t->keys[t->n])) {
			t->x = t->in.x;
			t->y = t->in.y;
			t->n += t->n < 63;
		}
}

static void
timeout(struct typed *t)
{
	if (input_wait_ms(&t->in) > 0 && input_timeout(&t->in, &t->keys[t->n]))
		t->n++;
}

static const struct {
	const char *bytes;
	uint32_t code;
} sequences[] = {
	{ "a", 'a' },
	{ "\r", INPUT_ENTER },
	{ "\t", INPUT_TAB },
	{ "\x7f", INPUT_BACKSPACE },
	{ "\b", INPUT_BACKSPACE },
	{ "\x04", INPUT_CTRL('D') },
	{ "\xc3\xa9", 0xe9 },
	{ "\xe4\xb8\xad", 0x4e2d },
	{ "\xf0\x9f\x98\x80", 0x1f600 },
	{ "\033[A", INPUT_UP },
	{ "\033OA", INPUT_UP },
	{ "\033[B", INPUT_DOWN },
	{ "\033[C", INPUT_RIGHT },
	{ "\033[D", INPUT_LEFT },
	{ "\033[H", INPUT_HOME },
	{ "\033[1~", INPUT_HOME },
	{ "\033[7~", INPUT_HOME },
	{ "\033[F", INPUT_END },
	{ "\033[4~", INPUT_END },
	{ "\033[3~", INPUT_DELETE },
	{ "\033[5~", INPUT_PGUP },
	{ "\033[6~", INPUT_PGDN },
	{ "\033[Z", INPUT_BTAB },
	{ "\033OP", INPUT_F(1) },
	{ "\033[11~", INPUT_F(1) },
	{ "\033[[A", INPUT_F(1) },
	{ "\033OQ", INPUT_F(2) },
	{ "\033[15~", INPUT_F(5) },
	{ "\033[17~", INPUT_F(6) },
	{ "\033[21~", INPUT_F(10) },
	{ "\033[24~", INPUT_F(12) },
};

static void
known_sequences_are_one_key_each(void **state)
{
	struct typed t;

	(void)state;
	for (size_t i = 0; i < sizeof sequences / sizeof *sequences; i++) {
		begin(&t);
		send(&t, sequences[i].bytes, strlen(sequences[i].bytes));
		assert_int_equal(t.n, 1);
		assert_int_equal(t.keys[0].code, sequences[i].code);
		assert_int_equal(input_wait_ms(&t.in), 0);
	}
}

static void
a_prefix_is_no_key_and_leaves_nothing_behind(void **state)
{
	struct typed t;

	(void)state;
	for (size_t i = 0; i < sizeof sequences / sizeof *sequences; i++)
		for (size_t n = 1; n < strlen(sequences[i].bytes); n++) {
			begin(&t);
			send(&t, sequences[i].bytes, n);
			assert_int_equal(t.n, 0);
			assert_true(input_wait_ms(&t.in) > 0);
			timeout(&t);
			assert_true(t.n == 0 ||
				    (n == 1 && t.keys[0].code == INPUT_ESC));
			send(&t, "x", 1);
			assert_int_equal(t.keys[t.n - 1].code, 'x');
		}
}

static void
a_wait_for_escape_that_is_none_is_the_usual_one(void **state)
{
	static const struct {
		unsigned given, used;
	} cases[] = { { 0, 25 }, { 1, 1 }, { 100, 100 }, { 1000, 1000 },
		{ 1001, 25 }, { (unsigned)-5, 25 } };
	struct input in;
	struct key k;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		input_start(&in, cases[i].given);
		assert_false(input_byte(&in, 0x1b, &k));
		assert_int_equal(input_wait_ms(&in), cases[i].used);
	}
}

static void
escape_alone_is_a_key_after_a_short_wait(void **state)
{
	struct typed t;

	(void)state;
	begin(&t);
	send(&t, "\033", 1);
	assert_int_equal(t.n, 0);
	assert_in_range(input_wait_ms(&t.in), 1, 30);
	timeout(&t);
	assert_int_equal(t.n, 1);
	assert_int_equal(t.keys[0].code, INPUT_ESC);
}

static void
two_escapes_are_two_keys(void **state)
{
	struct typed t;

	(void)state;
	begin(&t);
	send(&t, "\033\033", 2);
	timeout(&t);
	assert_int_equal(t.n, 2);
}

static void
unknown_sequences_are_swallowed_whole(void **state)
{
	static const char *const unknown[] = { "\033[99~", "\033[1;5A",
		"\033[?1;2c", "\033[200;1~", "\033[<0;10;10M", "\033[M abc",
		"\033[I", "\033[O", "\033]0;title\a", "\033]52;c;ZHk=\033\\",
		"\033P1$r0m\033\\", "\033x", "\033Ox", "\033(B", "\033[27;5;9~",
		"\033_q\033\\", "\033[[Z", "\xff" };
	struct typed t;

	(void)state;
	for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
		size_t len = strlen(unknown[i]);

		begin(&t);
		send(&t, unknown[i], len);
		if (strncmp(unknown[i], "\033[M", 3) == 0)
			assert_in_range(t.n, 0, 1); /* one behind the report */
		else
			assert_int_equal(t.n, 0);
		assert_int_equal(t.in.state, INPUT_PLAIN);
	}
}

static void
pasted_text_is_marked_and_its_sequences_dropped(void **state)
{
	static const char paste[] = "\033[200~a\r\033[A\033[201~b";
	struct typed t;

	(void)state;
	begin(&t);
	send(&t, paste, sizeof paste - 1);
	assert_int_equal(t.n, 3);
	assert_true(t.keys[0].pasted && t.keys[0].code == 'a');
	assert_true(t.keys[1].pasted && t.keys[1].code == '\r');
	assert_true(!t.keys[2].pasted && t.keys[2].code == 'b');
}

static void
a_paste_that_never_ends_does_not_lock_the_keyboard(void **state)
{
	struct typed t;

	(void)state;
	begin(&t);
	send(&t, "\033[200~a", 7);
	assert_true(input_wait_ms(&t.in) > 0);
	timeout(&t);
	send(&t, "q", 1);
	assert_false(t.keys[t.n - 1].pasted);
}

static void
a_paste_cannot_end_itself_early_into_commands(void **state)
{
	/* ESC within a paste, then a pause: still the paste. */
	struct typed t;

	(void)state;
	begin(&t);
	send(&t, "\033[200~a\033", 8);
	timeout(&t);
	send(&t, "q", 1);
	assert_true(t.keys[t.n - 1].pasted);
}

/* ---- the mouse */

static void
text(struct typed *t, const char *bytes)
{
	send(t, bytes, strlen(bytes));
}

static void
a_button_released_where_it_was_pressed_is_a_click(void **state)
{
	struct typed t;

	(void)state;
	begin(&t);
	text(&t, "\033[<0;12;3M");
	assert_int_equal(t.n, 0);
	text(&t, "\033[<0;12;3m");
	assert_int_equal(t.n, 1);
	assert_int_equal(t.keys[0].code, INPUT_CLICK);
	assert_int_equal(t.x, 11);
	assert_int_equal(t.y, 2);
	text(&t, "\033[<0;12;3m"); /* not pressed again */
	assert_int_equal(t.n, 1);
}

static void
dragging_is_no_click(void **state)
{
	struct typed t;

	(void)state;
	begin(&t);
	text(&t, "\033[<0;12;3M\033[<0;13;3m");
	text(&t, "\033[<0;12;3M\033[<0;12;4m");
	text(&t, "\033[<0;12;3M\033[<32;12;3M\033[<0;12;3m"); /* moved */
	assert_int_equal(t.n, 0);
}

static void
other_buttons_and_modifiers_are_no_click(void **state)
{
	static const int others[] = { 1, 2, 3, 4, 8, 16, 32, 35, 128, 256 };
	char bytes[64];
	struct typed t;

	(void)state;
	begin(&t);
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		(void)snprintf(bytes, sizeof bytes,
		    "\033[<%d;5;5M\033[<%d;5;5m", others[i], others[i]);
		text(&t, bytes);
	}
	assert_int_equal(t.n, 0);
	assert_int_equal(t.in.state, INPUT_PLAIN);
}

static void
each_turn_of_a_wheel_is_one_key(void **state)
{
	struct typed t;

	(void)state;
	begin(&t);
	text(&t, "\033[<64;1;1M\033[<65;9999;9999M\033[<66;1;1M\033[<67;1;1M");
	text(&t, "\033[<64;1;1m\033[<68;1;1M\033[<80;1;1M"); /* none */
	assert_int_equal(t.n, 4);
	for (uint32_t i = 0; i < 4; i++)
		assert_int_equal(t.keys[i].code, INPUT_WHEEL_UP + i);
}

static void
a_report_may_come_in_pieces_and_may_be_cut_anywhere(void **state)
{
	static const char report[] = "\033[<64;120;30M";
	struct typed t;

	(void)state;
	for (size_t n = 1; n < sizeof report - 1; n++) {
		begin(&t);
		send(&t, report, n);
		assert_int_equal(t.n, 0);
		assert_true(input_wait_ms(&t.in) > 0);
		send(&t, report + n, sizeof report - 1 - n);
		assert_int_equal(t.n, 1);
		assert_int_equal(t.x, 119);
		assert_int_equal(t.y, 29);
		begin(&t);
		send(&t, report, n);
		timeout(&t);
		assert_true(t.n == 0 || t.keys[0].code == INPUT_ESC);
		text(&t, "x");
		assert_int_equal(t.keys[t.n - 1].code, 'x');
	}
}

static void
what_is_no_report_is_swallowed_whole(void **state)
{
	static const char *const wrong[] = { "<M", "<;M", "<;;M", "<64M",
		"<64;M", "<64;1M", "<64;1;M", "<64;;1M", "<;1;1M", "<64;1;1;M",
		"<64;1;1;1M", "<64;0;1M", "<64;1;0M", "<64;-1;1M", "<64;1:1M",
		"<<64;1;1M", "<64;10000;1M", "<64;4294967297;1M",
		"<64;1;99999999999999999999999999M",
		"<18446744073709551680;1;1M", "64<;1;1M", "0<64;1;1M",
		"?<64;1;1M", "<64;1;1 M", "<64;1;1~", "<64;1;1A", "<64; 1;1M",
		"<64;1;1x" };
	struct typed t;
	char bytes[64];

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		begin(&t);
		(void)snprintf(bytes, sizeof bytes, "\033[%s", wrong[i]);
		text(&t, bytes);
		assert_int_equal(t.n, 0);
		assert_int_equal(t.in.state, INPUT_PLAIN);
	}
}

static void
a_report_within_a_paste_is_dropped(void **state)
{
	struct typed t;

	(void)state;
	begin(&t);
	text(&t, "\033[200~\033[<64;1;1M\033[<0;1;1M\033[<0;1;1m\033[201~");
	assert_int_equal(t.n, 0);
	text(&t, "\033[<64;1;1M");
	assert_int_equal(t.n, 1);
	assert_false(t.keys[0].pasted);
}

static void
a_report_that_breaks_off_leaves_the_next_key_whole(void **state)
{
	struct typed t;

	(void)state;
	begin(&t);
	text(&t, "\033[<64;1\033[A");
	assert_int_equal(t.n, 1);
	assert_int_equal(t.keys[0].code, INPUT_UP);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_sequences_are_one_key_each),
		cmocka_unit_test(a_prefix_is_no_key_and_leaves_nothing_behind),
		cmocka_unit_test(escape_alone_is_a_key_after_a_short_wait),
		cmocka_unit_test(
		    a_wait_for_escape_that_is_none_is_the_usual_one),
		cmocka_unit_test(two_escapes_are_two_keys),
		cmocka_unit_test(unknown_sequences_are_swallowed_whole),
		cmocka_unit_test(
		    pasted_text_is_marked_and_its_sequences_dropped),
		cmocka_unit_test(
		    a_paste_that_never_ends_does_not_lock_the_keyboard),
		cmocka_unit_test(a_paste_cannot_end_itself_early_into_commands),
		cmocka_unit_test(
		    a_button_released_where_it_was_pressed_is_a_click),
		cmocka_unit_test(dragging_is_no_click),
		cmocka_unit_test(other_buttons_and_modifiers_are_no_click),
		cmocka_unit_test(each_turn_of_a_wheel_is_one_key),
		cmocka_unit_test(
		    a_report_may_come_in_pieces_and_may_be_cut_anywhere),
		cmocka_unit_test(what_is_no_report_is_swallowed_whole),
		cmocka_unit_test(a_report_within_a_paste_is_dropped),
		cmocka_unit_test(
		    a_report_that_breaks_off_leaves_the_next_key_whole),
	};

	return cmocka_run_group_tests_name("input", tests, NULL, NULL);
}

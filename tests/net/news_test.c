/* net/news: sessions that begin and end, on their way to main: bounded. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "net/conn.h"

struct stage {
	struct event_base *base;
	struct mailbox *main;
	struct conns all;
	struct conn conn;
	size_t letters, rows;
	uint64_t lost;
	uint64_t last; /* the session of the last row */
};

static void
take(const struct mail *letter, void *arg)
{
	struct stage *s = arg;
	struct news_batch *batch = letter->u.p;

	assert_int_equal(letter->kind, MAIL_NEWS);
	assert_int_equal(letter->from, 3);
	assert_in_range(batch->count, 1, NEWS_ROWS);
	for (size_t i = 0; i < batch->count; i++) {
		assert_int_equal(batch->rows[i].kind, NEWS_OPENED);
		assert_int_equal(batch->rows[i].session.id, ++s->last);
	}
	s->letters++;
	s->rows += batch->count;
	s->lost += batch->lost;
	free(batch);
}

static int
set_up(void **state)
{
	struct stage *s = calloc(1, sizeof *s);

	*state = s;
	s->base = event_base_new();
	s->main = mailbox_new(s->base, take, s);
	s->conn.all = &s->all;
	return news_init(&s->all.news, s->base, s->main, 3);
}

static int
tear_down(void **state)
{
	struct stage *s = *state;

	news_free(&s->all.news);
	mailbox_free(s->main);
	event_base_free(s->base);
	free(s);
	return 0;
}

/* So many sessions begin. */
static void
open_some(struct stage *s, unsigned n)
{
	while (n-- > 0) {
		s->conn.id++;
		conn_tell(&s->conn, NEWS_OPENED);
	}
}

static void
until_letters(struct stage *s, size_t n)
{
	while (s->letters < n)
		assert_int_equal(event_base_loop(s->base, EVLOOP_ONCE), 0);
}

static void
nothing_is_gathered_while_nobody_wants_to_know(void **state)
{
	struct stage *s = *state;

	open_some(s, 10);
	assert_null(s->all.news.batch);
	news_watch(&s->all.news, true);
	open_some(s, 1);
	assert_non_null(s->all.news.batch);
	news_watch(&s->all.news, false);
	assert_null(s->all.news.batch);
	open_some(s, 1);
	assert_null(s->all.news.batch);
}

static void
those_of_a_while_are_one_letter(void **state)
{
	struct stage *s = *state;

	news_watch(&s->all.news, true);
	open_some(s, 100);
	assert_int_equal(s->letters, 0);
	until_letters(s, 1);
	assert_int_equal(s->rows, 100);
	assert_int_equal(s->lost, 0);
	open_some(s, 5);
	until_letters(s, 2);
	assert_int_equal(s->rows, 105);
}

static void
more_than_a_letter_holds_are_counted(void **state)
{
	struct stage *s = *state;

	news_watch(&s->all.news, true);
	open_some(s, NEWS_ROWS + 1000);
	until_letters(s, 1);
	assert_int_equal(s->rows, NEWS_ROWS);
	assert_int_equal(s->lost, 1000);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    nothing_is_gathered_while_nobody_wants_to_know, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(
		    those_of_a_while_are_one_letter, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    more_than_a_letter_holds_are_counted, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

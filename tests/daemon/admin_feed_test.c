/* daemon/admin_feed: events queue whole, in order, and losses are told. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/admin_feed.h"

static struct admin_feed feed;

static int
set_up(void **state)
{
	(void)state;
	memset(&feed, 0, sizeof feed);
	return 0;
}

/* An event that carries a number. */
static void
put(uint64_t number)
{
	struct admin_closed closed = { .id = number };
	uint8_t frame[FRAME_EVENT_MOST];
	struct wr out = wr_of(frame, sizeof frame);

	frame_event_write(&out, ADMIN_EVENT_session_closed, &closed);
	feed_put(&feed, frame, wr_len(&out));
}

/* The next event: its number, or minus the number of those lost. */
static int64_t
next(struct rd *in)
{
	union admin_event_record record;
	enum admin_event event;

	assert_int_equal(frame_event_parse(in, &event, &record), PARSE_DONE);
	if (event == ADMIN_EVENT_lost)
		return -(int64_t)record.lost.count;
	assert_int_equal(event, ADMIN_EVENT_session_closed);
	return (int64_t)record.session_closed.id;
}

static void
events_come_out_whole_whatever_room_there_is(void **state)
{
	uint8_t out[100];
	int64_t expected = 1;

	(void)state;
	for (uint64_t i = 1; i <= 20; i++)
		put(i);
	for (size_t n, room = 0; expected <= 20; room = (room + 7) % 100) {
		struct rd in;

		n = feed_take(&feed, out, room);
		assert_true(n <= room);
		in = rd_of(out, n);
		while (rd_left(&in) > 0)
			assert_int_equal(next(&in), expected++);
	}
	assert_int_equal(feed.len, 0);
}

static void
what_does_not_fit_is_counted_where_it_is_missing(void **state)
{
	static uint8_t out[2 * FEED_MOST];
	int64_t told = 0, number = 0;
	struct rd in;

	(void)state;
	for (uint64_t i = 1; i <= 10000; i++)
		put(i);
	assert_true(feed.lost > 0);
	in = rd_of(out, feed_take(&feed, out, 1000));
	while (rd_left(&in) > 0)
		assert_int_equal(next(&in), ++told);
	put(10001); /* now there is room, and it is said what went before */
	in = rd_of(out, feed_take(&feed, out, sizeof out));
	while ((number = next(&in)) > 0)
		assert_int_equal(number, ++told);
	assert_int_equal(told - number, 10000);
	assert_int_equal(next(&in), 10001);
	assert_int_equal(rd_left(&in), 0);
}

static void
losses_from_before_are_told_without_another_event(void **state)
{
	uint8_t out[64];
	struct rd in;

	(void)state;
	feed_lose(&feed, 7);
	feed_lose(&feed, 5);
	in = rd_of(out, feed_take(&feed, out, sizeof out));
	assert_int_equal(next(&in), -12);
	assert_int_equal(feed_take(&feed, out, sizeof out), 0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(
		    events_come_out_whole_whatever_room_there_is, set_up),
		cmocka_unit_test_setup(
		    what_does_not_fit_is_counted_where_it_is_missing, set_up),
		cmocka_unit_test_setup(
		    losses_from_before_are_told_without_another_event, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

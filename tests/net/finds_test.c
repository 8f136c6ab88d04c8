/* Findings on their way to main: gathered, handed on, bounded. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "net/finds.h"

struct stage {
	struct event_base *base;
	struct mailbox *main;
	struct finds finds;
	size_t letters, findings; /* that came */
	uint64_t last;            /* the session of the last one */
};

static void
take(const struct mail *letter, void *arg)
{
	struct stage *s = arg;
	struct finding_batch *batch = letter->u.p;

	assert_int_equal(letter->kind, MAIL_FOUND);
	assert_int_equal(letter->from, 3);
	assert_in_range(batch->count, 1, FINDS_BATCH);
	for (size_t i = 0; i < batch->count; i++)
		assert_int_equal(batch->rows[i]->session, ++s->last);
	s->letters++;
	s->findings += batch->count;
	finding_batch_free(batch);
}

static int
set_up(void **state)
{
	struct stage *s = calloc(1, sizeof *s);

	*state = s;
	s->base = event_base_new();
	s->main = mailbox_new(s->base, take, s);
	return s->main == NULL ? -1 : 0;
}

static int
tear_down(void **state)
{
	struct stage *s = *state;

	finds_free(&s->finds);
	mailbox_free(s->main);
	event_base_free(s->base);
	free(s);
	return 0;
}

static struct finding *
finding(uint64_t session)
{
	const struct finding_text texts[FINDING_PARTS] = { { "u", 1 } };
	struct finding *f =
	    finding_new(&(struct finding){ .session = session }, texts);

	assert_non_null(f);
	return f;
}

/* Sessions first to last, one of each; how many were lost. */
static size_t
find(struct stage *s, uint64_t first, uint64_t last)
{
	size_t lost = 0;

	for (uint64_t n = first; n <= last; n++)
		lost += !finds_add(&s->finds, finding(n), s->main, 3);
	mailbox_empty(s->main);
	return lost;
}

static void
they_are_handed_on_in_order_once_a_second(void **state)
{
	struct stage *s = *state;

	assert_int_equal(find(s, 1, 3), 0);
	assert_int_equal(s->letters, 0);
	finds_tick(&s->finds, s->main, 3);
	mailbox_empty(s->main);
	assert_int_equal(s->letters, 1);
	assert_int_equal(s->findings, 3);
	finds_tick(&s->finds, s->main, 3);
	mailbox_empty(s->main);
	assert_int_equal(s->letters, 1); /* none without any */
}

static void
a_full_letter_does_not_wait(void **state)
{
	struct stage *s = *state;

	assert_int_equal(find(s, 1, FINDS_BATCH + 1), 0);
	assert_int_equal(s->letters, 1);
	assert_int_equal(s->findings, FINDS_BATCH);
}

static void
too_many_in_a_second_are_lost_and_the_next_second_has_room(void **state)
{
	struct stage *s = *state;

	assert_int_equal(find(s, 1, FINDS_SECOND + 7), 7);
	finds_tick(&s->finds, s->main, 3);
	mailbox_empty(s->main);
	assert_int_equal(s->findings, FINDS_SECOND);
	assert_int_equal(find(s, FINDS_SECOND + 1, FINDS_SECOND + 2), 0);
}

static void
a_main_that_reads_no_letters_costs_one_batch(void **state)
{
	struct stage *s = *state;
	size_t posted = 0;

	/* Letters of another kind fill the box: they are not taken here. */
	while (mail_post_number(s->main, MAIL_GONE, 3, 0) == 0)
		posted++;
	assert_int_not_equal(posted, 0);
	for (uint64_t n = 1; n <= FINDS_BATCH; n++)
		assert_true(finds_add(&s->finds, finding(n), s->main, 3));
	finds_tick(&s->finds, s->main, 3);
	assert_false(finds_add(&s->finds, finding(9), s->main, 3));
	assert_int_equal(s->finds.batch->count, FINDS_BATCH);
}

static void
one_that_there_was_no_memory_for_is_lost(void **state)
{
	struct stage *s = *state;

	assert_false(finds_add(&s->finds, NULL, s->main, 3));
	assert_int_equal(find(s, 1, 1), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(they_are_handed_on_in_order_once_a_second),
		TEST(a_full_letter_does_not_wait),
		TEST(
		    too_many_in_a_second_are_lost_and_the_next_second_has_room),
		TEST(a_main_that_reads_no_letters_costs_one_batch),
		TEST(one_that_there_was_no_memory_for_is_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

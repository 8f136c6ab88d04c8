/* The stock of buffers and pipes: what it lends, keeps and forgets. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>

#include "net/stock.h"

enum { MEBI = 1 << 20 };

struct world {
	struct stock stock;
	_Atomic uint64_t pipe_pages;
};

static int
set_up(void **state)
{
	struct world *w = calloc(1, sizeof *w);

	stock_init(&w->stock, &w->pipe_pages);
	*state = w;
	return 0;
}

static int
tear_down(void **state)
{
	struct world *w = *state;

	stock_clear(&w->stock);
	assert_int_equal(w->pipe_pages, 0);
	free(w);
	return 0;
}

static void
stock_lends_the_piece_given_back_last(void **state)
{
	struct world *w = *state;
	struct piece *a, *b;

	stock_prefer(&w->stock, STOCK_COPY, 1000);
	a = stock_take(&w->stock, STOCK_COPY, 1000);
	b = stock_take(&w->stock, STOCK_COPY, 1000);
	assert_ptr_not_equal(a, b);
	stock_put(&w->stock, a);
	stock_put(&w->stock, b);
	assert_ptr_equal(stock_take(&w->stock, STOCK_COPY, 1000), b);
	stock_put(&w->stock, b);
}

static void
stock_keeps_no_pieces_of_a_size_that_is_past(void **state)
{
	struct world *w = *state;
	struct piece *old;

	for (int way = 0; way < STOCK_NWAYS; way++) {
		stock_prefer(&w->stock, (enum stock_way)way, 4096);
		old = stock_take(&w->stock, (enum stock_way)way, 4096);
		stock_prefer(&w->stock, (enum stock_way)way, 8192);
		stock_put(&w->stock, old);
		assert_int_equal(w->stock.shelves[way].count, 0);
	}
	assert_int_equal(w->pipe_pages, 0);
}

static void
stock_forgets_what_lay_idle_since_the_last_trim(void **state)
{
	struct world *w = *state;
	struct piece *pieces[8];

	stock_prefer(&w->stock, STOCK_SPLICE, 4096);
	for (int i = 0; i < 8; i++)
		pieces[i] = stock_take(&w->stock, STOCK_SPLICE, 4096);
	for (int i = 0; i < 8; i++)
		stock_put(&w->stock, pieces[i]);
	assert_int_equal(w->pipe_pages, 8);
	stock_trim(&w->stock); /* they were in use a moment ago */
	assert_int_equal(w->pipe_pages, 8);
	stock_put(&w->stock, stock_take(&w->stock, STOCK_SPLICE, 4096));
	stock_trim(&w->stock);
	assert_int_equal(w->pipe_pages, 1);
	stock_trim(&w->stock);
	assert_int_equal(w->pipe_pages, 0);
}

static void
pipes_of_all_workers_together_stay_below_the_limit(void **state)
{
	struct world *w = *state;
	struct stock other;
	struct piece *a;

	stock_init(&other, &w->pipe_pages);
	w->stock.most_pages = other.most_pages = 3;
	a = stock_take(&w->stock, STOCK_SPLICE, 8192);
	assert_non_null(a);
	assert_null(stock_take(&other, STOCK_SPLICE, 8192));
	assert_int_equal(errno, EPERM);
	w->stock.shelves[STOCK_SPLICE].size = 0;
	stock_put(&w->stock, a);
	a = stock_take(&other, STOCK_SPLICE, 8192);
	assert_non_null(a);
	stock_put(&other, a);
	stock_clear(&other);
}

static void
pipe_sizes_are_powers_of_two_within_bounds(void **state)
{
	(void)state;
	assert_int_equal(stock_pipe_size(0), 4096);
	assert_int_equal(stock_pipe_size(50), 4096);
	assert_int_equal(stock_pipe_size(4097), 8192);
	assert_int_equal(stock_pipe_size(262144), 262144);
	assert_int_equal(stock_pipe_size(16 * MEBI), MEBI);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(stock_lends_the_piece_given_back_last),
		TEST(stock_keeps_no_pieces_of_a_size_that_is_past),
		TEST(stock_forgets_what_lay_idle_since_the_last_trim),
		TEST(pipes_of_all_workers_together_stay_below_the_limit),
		TEST(pipe_sizes_are_powers_of_two_within_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Sessions and paces of client addresses against a plain table. */

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/origins.h"

enum { SECOND = 1000 * 1000 };

static unsigned
random_below(unsigned n)
{
	static uint64_t random = 7;

	random = random * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (unsigned)(random >> 33) % n;
}

static uint64_t
key_of(const char *text)
{
	struct addr a;

	assert_true(addr_parse(&a, text, 1));
	return origins_key(&a);
}

static void
an_address_is_itself_and_ipv6_its_64(void **state)
{
	(void)state;
	assert_true(key_of("10.0.0.1:5") == key_of("10.0.0.1:6"));
	assert_true(key_of("10.0.0.1") != key_of("10.0.0.2"));
	assert_true(key_of("2001:db8::1") == key_of("2001:db8::ffff:1"));
	assert_true(key_of("2001:db8::1") != key_of("2001:db8:0:1::1"));
	assert_true(key_of("10.0.0.1") != key_of("a00:1::"));
}

static void
sessions_agree_with_a_table_over_many_random_steps(void **state)
{
	enum { ADDRESSES = 300, STEPS = 200000 };
	struct origins *o = origins_new(ADDRESSES * 8);
	uint32_t counts[ADDRESSES] = { 0 };
	uint64_t keys[ADDRESSES];

	(void)state;
	for (size_t i = 0; i < ADDRESSES; i++)
		keys[i] = origins_key(&(struct addr){ .family = ADDR_V4,
		    .ip = { 10, 0, (uint8_t)(i >> 8), (uint8_t)i } });
	for (int step = 0; step < STEPS; step++) {
		unsigned i = random_below(ADDRESSES), most = random_below(6);

		if (random_below(2) == 0) {
			bool full = most != 0 && counts[i] >= most;

			assert_int_equal(origins_enter(o, keys[i], most),
			    full ? ORIGINS_FULL : ORIGINS_ENTERED);
			counts[i] += !full;
		} else if (counts[i] > 0) {
			origins_leave(o, keys[i]);
			counts[i]--;
		}
		assert_int_equal(origins_count(o, keys[i]), counts[i]);
	}
	origins_free(o);
}

static void
a_flood_of_addresses_takes_no_memory_and_frees_its_places(void **state)
{
	struct origins *o = origins_new(1000);
	uint64_t keys[1000];
	unsigned entered = 0;

	(void)state;
	for (unsigned round = 0; round < 100; round++) {
		for (size_t i = 0; i < 1000; i++) {
			keys[i] = (uint64_t)random_below(1u << 31) << 33 ^
				  random_below(1u << 31);
			entered +=
			    origins_enter(o, keys[i], 3) == ORIGINS_ENTERED;
		}
		for (size_t i = 0; i < 1000; i++)
			if (origins_count(o, keys[i]) > 0)
				origins_leave(o, keys[i]);
	}
	/* Each of 100,000 addresses found a place, as good as always. */
	assert_in_range(entered, 99990, 100000);
	origins_free(o);
}

static void
what_finds_no_place_is_not_counted(void **state)
{
	struct origins *o = origins_new(1);
	unsigned uncounted = 0;

	(void)state;
	for (uint64_t i = 0; i < 100; i++)
		uncounted += origins_enter(o, i << 32, 1) == ORIGINS_UNCOUNTED;
	assert_int_equal(uncounted, 100 - 16);
	assert_int_equal(origins_enter(o, 0, 1), ORIGINS_FULL);
	origins_leave(o, 0);
	assert_int_equal(
	    origins_enter(o, UINT64_C(99) << 32, 1), ORIGINS_ENTERED);
	origins_free(o);
}

/* ---- many threads */

enum { THREADS = 4, MOST = 5, ROUNDS = 20000, KEYS = 3 };

static struct origins *shared;
static _Atomic uint32_t inside[KEYS], worst, entered_in_all;

static void *
come_and_go(void *arg)
{
	unsigned random = (unsigned)(uintptr_t)arg;
	bool in[KEYS] = { false };

	for (int i = 0; i < ROUNDS; i++) {
		unsigned k = (random = random * 1103515245 + 12345) >> 16;
		uint64_t key = (uint64_t)(k %= KEYS) << 32;

		if (in[k]) {
			atomic_fetch_sub(&inside[k], 1);
			origins_leave(shared, key);
		} else if (origins_enter(shared, key, 2) == ORIGINS_ENTERED) {
			uint32_t now = atomic_fetch_add(&inside[k], 1) + 1;

			if (now > atomic_load(&worst))
				atomic_store(&worst, now);
			atomic_fetch_add(&entered_in_all, 1);
		} else {
			continue;
		}
		in[k] = !in[k];
	}
	for (size_t k = 0; k < KEYS; k++)
		if (in[k]) {
			atomic_fetch_sub(&inside[k], 1);
			origins_leave(shared, (uint64_t)k << 32);
		}
	return NULL;
}

static void
threads_never_let_in_one_too_many(void **state)
{
	pthread_t threads[THREADS];

	(void)state;
	shared = origins_new(100);
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, come_and_go,
				     (void *)(i + 1)),
		    0);
	for (size_t i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	assert_in_range(worst, 1, 2);
	assert_in_range(entered_in_all, 100, THREADS * ROUNDS);
	for (uint64_t k = 0; k < KEYS; k++)
		assert_int_equal(origins_count(shared, k << 32), 0);
	origins_free(shared);
}

/* ---- paces */

static void
so_many_a_second_may_come_and_so_many_at_once(void **state)
{
	struct origins *o = origins_new(10);
	uint64_t now = UINT64_C(77) * SECOND;

	(void)state;
	for (int i = 0; i < 7; i++)
		assert_true(origins_pace(o, 1, 7, now));
	assert_false(origins_pace(o, 1, 7, now));
	assert_false(origins_pace(o, 1, 7, now + SECOND / 8));
	assert_true(origins_pace(o, 1, 7, now + SECOND / 7 + 100));
	assert_false(origins_pace(o, 1, 7, now + SECOND / 7 + 110));
	/* Another address has its own. */
	assert_true(origins_pace(o, UINT64_C(9) << 40, 7, now));
	/* After a second of silence all is as it was. */
	now += 2 * SECOND;
	for (int i = 0; i < 7; i++)
		assert_true(origins_pace(o, 1, 7, now));
	assert_false(origins_pace(o, 1, 7, now));
	origins_free(o);
}

static void
any_schedule_lets_in_what_the_rate_says(void **state)
{
	static const uint32_t rates[] = { 1, 2, 3, 10, 97, 1000,
		ORIGINS_RATE_MOST };

	(void)state;
	for (size_t r = 0; r < sizeof rates / sizeof *rates; r++)
		for (int pattern = 0; pattern < 4; pattern++) {
			struct origins *o = origins_new(10);
			/* The ticks of 32 bits run over on the way. */
			uint64_t start = (UINT64_C(1) << 32) * 10 - SECOND;
			uint64_t now = start, let_in = 0, asked = 0;
			double seconds;

			while (now < start + 5 * SECOND) {
				asked++;
				let_in += origins_pace(o, 42, rates[r], now);
				now +=
				    random_below((unsigned)(1 << pattern * 2) *
						     (SECOND / (rates[r] * 4)) +
						 1);
			}
			seconds = (double)(now - start) / SECOND;
			assert_true(
			    (double)let_in <= rates[r] * (seconds + 1) + 1);
			/* At twice the rate nothing of it goes to waste. */
			if (pattern == 0)
				assert_true((double)let_in >=
					    rates[r] * seconds * 0.97 - 1);
			assert_true(asked >= let_in);
			origins_free(o);
		}
}

static void
a_pace_long_ago_is_forgotten_however_the_clock_runs_over(void **state)
{
	struct origins *o = origins_new(10);
	uint64_t round = (UINT64_C(1) << 32) * 10;

	(void)state;
	for (uint64_t hours = 1; hours < 30; hours++) {
		uint64_t now = hours * 3600 * SECOND;

		for (int i = 0; i < 3; i++)
			assert_true(origins_pace(o, 5, 3, now));
		assert_false(origins_pace(o, 5, 3, now));
		assert_false(origins_pace(o, 5, 3, now + round));
	}
	origins_free(o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_is_itself_and_ipv6_its_64),
		cmocka_unit_test(
		    sessions_agree_with_a_table_over_many_random_steps),
		cmocka_unit_test(
		    a_flood_of_addresses_takes_no_memory_and_frees_its_places),
		cmocka_unit_test(what_finds_no_place_is_not_counted),
		cmocka_unit_test(threads_never_let_in_one_too_many),
		cmocka_unit_test(so_many_a_second_may_come_and_so_many_at_once),
		cmocka_unit_test(any_schedule_lets_in_what_the_rate_says),
		cmocka_unit_test(
		    a_pace_long_ago_is_forgotten_however_the_clock_runs_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* An account's octets a second: never more, none wasted, the same for all. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/bucket.h"

enum { SECOND = 1000 * 1000, SESSIONS_MOST = 64 };

static const uint64_t rates[] = { 1, 10, 100, 1000, 10000, 123457, 1 << 20,
	10 << 20, UINT64_C(1) << 30, UINT64_C(1) << 34 };

enum { RATES = sizeof rates / sizeof *rates };

static uint32_t
random32(void)
{
	static uint64_t random = 7;

	random = random * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (uint32_t)(random >> 32);
}

static void
any_schedule_of_draws_stays_within_the_rate(void **state)
{
	(void)state;
	for (size_t r = 0; r < RATES; r++)
		for (int pattern = 0; pattern < 5; pattern++) {
			struct bucket b = { 0 };
			uint64_t start = 1000 * (uint64_t)SECOND, now = start;
			uint64_t drawn = 0, most;

			while (now < start + 10 * (uint64_t)SECOND) {
				drawn += bucket_draw(&b, rates[r], now,
				    random32() >> pattern * 6);
				now += random32() % (SECOND >> pattern * 3) + 1;
				most = (uint64_t)((__uint128_t)rates[r] *
						  (now - start + BUCKET_US) /
						  SECOND) +
				       bucket_portion(rates[r]);
				assert_true(drawn <= most);
			}
		}
}

static void
a_draw_is_a_portion_at_least_or_nothing(void **state)
{
	(void)state;
	for (size_t r = 0; r < RATES; r++) {
		uint32_t portion = bucket_portion(rates[r]), got;
		struct bucket b = { 0 };

		for (uint64_t now = SECOND; now < 4 * SECOND; now += 777) {
			got = bucket_draw(&b, rates[r], now, 1 << 20);
			assert_true(got == 0 || got >= portion);
			/* Who wants less gets that. */
			got = bucket_draw(&b, rates[r], now, 1);
			assert_true(got <= 1);
		}
	}
}

static void
what_goes_back_can_be_drawn_again(void **state)
{
	struct bucket b = { 0 };
	uint64_t now = 50 * (uint64_t)SECOND;
	uint32_t first = bucket_draw(&b, 1000000, now, 1 << 30);

	(void)state;
	assert_int_equal(first, 250000);
	assert_int_equal(bucket_draw(&b, 1000000, now, 1 << 30), 0);
	bucket_return(&b, 1000000, first);
	assert_int_equal(bucket_draw(&b, 1000000, now, 1 << 30), first);
	/* It holds no more than it holds. */
	bucket_return(&b, 1000000, first);
	bucket_return(&b, 1000000, first);
	bucket_return(&b, 1000000, first);
	assert_int_equal(bucket_draw(&b, 1000000, now, 1 << 30), first);
}

/* What was drawn at a high rate may come back at a low one. */
static void
whatever_goes_back_it_stays_a_bucket(void **state)
{
	uint64_t now = 60 * (uint64_t)SECOND;

	(void)state;
	for (size_t high = 0; high < RATES; high++)
		for (size_t low = 0; low < RATES; low++) {
			struct bucket b = { 0 };
			uint32_t got =
			    bucket_draw(&b, rates[high], now, BUCKET_MOST);

			if (got == 0)
				continue;
			bucket_return(&b, rates[low], got);
			assert_true(
			    bucket_draw(&b, rates[low], now + SECOND, 1) == 1);
		}
}

static void
nobody_sips_where_others_wait(void **state)
{
	struct bucket b = { 0 };

	(void)state;
	assert_int_equal(bucket_sip(&b, 1 << 20, SECOND), (1 << 20) / 20);
	atomic_fetch_add(&b.pressed, 1);
	assert_int_equal(bucket_sip(&b, 1 << 20, SECOND), 0);
	atomic_fetch_sub(&b.pressed, 1);
	assert_true(bucket_sip(&b, 1 << 20, SECOND) > 0);
	/* However little it is, it is never less than an octet. */
	memset(&b, 0, sizeof b);
	assert_int_equal(bucket_sip(&b, 1, SECOND), 1);
	assert_int_equal(bucket_sip(&b, 1, SECOND), 0);
}

/*
 * Some workers with some sessions each that take all they get, their clocks out
 * of step and late by chance: what each got in so many seconds.
 */
struct play {
	uint64_t rate;
	size_t workers;
	const size_t *sessions; /* of each worker */
	uint64_t got[SESSIONS_MOST];
	size_t count;
};

static void
run(struct play *p, uint64_t seconds)
{
	struct bucket b = { 0 };
	uint64_t next[8], last[8], end = (100 + seconds) * SECOND;

	p->count = 0;
	for (size_t w = 0; w < p->workers; w++) {
		last[w] = 100 * (uint64_t)SECOND;
		next[w] = last[w] + random32() % BUCKET_TICK_US;
		p->count += p->sessions[w];
	}
	memset(p->got, 0, sizeof p->got);
	atomic_store(&b.pressed, (uint32_t)p->count);
	atomic_store(&b.spent, 100 * (uint64_t)SECOND);
	for (;;) {
		size_t w = 0, first = 0;

		for (size_t i = 1; i < p->workers; i++)
			w = next[i] < next[w] ? i : w;
		if (next[w] >= end)
			break;
		for (size_t i = 0; i < w; i++)
			first += p->sessions[i];
		for (size_t n = p->sessions[w], i = 0, at = random32(); i < n;
		     i++)
			p->got[first + (at + i) % n] += bucket_share(&b,
			    p->rate, next[w], next[w] - last[w], random32());
		last[w] = next[w];
		next[w] += BUCKET_TICK_US + random32() % (BUCKET_TICK_US / 5);
	}
}

static void
sessions_share_alike_whichever_worker_they_are_on(void **state)
{
	static const size_t alone[] = { 1 }, pair[] = { 1, 1 },
			    uneven[] = { 1, 9 }, four[] = { 1, 2, 20, 7 };
	static const struct {
		size_t workers;
		const size_t *sessions;
	} shapes[] = { { 1, alone }, { 2, pair }, { 2, uneven }, { 4, four } };

	(void)state;
	for (size_t r = 3; r < RATES; r++)
		for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
			struct play p = { .rate = rates[r],
				.workers = shapes[i].workers,
				.sessions = shapes[i].sessions };
			/* So long that each gets hundreds of portions. */
			uint64_t seconds = 20, sum = 0;
			double fair;

			while (rates[r] * seconds <
			       (uint64_t)bucket_portion(rates[r]) * 500 * 30)
				seconds *= 2;
			run(&p, seconds);
			for (size_t s = 0; s < p.count; s++)
				sum += p.got[s];
			fair = (double)rates[r] * (double)seconds;
			assert_true(
			    (double)sum <= fair + (double)rates[r] / 4 + 512);
			if ((double)sum < fair * 0.97)
				fail_msg("rate %llu, shape %zu: %.3f of it "
					 "was used",
				    (unsigned long long)rates[r], i,
				    (double)sum / fair);
			for (size_t s = 0; s < p.count; s++) {
				double part = (double)p.got[s] *
					      (double)p.count / (double)sum;

				if (part < 0.8 || part > 1.25)
					fail_msg("rate %llu, shape %zu, "
						 "session %zu: %.3f of its "
						 "share",
					    (unsigned long long)rates[r], i, s,
					    part);
			}
		}
}

static void
one_who_comes_late_gets_as_much_as_the_others_from_then_on(void **state)
{
	enum { RATE = 1 << 20 };
	struct bucket b = { 0 };
	uint64_t got[2] = { 0 }, now = 100 * (uint64_t)SECOND;

	(void)state;
	atomic_store(&b.pressed, 1);
	for (int i = 0; i < 200; i++)
		got[0] += bucket_share(&b, RATE, now += BUCKET_TICK_US,
		    BUCKET_TICK_US, random32());
	assert_in_range(got[0], RATE * 10 * 97 / 100, RATE * 10 * 103 / 100);
	got[0] = 0;
	atomic_store(&b.pressed, 2);
	for (int i = 0; i < 200; i++) {
		now += BUCKET_TICK_US;
		for (int s = 0; s < 2; s++)
			got[(s + i) % 2] += bucket_share(
			    &b, RATE, now, BUCKET_TICK_US, random32());
	}
	for (int s = 0; s < 2; s++)
		assert_in_range(got[s], RATE * 5 * 9 / 10, RATE * 5 * 11 / 10);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_schedule_of_draws_stays_within_the_rate),
		cmocka_unit_test(a_draw_is_a_portion_at_least_or_nothing),
		cmocka_unit_test(what_goes_back_can_be_drawn_again),
		cmocka_unit_test(whatever_goes_back_it_stays_a_bucket),
		cmocka_unit_test(nobody_sips_where_others_wait),
		cmocka_unit_test(
		    sessions_share_alike_whichever_worker_they_are_on),
		cmocka_unit_test(
		    one_who_comes_late_gets_as_much_as_the_others_from_then_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <math.h>
#include <string.h>

#include "tui/sessions.h"

enum { SLOTS = 1024 }; /* of a table of targets, by their text */

struct sums {
	struct sessions_top slots[SLOTS];
	bool used[SLOTS];
};

static uint32_t
hash(const char *text)
{
	uint32_t h = 2166136261u;

	for (; *text != '\0'; text++)
		h = (h ^ (unsigned char)*text) * 16777619u;
	return h;
}

/* NULL: too many targets are one too many to be among the first few. */
static struct sessions_top *
slot(struct sums *sums, const struct sessions *s, uint32_t text)
{
	const char *name = sessions_text(s, text);
	uint32_t at = hash(name) % SLOTS;

	for (int i = 0; i < 16; i++, at = (at + 1) % SLOTS) {
		struct sessions_top *one = &sums->slots[at];

		if (!sums->used[at]) {
			sums->used[at] = true;
			*one = (struct sessions_top){ .text = text };
			return one;
		}
		if (strcmp(sessions_text(s, one->text), name) == 0)
			return one;
	}
	return NULL;
}

static bool
before(const struct sessions_top *a, const struct sessions_top *b)
{
	if (a->rate > b->rate || a->rate < b->rate)
		return a->rate > b->rate;
	return a->sessions > b->sessions;
}

static size_t
insert(struct sessions_top *top, size_t have, size_t n,
    const struct sessions_top *one)
{
	size_t at = have < n ? have++ : n;

	for (; at > 0 && before(one, &top[at - 1]); at--)
		if (at < n)
			top[at] = top[at - 1];
	if (at < n)
		top[at] = *one;
	return have;
}

size_t
sessions_top_targets(
    const struct sessions *s, struct sessions_top *top, size_t n)
{
	static struct sums sums; /* one thread draws */
	size_t have = 0;

	memset(sums.used, 0, sizeof sums.used);
	for (size_t i = 0; i < s->page.n; i++) {
		const struct session *one = &s->page.all[i];
		struct sessions_top *sum;

		if (one->target == 0 ||
		    (sum = slot(&sums, s, one->target)) == NULL)
			continue;
		sum->sessions++;
		if (!isnan(one->up_rate))
			sum->rate += one->up_rate + one->down_rate;
	}
	for (size_t i = 0; i < SLOTS; i++)
		if (sums.used[i])
			have = insert(top, have, n, &sums.slots[i]);
	return have;
}

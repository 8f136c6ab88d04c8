#include "tui/sessions.h"

#include <math.h>
#include <strings.h>

#include "tui/match.h"

enum { COLUMNS = 5 };

const char *const sessions_columns[COLUMNS + 1] = { "user", "client", "target",
	"address", "state", NULL };

static double
known(float rate)
{
	return isnan(rate) ? 0 : rate;
}

static uint64_t
text_key(const struct sessions *s, uint32_t at)
{
	return order_text(sessions_text(s, at));
}

static uint64_t
key_of(const struct sessions *s, const struct session *one,
    enum sessions_sort sort)
{
	switch (sort) {
	case SESSIONS_BUSY:
		return ~order_number(
		    known(one->up_rate) + known(one->down_rate));
	case SESSIONS_USER:
		return text_key(s, one->user);
	case SESSIONS_CLIENT:
		return text_key(s, one->client);
	case SESSIONS_TARGET:
		return text_key(s, one->target);
	case SESSIONS_ADDRESS:
		return text_key(s, one->address);
	case SESSIONS_STATE:
		return text_key(s, one->state);
	case SESSIONS_UP_RATE:
		return ~order_number(known(one->up_rate));
	case SESSIONS_DOWN_RATE:
		return ~order_number(known(one->down_rate));
	case SESSIONS_UP:
		return ~one->up;
	case SESSIONS_DOWN:
		return ~one->down;
	case SESSIONS_AGE:
		return ~(uint64_t)one->age;
	case SESSIONS_IDLE:
		return ~(uint64_t)one->idle;
	case SESSIONS_SETUP:
		return ~sessions_setup(one);
	case SESSIONS_ID:
	case SESSIONS_SORTS:
		break;
	}
	return one->id;
}

struct tie {
	const struct sessions *s;
	size_t text; /* offset of the column's member; 0: it is no text */
};

static int
tie(const void *ctx, uint32_t a, uint32_t b)
{
	const struct tie *t = ctx;
	const struct session *x = &t->s->page.all[a], *y = &t->s->page.all[b];
	int d = 0;

	if (t->text != 0)
		d = strcasecmp(
		    sessions_text(t->s,
			*(const uint32_t *)(const void *)((const char *)x +
							  t->text)),
		    sessions_text(t->s,
			*(const uint32_t *)(const void *)((const char *)y +
							  t->text)));
	return d != 0 ? d : x->id < y->id ? -1 : x->id > y->id;
}

static size_t
text_of(enum sessions_sort sort)
{
	switch (sort) {
	case SESSIONS_USER:
		return offsetof(struct session, user);
	case SESSIONS_CLIENT:
		return offsetof(struct session, client);
	case SESSIONS_TARGET:
		return offsetof(struct session, target);
	case SESSIONS_ADDRESS:
		return offsetof(struct session, address);
	case SESSIONS_STATE:
		return offsetof(struct session, state);
	default:
		return 0;
	}
}

static void
texts_of(const struct sessions *s, const struct session *one,
    const char *texts[COLUMNS])
{
	texts[0] = sessions_text(s, one->user);
	texts[1] = sessions_text(s, one->client);
	texts[2] = sessions_text(s, one->target);
	texts[3] = sessions_text(s, one->address);
	texts[4] = sessions_words(sessions_text(s, one->state), one->idle);
}

void
sessions_arrange(struct sessions *s, enum sessions_sort sort, bool reverse,
    const char *filter)
{
	struct match match;
	struct tie by = { s, text_of(sort) };
	const char *texts[COLUMNS];

	match_read(&match, filter, sessions_columns);
	if (!order_begin(&s->order, s->page.n))
		return;
	for (size_t i = 0; i < s->page.n; i++) {
		const struct session *one = &s->page.all[i];

		if (match.n > 0) {
			texts_of(s, one, texts);
			if (!match_row(&match, texts, COLUMNS))
				continue;
		}
		order_add(&s->order, key_of(s, one, sort), (uint32_t)i);
	}
	order_sort(&s->order, reverse, tie, &by);
}

struct session *
sessions_row(const struct sessions *s, int row)
{
	long at = order_at(&s->order, row);

	return at < 0 ? NULL : &s->page.all[at];
}

size_t
sessions_hidden(const struct sessions *s)
{
	size_t n = s->marked;

	for (size_t i = 0; n > 0 && i < s->order.n; i++)
		n -= s->page.all[s->order.all[i].at].marked;
	return n;
}

int
sessions_place(const struct sessions *s, uint64_t id)
{
	const struct session *one = sessions_find(s, id);

	if (one == NULL)
		return -1;
	return order_place(&s->order, (size_t)(one - s->page.all));
}

bool
sessions_has(const struct sessions *s, int row, const char *word)
{
	const struct session *one = sessions_row(s, row);
	const char *texts[COLUMNS];

	if (one == NULL)
		return false;
	texts_of(s, one, texts);
	return match_has_any(texts, COLUMNS, word);
}

#include "daemon/outbox.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

enum { AGAIN_MS = 5 };

struct waiting {
	struct waiting *next;
	struct mail letter;
};

/* The letters that wait for one box. */
struct lane {
	struct lane *next;
	struct mailbox *to;
	struct waiting *first, **last;
};

static void
pause_ms(unsigned ms)
{
	struct timespec t = { 0, (long)ms * 1000000 };

	(void)nanosleep(&t, NULL); /* cut short: tried again sooner */
}

static struct lane *
find(const struct outbox *o, const struct mailbox *to)
{
	struct lane *l = o->lanes;

	while (l != NULL && l->to != to)
		l = l->next;
	return l;
}

static struct lane *
find_or_make(struct outbox *o, struct mailbox *to)
{
	struct lane *l = find(o, to);

	if (l != NULL)
		return l;
	l = malloc(sizeof *l);
	if (l == NULL)
		return NULL;
	*l = (struct lane){ o->lanes, to, NULL, &l->first };
	o->lanes = l;
	return l;
}

static struct waiting *
take_first(struct lane *l)
{
	struct waiting *w = l->first;

	l->first = w->next;
	if (l->first == NULL)
		l->last = &l->first;
	return w;
}

/* Post what there is room for; true if anything still waits. */
static bool
try_again(struct outbox *o)
{
	bool waits = false;

	for (struct lane *l = o->lanes; l != NULL; l = l->next) {
		while (l->first != NULL &&
		       mail_send(l->to, &l->first->letter) == 0)
			free(take_first(l));
		waits = waits || l->first != NULL;
	}
	return waits;
}

static void
schedule(struct outbox *o)
{
	struct timeval tv = { 0, AGAIN_MS * 1000 };

	/* Fails for lack of memory only: then the next post schedules it. */
	(void)event_add(o->again, &tv);
}

static void
on_again(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	if (try_again(arg))
		schedule(arg);
}

int
outbox_open(struct outbox *o, struct event_base *base, uint32_t from)
{
	o->from = from;
	o->lanes = NULL;
	o->again = evtimer_new(base, on_again, o);
	return o->again == NULL ? -ENOMEM : 0;
}

static bool
post_now(struct outbox *o, struct mailbox *to, const struct mail *letter)
{
	const struct lane *l = find(o, to);

	return (l == NULL || l->first == NULL) && mail_send(to, letter) == 0;
}

static bool
post_later(struct outbox *o, struct mailbox *to, const struct mail *letter)
{
	struct lane *l = find_or_make(o, to);
	struct waiting *w = l == NULL ? NULL : malloc(sizeof *w);

	if (w == NULL)
		return false;
	*w = (struct waiting){ NULL, *letter };
	*l->last = w;
	l->last = &w->next;
	schedule(o);
	return true;
}

static void
post(struct outbox *o, struct mailbox *to, const struct mail *letter)
{
	while (!post_now(o, to, letter) && !post_later(o, to, letter)) {
		pause_ms(AGAIN_MS);
		(void)try_again(o);
	}
}

void
outbox_post(struct outbox *o, struct mailbox *to, enum mail_kind kind, void *p)
{
	post(o, to, &(struct mail){ .kind = kind, .from = o->from, .u.p = p });
}

void
outbox_post_number(
    struct outbox *o, struct mailbox *to, enum mail_kind kind, uint64_t n)
{
	post(o, to, &(struct mail){ .kind = kind, .from = o->from, .u.n = n });
}

void
outbox_close(
    struct outbox *o, unsigned limit_ms, void (*left)(const struct mail *))
{
	struct lane *l;

	for (unsigned ms = 0; try_again(o) && ms < limit_ms; ms += AGAIN_MS)
		pause_ms(AGAIN_MS);
	while ((l = o->lanes) != NULL) {
		while (l->first != NULL) {
			struct waiting *w = take_first(l);

			left(&w->letter);
			free(w);
		}
		o->lanes = l->next;
		free(l);
	}
	if (o->again != NULL)
		event_free(o->again);
	o->again = NULL;
}

#include "net/news.h"

#include <errno.h>
#include <stdlib.h>

#include "net/conn.h"

static const struct timeval pause = { .tv_usec = 100 * 1000 };

enum { FEW = 16 };

static void
on_time(evutil_socket_t fd, short what, void *arg)
{
	struct news *n = arg;

	(void)fd;
	(void)what;
	if (mail_post(n->main, MAIL_NEWS, n->from, n->batch) == 0)
		n->batch = NULL;
	else
		(void)event_add(&n->timer, &pause); /* later, then */
}

int
news_init(struct news *n, struct event_base *base, struct mailbox *main,
    unsigned from)
{
	n->main = main;
	n->from = from;
	return event_assign(&n->timer, base, -1, 0, on_time, n) != 0 ? -EINVAL
								     : 0;
}

void
news_free(struct news *n)
{
	(void)event_del(&n->timer);
	free(n->batch);
	n->batch = NULL;
}

void
news_watch(struct news *n, bool wanted)
{
	n->wanted = wanted;
	if (!wanted)
		news_free(n);
}

/* A place for one more row, or NULL. */
static struct news_row *
place(struct news *n)
{
	struct news_batch *b = n->batch;
	size_t room = b == NULL ? FEW : 2 * b->room;

	if (b != NULL && b->count < b->room)
		return &b->rows[b->count++];
	if (b != NULL && b->room == NEWS_ROWS)
		return NULL;
	b = realloc(b, sizeof *b + room * sizeof *b->rows);
	if (b == NULL)
		return NULL;
	if (n->batch == NULL) {
		b->count = b->lost = 0;
		/* Nobody would send it. */
		if (event_add(&n->timer, &pause) != 0) {
			free(b);
			return NULL;
		}
	}
	b->room = room;
	n->batch = b;
	return &b->rows[b->count++];
}

void
news_add(struct news *n, const struct conn *c, enum news_kind kind)
{
	struct news_row *row = place(n);

	if (row == NULL) {
		if (n->batch != NULL)
			n->batch->lost++;
		return;
	}
	row->kind = kind;
	row->why = c->why;
	row->rep = c->rep;
	listing_row(&row->session, c, kind == NEWS_CLOSED);
}

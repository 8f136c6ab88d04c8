/* Closing sessions, one or many; net/conn.h. */

#include <errno.h>

#include "net/conn.h"

static const struct timeval at_once = { 0, 0 };

/* As conns_queue(): through a zero timeout, so that others are looked at. */
static void
on_doom(evutil_socket_t fd, short what, void *arg)
{
	struct conns *all = arg;
	struct conn *c;

	(void)fd;
	(void)what;
	for (int i = 0;
	     i < DOOM_SLICE && (c = TAILQ_FIRST(&all->doomed)) != NULL; i++)
		conn_close(c, (enum access_why)c->why);
	if (!TAILQ_EMPTY(&all->doomed))
		event_add(&all->doom, &at_once);
}

void
conn_doom(struct conn *c, enum access_why why)
{
	struct conns *all = c->all;

	TAILQ_REMOVE(conn_list(c), c, order);
	c->flags |= CONN_DOOMED | CONN_ENDING;
	c->why = (uint8_t)why;
	if (TAILQ_EMPTY(&all->doomed))
		event_add(&all->doom, &at_once);
	TAILQ_INSERT_TAIL(&all->doomed, c, order);
}

int
conns_doom_init(struct conns *all)
{
	TAILQ_INIT(&all->doomed);
	return event_assign(&all->doom, all->base, -1, 0, on_doom, all) == 0
		   ? 0
		   : -EINVAL;
}

void
conns_evict(struct conns *all, uint64_t account, enum access_why why)
{
	struct conn *c, *next;

	for (size_t i = 0; i < SESSION_NLIMITS; i++)
		for (c = TAILQ_FIRST(&all->lists[i]); c != NULL; c = next) {
			const struct account_live *live = conn_live(c);

			next = TAILQ_NEXT(c, order);
			if (live != NULL && live->id == account)
				conn_doom(c, why);
		}
}

void
conns_kick(struct conns *all, uint64_t session)
{
	struct conn *c;

	for (size_t i = 0; i < SESSION_NLIMITS; i++)
		TAILQ_FOREACH (c, &all->lists[i], order)
			if (c->id == session) {
				conn_close(c, ACCESS_KILLED);
				return;
			}
}

void
conns_clear(struct conns *all, enum access_why why)
{
	struct conn *c;

	for (size_t i = 0; i < SESSION_NLIMITS; i++)
		while ((c = TAILQ_FIRST(&all->lists[i])) != NULL)
			conn_close(c, why);
	while ((c = TAILQ_FIRST(&all->doomed)) != NULL)
		conn_close(c, (enum access_why)c->why);
}

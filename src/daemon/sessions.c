/* Live sessions: gathered from the workers by letters, a page at a time. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "daemon/state.h"
#include "net/listing.h"

/* One asker's question, out at all workers. */
struct session_query {
	TAILQ_ENTRY(session_query) entry;
	supervisor_listed *done; /* NULL: the asker is gone */
	void *arg;
	size_t waiting; /* workers that have not answered */
	size_t npages;
	struct listing *pages[];
};

static void
query_free(struct supervisor *s, struct session_query *q)
{
	TAILQ_REMOVE(&s->queries, q, entry);
	for (size_t i = 0; i < q->npages; i++)
		free(q->pages[i]);
	free(q);
}

static struct listing *
page_new(struct session_query *q, const struct listing_ask *ask)
{
	struct listing *page = malloc(sizeof *page);

	if (page == NULL)
		return NULL;
	page->ask = *ask;
	page->query = q;
	page->more = false;
	page->count = 0;
	return page;
}

static struct session_query *
query_new(struct supervisor *s, const struct listing_ask *ask)
{
	struct session_query *q =
	    calloc(1, sizeof *q + s->nworkers * sizeof(struct listing *));

	if (q == NULL)
		return NULL;
	TAILQ_INSERT_TAIL(&s->queries, q, entry);
	for (; q->npages < s->nworkers; q->npages++) {
		q->pages[q->npages] = page_new(q, ask);
		if (q->pages[q->npages] == NULL) {
			query_free(s, q);
			return NULL;
		}
	}
	return q;
}

int
supervisor_sessions(struct supervisor *s, const struct listing_ask *ask,
    supervisor_listed *done, void *arg)
{
	struct session_query *q;

	if (s->running < s->nworkers)
		return -EAGAIN;
	q = query_new(s, ask);
	if (q == NULL)
		return -ENOMEM;
	q->done = done;
	q->arg = arg;
	q->waiting = q->npages;
	for (size_t i = 0; i < q->npages; i++)
		outbox_post(&s->out, worker_mailbox(s->workers[i]), MAIL_LIST,
		    q->pages[i]);
	return 0;
}

static bool
is_before(const struct listed *a, const struct listed *b)
{
	return listing_before(a->key, a->id, b->key, b->id);
}

/* Whose next row comes first; npages: nobody has any left. */
static size_t
next_page(const struct session_query *q, const size_t at[])
{
	size_t best = q->npages;

	for (size_t i = 0; i < q->npages; i++) {
		const struct listing *page = q->pages[i];

		if (at[i] < page->count &&
		    (best == q->npages || is_before(&page->rows[at[i]],
					      &q->pages[best]->rows[at[best]])))
			best = i;
	}
	return best;
}

static void
answer_closed(const struct session_query *q)
{
	size_t n = 0;

	for (size_t i = 0; i < q->npages; i++)
		n += q->pages[i]->count;
	q->done(NULL, n, false, q->arg);
}

/* No worker has left out one that comes before the last of these. */
static void
answer(const struct session_query *q)
{
	const struct listed *list[LISTING_ROWS];
	size_t at[WORKERS_MOST] = { 0 }, n = 0, i;
	bool more = false;

	while (n < LISTING_ROWS && (i = next_page(q, at)) < q->npages)
		list[n++] = &q->pages[i]->rows[at[i]++];
	for (i = 0; i < q->npages; i++)
		more |= q->pages[i]->more || at[i] < q->pages[i]->count;
	q->done(list, n, more, q->arg);
}

void
sessions_listed(struct supervisor *s, struct listing *page)
{
	struct session_query *q = page->query;

	if (--q->waiting > 0)
		return;
	if (q->done != NULL && page->ask.close)
		answer_closed(q);
	else if (q->done != NULL)
		answer(q);
	query_free(s, q);
}

void
sessions_forget(struct supervisor *s, void *arg)
{
	struct session_query *q;

	TAILQ_FOREACH (q, &s->queries, entry)
		if (q->arg == arg)
			q->done = NULL;
}

void
sessions_close(struct supervisor *s)
{
	while (!TAILQ_EMPTY(&s->queries))
		query_free(s, TAILQ_FIRST(&s->queries));
}

void
supervisor_watch(struct supervisor *s, bool on)
{
	all_workers(s, MAIL_WATCH, on);
}

/* ---- ending them */

enum { SHOWN = 4 * 320 + 1 }; /* an actor with each octet escaped */

void
supervisor_kick(
    struct supervisor *s, uint64_t session, const struct actor *actor)
{
	char by[SHOWN];

	text_escape(by, sizeof by, actor->text, strlen(actor->text));
	log_info("admin", "session closed by hand", "by=%s id=%llu", by,
	    (unsigned long long)session);
	all_workers(s, MAIL_KICK, session);
}

void
supervisor_kick_user(
    struct supervisor *s, const struct account *a, const struct actor *actor)
{
	char by[SHOWN], name[SHOWN];

	text_escape(by, sizeof by, actor->text, strlen(actor->text));
	text_escape(name, sizeof name, a->name, strlen(a->name));
	log_info("admin", "sessions of a user closed by hand",
	    "by=%s name=\"%s\"", by, name);
	all_workers(s, MAIL_EVICT, a->id);
}

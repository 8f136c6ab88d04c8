#include "net/resolve.h"

#include <errno.h>
#include <event2/event_struct.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "base/clock.h"
#include "base/map.h"
#include "core/families.h"
#include "core/name_cache.h"
#include "net/dns.h"

/* How long answers are kept, and how many; in seconds. */
enum {
	KEEP_LEAST = 1,
	KEEP_MOST = 3600,
	KEEP_HOSTS = 10,
	KEEP_NONE = 10,
	KEEP_FAILED = 1,
	KEEP_NAMES = 4096,
	KEEP_OCTETS = 1 << 20,
};

/* One who waits for a query's answer; owned by the query. */
struct lookup {
	LIST_ENTRY(lookup) next;
	struct query *query;
	void (*found)(const struct found *, void *arg);
	void *arg;
	size_t told;
};

LIST_HEAD(lookups, lookup);

/*
 * A name and what is known of it. It lives as long as somebody waits for it or
 * answers are still to come, as c-ares cannot forget a single question.
 */
struct query {
	struct dns_question question; /* first: an answer finds its query */
	TAILQ_ENTRY(query) next;      /* while in line */
	struct resolver *resolver;
	struct lookups waiting, turn; /* turn: still to be told just now */
	struct event tell;
	bool in_line, shared; /* shared: in r->queries */
	bool telling, failed, again;
	unsigned awaited; /* answers that are still to come */
	int err;
	uint32_t ttl;
	uint64_t asked_us; /* clock_us() when it was */
	size_t count, len;
	struct addr addrs[2 * RESOLVE_MOST];
	char name[256];
};

struct resolver {
	struct event_base *base;
	struct resolver_options options;
	struct dns *dns;
	struct name_cache cache;
	struct map queries; /* by name: whom others may join */
	unsigned busy;
	TAILQ_HEAD(, query) line;
	struct families families;
};

const struct resolver_options resolver_defaults = {
	.timeout_ms = 1500,
	.tries = 3,
	.most = 4096,
	.delay_ms = 50,
};

/* ---- queries */

static bool
is_wanted(const struct query *q)
{
	return !LIST_EMPTY(&q->waiting) || !LIST_EMPTY(&q->turn);
}

static void
leave_map(struct query *q)
{
	if (q->shared)
		(void)map_take(&q->resolver->queries, q->name, q->len);
	q->shared = false;
}

static void
query_free(struct query *q)
{
	(void)event_del(&q->tell);
	if (q->in_line)
		TAILQ_REMOVE(&q->resolver->line, q, next);
	leave_map(q);
	free(q);
}

static void
tell_in(struct query *q, unsigned ms)
{
	const struct timeval tv = { ms / 1000, (long)(ms % 1000) * 1000 };

	/* Should it fail, memory being out, the callers' limits end the wait.
	 */
	(void)event_add(&q->tell, &tv);
}

static void
tell(struct query *q, struct lookup *l, bool last)
{
	struct found found = {
		.addrs = q->addrs + l->told,
		.count = q->count - l->told,
		.last = last,
		.err = last && q->count == 0 ? q->err : 0,
	};

	LIST_REMOVE(l, next);
	l->told = q->count;
	if (!last)
		LIST_INSERT_HEAD(&q->waiting, l, next);
	if (last || found.count > 0)
		l->found(&found, l->arg);
	if (last)
		free(l);
}

/* Whoever is told may cancel others, and start new lookups of that name. */
static void
on_tell(evutil_socket_t fd, short what, void *arg)
{
	struct query *q = arg;
	struct lookup *l;
	bool last = q->awaited == 0 && !q->in_line;

	(void)fd;
	(void)what;
	if (last)
		leave_map(q);
	while ((l = LIST_FIRST(&q->waiting)) != NULL) {
		LIST_REMOVE(l, next);
		LIST_INSERT_HEAD(&q->turn, l, next);
	}
	q->telling = true;
	while ((l = LIST_FIRST(&q->turn)) != NULL)
		tell(q, l, last);
	q->telling = false;
	if (last || (q->in_line && !is_wanted(q)))
		query_free(q);
}

/* ---- what comes of them */

static void
remember(const struct query *q, uint32_t seconds)
{
	name_cache_put(&q->resolver->cache, q->name, q->len, q->addrs, q->count,
	    clock_s(), seconds);
}

static uint32_t
seconds_for(const struct query *q)
{
	if (q->failed)
		return KEEP_FAILED;
	if (q->count == 0)
		return KEEP_NONE;
	if (q->ttl < KEEP_LEAST)
		return KEEP_LEAST;
	return q->ttl > KEEP_MOST ? KEEP_MOST : q->ttl;
}

static void
stand_in_line(struct query *q)
{
	q->in_line = true;
	q->again = q->failed = false;
	q->err = -EHOSTUNREACH;
	q->ttl = UINT32_MAX;
	TAILQ_INSERT_TAIL(&q->resolver->line, q, next);
}

static void
finish(struct query *q)
{
	struct metrics *m = q->resolver->options.metrics;

	q->resolver->busy--;
	if (q->again && q->count == 0 && is_wanted(q)) {
		stand_in_line(q); /* dns_reload(): others will be asked */
		return;
	}
	if (!q->again && q->err != -ENOMEM)
		remember(q, seconds_for(q));
	if (m != NULL)
		histogram_add(&m->resolve, clock_us() - q->asked_us);
	if (m != NULL && q->count == 0)
		metrics_add(&m->names_failed, 1);
	if (is_wanted(q) || q->telling)
		tell_in(q, 0);
	else
		query_free(q);
}

static void
keep(struct query *q, const struct dns_answer *answer)
{
	memcpy(q->addrs + q->count, answer->addrs,
	    answer->count * sizeof answer->addrs[0]);
	q->count += answer->count;
	if (answer->ttl < q->ttl)
		q->ttl = answer->ttl;
}

static void
on_answer(struct dns_question *question, const struct dns_answer *answer)
{
	struct query *q = (struct query *)question;
	struct resolver *r = q->resolver;

	keep(q, answer);
	if (answer->result == DNS_MEMORY)
		q->err = -ENOMEM;
	q->failed = q->failed || answer->result == DNS_FAILED;
	q->again = q->again || answer->result == DNS_AGAIN;
	if (--q->awaited == 0)
		finish(q);
	else if (answer->count > 0)
		tell_in(q, answer->addrs[0].family == resolver_first(r)
			       ? 0
			       : r->options.delay_ms);
}

static void
ask(struct query *q)
{
	struct resolver *r = q->resolver;
	struct dns_answer answer;

	dns_hosts(r->dns, q->name, &answer);
	if (answer.result == DNS_FOUND) {
		keep(q, &answer);
		remember(q, KEEP_HOSTS);
		tell_in(q, 0);
		return;
	}
	r->busy++;
	q->asked_us = clock_us();
	q->awaited = 2;
	dns_ask(r->dns, q->name, ADDR_V6, &q->question);
	dns_ask(r->dns, q->name, ADDR_V4, &q->question);
}

/*
 * After whatever may have ended or begun a query. Never from on_answer(): a
 * long line of names that fail at once would become a deep recursion.
 */
static void
settle(void *arg)
{
	struct resolver *r = arg;
	struct query *q;

	while (
	    r->busy < r->options.most && (q = TAILQ_FIRST(&r->line)) != NULL) {
		TAILQ_REMOVE(&r->line, q, next);
		q->in_line = false;
		ask(q);
	}
	dns_watch(r->dns, r->busy > 0);
}

/* ---- lookups */

/* A name's one spelling. Its length, or 0 if it is no name. */
static size_t
spell(const struct resolver *r, const char *name, size_t len, char out[256])
{
	/* c-ares would take a \ for an escape, and look up another name. */
	if (len == 0 || len > 255 || memchr(name, 0, len) != NULL ||
	    memchr(name, '\\', len) != NULL)
		return 0;
	for (size_t i = 0; i < len; i++)
		out[i] = name[i] >= 'A' && name[i] <= 'Z'
			     ? (char)(name[i] - 'A' + 'a')
			     : name[i];
	if (out[len - 1] == '.' && !dns_searches(r->dns) &&
	    (--len == 0 || out[len - 1] == '.'))
		return 0;
	out[len] = '\0';
	return len;
}

static struct query *
query_new(struct resolver *r, const char *name, size_t len)
{
	struct query *q = calloc(1, sizeof *q);

	if (q == NULL)
		return NULL;
	q->resolver = r;
	q->question.answered = on_answer;
	q->err = -EHOSTUNREACH;
	q->len = len;
	memcpy(q->name, name, len);
	LIST_INIT(&q->waiting);
	LIST_INIT(&q->turn);
	(void)evtimer_assign(&q->tell, r->base, on_tell, q);
	return q;
}

/* What needs no asking: known, or no name. */
static struct query *
answered(struct resolver *r, const struct cached_name *known)
{
	struct query *q = query_new(r, "", 0);

	if (q == NULL)
		return NULL;
	if (known != NULL && known->count > 0) {
		q->count = known->count;
		memcpy(q->addrs, known->addrs, q->count * sizeof q->addrs[0]);
	}
	tell_in(q, 0);
	return q;
}

static struct query *
asked(struct resolver *r, const char *name, size_t len)
{
	struct query *q = query_new(r, name, len);

	if (q == NULL || map_put(&r->queries, q->name, len, q) != 0) {
		free(q);
		return NULL;
	}
	q->shared = true;
	stand_in_line(q);
	return q;
}

static void
count(struct resolver *r, bool known)
{
	struct metrics *m = r->options.metrics;

	if (m != NULL)
		metrics_add(known ? &m->names_known : &m->names_asked, 1);
}

/* The query that will answer, or NULL. */
static struct query *
query_for(struct resolver *r, const char *text, size_t text_len)
{
	char name[256];
	size_t len = spell(r, text, text_len, name);
	const struct cached_name *known;
	struct query *q;

	if (len == 0)
		return answered(r, NULL);
	known = name_cache_find(&r->cache, name, len, clock_s());
	q = known == NULL ? map_get(&r->queries, name, len) : NULL;
	count(r, known != NULL || q != NULL);
	if (known != NULL)
		return answered(r, known);
	/* It has told some of what it knows: the newcomer hears that too. */
	if (q != NULL && q->count > 0)
		tell_in(q, 0);
	return q != NULL ? q : asked(r, name, len);
}

struct lookup *
resolve_start(struct resolver *r, const char *name, size_t len,
    void (*found)(const struct found *, void *arg), void *arg)
{
	struct lookup *l = calloc(1, sizeof *l);
	struct query *q = l != NULL ? query_for(r, name, len) : NULL;

	if (q == NULL) {
		free(l);
		return NULL;
	}
	l->query = q;
	l->found = found;
	l->arg = arg;
	LIST_INSERT_HEAD(&q->waiting, l, next);
	settle(r);
	return l;
}

void
resolve_cancel(struct lookup *l)
{
	struct query *q = l->query;

	LIST_REMOVE(l, next);
	free(l);
	if (q->awaited == 0 && !q->telling && !is_wanted(q))
		query_free(q);
}

/* ---- resolvers */

struct resolver *
resolver_new(struct event_base *base, const struct resolver_options *options)
{
	struct resolver *r = calloc(1, sizeof *r);

	if (r == NULL)
		return NULL;
	r->base = base;
	r->options = *options;
	TAILQ_INIT(&r->line);
	name_cache_init(&r->cache, KEEP_NAMES, KEEP_OCTETS);
	r->dns = dns_new(base, options, settle, r);
	if (r->dns != NULL)
		return r;
	free(r);
	return NULL;
}

void
resolver_free(struct resolver *r)
{
	if (r == NULL)
		return;
	dns_free(r->dns);
	name_cache_clear(&r->cache);
	map_free(&r->queries);
	free(r);
}

int
resolver_reload(struct resolver *r)
{
	int err = dns_reload(r->dns);

	name_cache_clear(&r->cache);
	settle(r);
	return err;
}

unsigned
resolver_busy(const struct resolver *r)
{
	return r->busy;
}

/* ---- which family first */

void
resolver_prefer(struct resolver *r, enum setting_prefer prefer)
{
	r->families.prefer = prefer;
}

uint8_t
resolver_first(const struct resolver *r)
{
	return families_first(&r->families, clock_s());
}

void
resolver_raced(struct resolver *r, uint8_t family)
{
	families_raced(&r->families, family, clock_s());
}

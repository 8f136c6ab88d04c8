#include "net/worker.h"

#include <errno.h>
#include <event2/event.h>
#include <event2/event_struct.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/thread.h"
#include "net/conn.h"
#include "net/door.h"
#include "net/listing.h"
#include "net/loop.h"

enum { PATIENCE_NS = 1000 * 1000 };

struct worker {
	struct worker_config config;
	struct metrics metrics;
	struct conns conns;
	struct door door;
	struct mailbox *box;
	struct event tick;
	uint32_t tick_seconds;
	bool leaving;   /* when the last session is gone */
	bool gone;      /* its loop has ended */
	bool listening; /* has it begun to accept? */
	bool started;
	pthread_t thread;
};

/* ---- housekeeping: each second while there are sessions */

static uint32_t
tick_for(const struct worker *w)
{
	return w->conns.count > 0 ? 1
				  : w->config.policy->limits.selector_timeout;
}

static void
schedule_tick(struct worker *w)
{
	struct timeval period = { .tv_sec = tick_for(w) };

	if (w->tick_seconds == (uint32_t)period.tv_sec)
		return;
	w->tick_seconds = (uint32_t)period.tv_sec;
	event_add(&w->tick, &period);
}

static void
on_tick(evutil_socket_t fd, short what, void *arg)
{
	struct worker *w = arg;

	(void)fd;
	(void)what;
	conns_tick(&w->conns, clock_s());
	door_tick(&w->door);
	schedule_tick(w);
	/* A full box shows on its own. */
	(void)mail_post_number(w->box, MAIL_ECHO, w->config.index, clock_us());
}

static void
leave_if_empty(struct worker *w)
{
	if (w->leaving && !w->gone && w->conns.count == 0)
		event_base_loopexit(w->conns.base, NULL);
}

/* conns->left and conns->came: may run deep inside a session's end. */
static void
on_left(void *arg)
{
	struct worker *w = arg;

	door_room(&w->door);
	leave_if_empty(w);
}

static void
on_came(void *arg)
{
	schedule_tick(arg);
}

/* ---- letters */

/* Whatever happens, main must hear these: there is room sooner or later. */
static void
insist(struct worker *w, enum mail_kind kind, void *p)
{
	static const struct timespec patience = { .tv_nsec = PATIENCE_NS };

	while (mail_post(w->config.main, kind, w->config.index, p) != 0)
		nanosleep(&patience, NULL);
}

static void
use(struct worker *w, struct policy *policy)
{
	struct policy *before = w->config.policy;

	if (w->gone) { /* came too late to be used */
		insist(w, MAIL_RETURNED, policy);
		return;
	}
	w->config.policy = policy;
	conns_use(&w->conns, policy);
	schedule_tick(w);
	door_tune(&w->door);
	door_room(&w->door); /* max-connections may be higher now */
	insist(w, MAIL_RETURNED, before);
}

static void
suspect(struct worker *w, struct addr *source)
{
	suspects_add(&w->conns.suspects, source, clock_ms());
	free(source);
}

static void
listen_or_not(struct worker *w, bool on)
{
	if (w->leaving || on == w->listening)
		return;
	w->listening = on;
	if (on)
		door_open(&w->door);
	else
		door_shut(&w->door);
}

static void
drain(struct worker *w)
{
	listen_or_not(w, false);
	w->leaving = true;
	leave_if_empty(w);
}

static void
take(const struct mail *letter, void *arg)
{
	struct worker *w = arg;

	switch (letter->kind) {
	case MAIL_POLICY:
		use(w, letter->u.p);
		break;
	case MAIL_VERDICT:
		conns_verdict(&w->conns, letter->u.p);
		break;
	case MAIL_SUSPECT:
		suspect(w, letter->u.p);
		break;
	case MAIL_EVICT:
		conns_evict(&w->conns, letter->u.n, ACCESS_KILLED);
		break;
	case MAIL_SPENT:
		conns_evict(&w->conns, letter->u.n, ACCESS_LIMIT);
		break;
	case MAIL_KICK:
		conns_kick(&w->conns, letter->u.n);
		break;
	case MAIL_LIST:
		listing_fill(letter->u.p, &w->conns);
		insist(w, MAIL_LISTED, letter->u.p);
		break;
	case MAIL_WATCH:
		news_watch(&w->conns.news, letter->u.n != 0);
		break;
	case MAIL_ECHO:
		histogram_add(&w->metrics.loop_lag, clock_us() - letter->u.n);
		break;
	case MAIL_LISTEN:
		listen_or_not(w, letter->u.n != 0);
		break;
	case MAIL_CLEAR:
		conns_clear(&w->conns, ACCESS_KILLED);
		break;
	case MAIL_DRAIN:
		drain(w);
		break;
	case MAIL_QUIT:
		event_base_loopexit(w->conns.base, NULL);
		break;
	default:
		break;
	}
}

/* ---- the thread */

static void *
run(void *arg)
{
	struct worker *w = arg;

	door_tune(&w->door);
	listen_or_not(w, true);
	schedule_tick(w);
	event_base_dispatch(w->conns.base);
	w->leaving = w->gone = true;
	event_del(&w->tick);
	door_free(&w->door);
	conns_clear(&w->conns, ACCESS_SHUTDOWN);
	uses_post(&w->conns.uses, w->config.main, w->config.index);
	finds_post(&w->conns.finds, w->config.main, w->config.index);
	insist(w, MAIL_RETURNED, w->config.policy);
	insist(w, MAIL_GONE, NULL);
	return NULL;
}

int
worker_start(struct worker *w)
{
	int err = thread_start(&w->thread, run, w);

	w->started = err == 0;
	return err;
}

/* ---- making and freeing */

static int
prepare(struct worker *w)
{
	struct conns *conns = &w->conns;
	struct resolver_options options = resolver_defaults;
	int err;

	conns->base = loop_new();
	if (conns->base == NULL)
		return -errno;
	conns->metrics = &w->metrics;
	conns->shared = w->config.shared;
	conns->main = w->config.main;
	conns->login = w->config.login;
	conns->index = w->config.index;
	conns->came = on_came;
	conns->left = on_left;
	conns->arg = w;
	if ((err = conns_init(conns)) != 0 ||
	    event_assign(&w->tick, conns->base, -1, EV_PERSIST, on_tick, w) !=
		0)
		return err != 0 ? err : -EINVAL;
	options.metrics = &w->metrics;
	conns->resolver = resolver_new(conns->base, &options);
	if (conns->resolver == NULL)
		return -errno;
	conns_use(conns, w->config.policy);
	w->box = mailbox_new(conns->base, take, w);
	return w->box != NULL ? 0 : -errno;
}

int
worker_new(struct worker **made, const struct worker_config *config,
    const struct addr **failed)
{
	struct worker *w = calloc(1, sizeof *w);
	size_t at = 0;
	int err;

	*made = NULL;
	*failed = NULL;
	if (w == NULL)
		return -ENOMEM;
	w->config = *config;
	if ((err = prepare(w)) == 0 &&
	    (err = door_init(&w->door, &w->conns, config->listen,
		 config->nlisten, &at)) != 0)
		*failed = &config->listen[at];
	if (err != 0) {
		worker_free(w);
		return err;
	}
	*made = w;
	return 0;
}

struct mailbox *
worker_mailbox(struct worker *w)
{
	return w->box;
}

struct metrics *
worker_metrics(struct worker *w)
{
	return &w->metrics;
}

uint64_t
worker_cpu_us(const struct worker *w)
{
	struct timespec t;
	clockid_t id;

	if (!w->started || pthread_getcpuclockid(w->thread, &id) != 0 ||
	    clock_gettime(id, &t) != 0)
		return 0;
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

struct addr
worker_listen_addr(struct worker *w, size_t i)
{
	return w->door.gates[i].addr;
}

void
worker_free(struct worker *w)
{
	if (w == NULL)
		return;
	if (w->started)
		pthread_join(w->thread, NULL);
	else if (w->door.conns != NULL)
		door_free(&w->door);
	/* Letters that came after the last turn of the loop. */
	if (w->box != NULL)
		mailbox_empty(w->box);
	if (w->conns.watch != NULL) /* conns_init() has succeeded */
		conns_free(&w->conns);
	mailbox_free(w->box);
	resolver_free(w->conns.resolver);
	if (w->conns.base != NULL)
		event_base_free(w->conns.base);
	free(w);
}

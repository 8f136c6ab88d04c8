#include "daemon/supervisor.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "core/login.h"
#include "daemon/state.h"

enum { FLUSH_SECONDS = 5 };

/* ---- letters */

void
all_workers(struct supervisor *s, enum mail_kind kind, uint64_t n)
{
	for (size_t i = 0; i < s->nworkers; i++)
		outbox_post_number(
		    &s->out, worker_mailbox(s->workers[i]), kind, n);
}

/* Who lost an account loses its sessions too, and who is no administrator any
 * more those of the admin protocol. */
static void
evict(struct supervisor *s, const struct change *c)
{
	bool lost = c->kind == CHANGE_REMOVE ||
		    (c->kind == CHANGE_ENABLE && !c->enabled);
	bool demoted = c->kind == CHANGE_ROLE && c->role != ROLE_ADMIN;

	if (c->result != CHANGE_DONE || !(lost || demoted))
		return;
	if (lost)
		all_workers(s, MAIL_EVICT, c->account);
	changes_disown(s, c->account);
	if (s->hooks.evict != NULL)
		s->hooks.evict(c->account, s->hooks.arg);
}

static void
returned(struct supervisor *s, struct policy *p)
{
	bool awaited = p == s->awaited, reload = p->reload;

	if (!publish_returned(s, p))
		return;
	if (reload)
		log_info("main", "reloaded", NULL);
	if (!awaited)
		return;
	evict(s, s->busy->change);
	changes_in_force(s);
}

static void
gone(struct supervisor *s, uint32_t from)
{
	if (from >= MAIL_FROM_MAIN || --s->running > 0)
		return;
	(void)event_base_loopexit(s->base, NULL);
}

static void
suspect(struct supervisor *s, struct addr *source)
{
	if (s->hooks.suspect != NULL)
		s->hooks.suspect(source, s->hooks.arg);
	free(source);
}

static void
verdict(struct supervisor *s, struct login *login)
{
	if (s->hooks.verdict != NULL)
		s->hooks.verdict(login, s->hooks.arg);
	else
		login_free(login);
}

static void
news(struct supervisor *s, struct news_batch *batch)
{
	if (s->hooks.news != NULL)
		s->hooks.news(batch, s->hooks.arg);
	free(batch);
}

static void
take(const struct mail *m, void *arg)
{
	struct supervisor *s = arg;
	struct change *c = m->u.p;

	switch (m->kind) {
	case MAIL_RETURNED:
		returned(s, m->u.p);
		break;
	case MAIL_CHANGED:
		if (c->kind == CHANGE_USE)
			use_stored(s, c);
		else if (c->kind == CHANGE_FIND)
			findings_stored(s, c);
		else
			changes_stored(s);
		break;
	case MAIL_FOUND:
		findings_take(s, m->u.p);
		break;
	case MAIL_SPENT:
		ends_spent(s, m->u.n);
		break;
	case MAIL_USED:
		use_take(s, m->u.p);
		break;
	case MAIL_VERDICT:
		verdict(s, m->u.p);
		break;
	case MAIL_SUSPECT:
		suspect(s, m->u.p);
		break;
	case MAIL_LISTED:
		sessions_listed(s, m->u.p);
		break;
	case MAIL_NEWS:
		news(s, m->u.p);
		break;
	case MAIL_GONE:
		gone(s, m->from);
		break;
	}
}

/* The workers get what was read. */
static void
publish_reload(struct supervisor *s)
{
	struct policy *old = publish(s, NULL);

	if (old == NULL) {
		if (!s->reload_held)
			log_warn("main", "reload held up",
			    "out of memory: tried again until it is in force");
		s->reload_held = true;
		return;
	}
	s->reload_held = false;
	guard_warn(s);
	publish_warn_way(s);
	old->reload = true; /* said when no worker uses it any more */
	if (publish_over(s, old))
		log_info("main", "reloaded", NULL);
}

static void
on_second(evutil_socket_t fd, short what, void *arg)
{
	struct supervisor *s = arg;

	(void)fd;
	(void)what;
	former_expire(&s->former, s->now_ms());
	findings_flush(s);
	if (s->leaving)
		hand_over_try(s);
	if (s->reload_held)
		publish_reload(s);
	changes_second(s);
	ends_second(s);
	s->seconds++;
	times_tick(s);
	if (s->leaving || s->seconds % FLUSH_SECONDS != 0)
		return;
	use_flush(s);
	guard_watch(s);
}

/* ---- life */

struct supervisor *
supervisor_new(
    struct event_base *base, struct settings *settings, const char *daemon_log)
{
	struct supervisor *s = calloc(1, sizeof *s);
	int err = ENOMEM;

	if (s == NULL)
		return NULL;
	s->base = base;
	s->settings = settings;
	s->daemon_log = daemon_log;
	(void)snprintf(s->access_log, sizeof s->access_log, "%s",
	    settings_text(settings, SETTING_access_log));
	s->started_ms = clock_ms();
	s->now_ms = clock_ms;
	former_init(&s->former);
	s->revision = 1;
	TAILQ_INIT(&s->queries);
	s->box = mailbox_new(base, take, s);
	if (s->box == NULL)
		err = errno;
	s->book = book_new();
	s->findings = findings_new();
	s->policy = calloc(1, sizeof *s->policy);
	s->second_event = event_new(base, -1, EV_PERSIST, on_second, s);
	if (outbox_open(&s->out, base, MAIL_FROM_MAIN) != 0 ||
	    changes_open(s) != 0 || s->box == NULL || s->book == NULL ||
	    s->findings == NULL || s->policy == NULL ||
	    s->second_event == NULL) {
		s->settings = NULL; /* the caller's, as before */
		supervisor_free(s);
		errno = err;
		return NULL;
	}
	return s;
}

void
supervisor_hook(struct supervisor *s, const struct supervisor_hooks *hooks)
{
	s->hooks = *hooks;
}

static void
on_drain(evutil_socket_t fd, short what, void *arg)
{
	struct supervisor *s = arg;

	(void)fd;
	(void)what;
	log_info("main", "closing what is left", "sessions=%llu",
	    (unsigned long long)atomic_load(&s->shared.sessions));
	all_workers(s, MAIL_QUIT, 0);
}

void
supervisor_stop(struct supervisor *s)
{
	uint64_t limit = settings_number(s->settings, SETTING_drain_timeout);
	struct timeval tv = { (time_t)limit, 0 };

	if (s->stopping || limit == 0) {
		s->stopping = true;
		on_drain(-1, 0, s);
		return;
	}
	s->stopping = true;
	log_info("main", "draining", "sessions=%llu seconds=%llu",
	    (unsigned long long)atomic_load(&s->shared.sessions),
	    (unsigned long long)limit);
	all_workers(s, MAIL_DRAIN, 0);
	s->drain_event = evtimer_new(s->base, on_drain, s);
	if (s->drain_event == NULL || event_add(s->drain_event, &tv) != 0)
		on_drain(-1, 0, s);
}

void
supervisor_reload(struct supervisor *s, struct settings *fresh)
{
	enum setting_id ids[SETTINGS_COUNT];
	size_t n = settings_restart(s->settings, fresh, ids);

	for (size_t i = 0; i < n; i++)
		log_warn("main", "needs a restart", "key=%s",
		    setting_rows[ids[i]].key);
	settings_free(s->settings);
	s->settings = fresh;
	s->reloads++;
	s->revision++;
	apply_log_settings(s);
	publish_reload(s);
	if (s->hooks.changed != NULL)
		s->hooks.changed(NULL, "",
		    &(struct actor){ .text = "the file" }, s->hooks.arg);
}

/* A policy that no worker took stays the supervisor's. */
static void
drop(const struct mail *letter)
{
	(void)letter;
}

/* Workers run here only if the start went wrong: their boxes are empty. */
static void
quit_workers(struct supervisor *s)
{
	for (size_t i = 0; i < s->nworkers; i++)
		(void)mail_post_number(worker_mailbox(s->workers[i]), MAIL_QUIT,
		    MAIL_FROM_MAIN, 0);
}

static void
end_threads(struct supervisor *s)
{
	outbox_close(&s->out, 0, drop);
	/* Each posts to the other: its end, then theirs, then the boxes. */
	if (s->login_thread != NULL)
		login_thread_stop(s->login_thread);
	quit_workers(s);
	for (size_t i = 0; i < s->nworkers; i++)
		worker_free(s->workers[i]);
	s->nworkers = 0;
	login_thread_free(s->login_thread);
	s->login_thread = NULL;
	/* What the workers said last is still in our box. */
	mailbox_empty(s->box);
	if (s->store_thread == NULL && !s->leaving)
		return;
	if (s->store_thread != NULL)
		(void)mail_post_number(store_thread_mailbox(s->store_thread),
		    MAIL_QUIT, MAIL_FROM_MAIN, 0);
	store_thread_free(s->store_thread);
	s->store_thread = NULL;
	mailbox_empty(s->box);
	hand_over_end(s);
}

void
supervisor_free(struct supervisor *s)
{
	if (s == NULL)
		return;
	s->hooks = (struct supervisor_hooks){ 0 };
	if (s->box != NULL)
		end_threads(s);
	else
		outbox_close(&s->out, 0, drop);
	changes_close(s);
	sessions_close(s);
	if (s->second_event != NULL)
		event_free(s->second_event);
	if (s->drain_event != NULL)
		event_free(s->drain_event);
	mailbox_free(s->box);
	if (s->store != NULL)
		store_close(s->store);
	if (s->book != NULL)
		book_free(s->book);
	former_clear(&s->former);
	findings_free(s->findings);
	free(s->findings_file);
	settings_free(s->settings);
	free(s->listen);
	free(s->policy);
	rules_free(s->rules);
	origins_free(s->shared.origins);
	free(s->guarded);
	free(s);
}

/* ---- what holds now */

const struct accounts *
supervisor_accounts(const struct supervisor *s)
{
	return book_accounts(s->book);
}

uint64_t
supervisor_revision(const struct supervisor *s)
{
	return s->revision;
}

const struct settings *
supervisor_settings(const struct supervisor *s)
{
	return s->settings;
}

const char *
supervisor_access_log(const struct supervisor *s)
{
	return s->access_log;
}

size_t
supervisor_account_list(const struct supervisor *s, const char *after,
    const struct account *list[], size_t n)
{
	return book_list(s->book, after, list, n);
}

void
supervisor_worker_metrics(
    const struct supervisor *s, size_t worker, struct metrics_sum *sum)
{
	metrics_sum(sum, s->counters + worker, 1);
}

const struct worker_shared *
supervisor_shared(const struct supervisor *s)
{
	return &s->shared;
}

uint64_t
supervisor_started_ms(const struct supervisor *s)
{
	return s->started_ms;
}

size_t
supervisor_workers(const struct supervisor *s)
{
	return s->nworkers;
}

struct mailbox *
supervisor_login_box(const struct supervisor *s)
{
	return login_thread_mailbox(s->login_thread);
}

struct addr
supervisor_listen_addr(const struct supervisor *s, size_t i)
{
	return i < s->nlisten ? s->listen[i] : (struct addr){ 0 };
}

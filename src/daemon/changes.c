/*
 * Changes, one after the other: checked, made lasting, published, answered.
 *
 * Whatever a check saw still holds when its change is applied, because no other
 * change comes between.
 */

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "daemon/state.h"

static const struct timeval at_once = { 0, 0 };
static const struct timeval soon = { 0, 20000 };

/* Without memory for the timer, in changes_second(): event_active() would have
 * us run again before anybody else. */
static void
come_again(struct supervisor *s, const struct timeval *when)
{
	(void)event_add(s->next_event, when);
}

static void
wake(struct supervisor *s)
{
	if (s->busy == NULL && !TAILQ_EMPTY(&s->requests))
		come_again(s, &at_once);
}

static void
request_free(struct request *r)
{
	change_free(r->change);
	free(r);
}

static void
tell(struct supervisor *s, const struct request *r)
{
	const struct change *c = r->change;
	const struct account *a;
	const char *name = "";

	if (c->result != CHANGE_DONE || s->hooks.changed == NULL)
		return;
	if (c->account != 0) {
		a = accounts_find_id(book_accounts(s->book), c->account);
		name = a != NULL ? a->name : r->before;
	}
	s->hooks.changed(c, name, &r->actor, s->hooks.arg);
}

static void
finish(struct supervisor *s)
{
	struct request *r = s->busy;

	s->busy = NULL;
	s->awaited = NULL;
	s->revision += r->change->result == CHANGE_DONE;
	serve_told(s, r->change);
	apply_log(s, r);
	tell(s, r);
	if (r->done != NULL)
		r->done(r->change, r->arg);
	request_free(r);
	wake(s);
}

/* What is stored already has to come into force: nobody is told otherwise, and
 * no other change comes between. */
static void
hold(struct supervisor *s)
{
	if (!s->busy->held)
		log_warn("main", "change held up",
		    "out of memory: tried again until it is in force");
	s->busy->held = true;
	come_again(s, &soon);
}

/* False: memory is out. */
static bool
apply_once(struct supervisor *s, struct request *r)
{
	int err;

	if (r->applied)
		return true;
	err = apply(s, r);
	assert(err == 0 || err == -ENOMEM); /* the rest was checked */
	r->applied = err == 0;
	/* Before the policy: who has given that back has read these, too. */
	if (r->applied)
		serve_tell(s, r->change);
	return r->applied;
}

static void
put_in_force(struct supervisor *s)
{
	struct request *r = s->busy;

	if (!apply_once(s, r) || (s->awaited = publish(s, r->after)) == NULL) {
		hold(s);
		return;
	}
	r->held = false;
	r->after = NULL; /* the old policy's */
	if (publish_over(s, s->awaited))
		finish(s);
	/* Else it goes on in changes_in_force(). */
}

void
changes_in_force(struct supervisor *s)
{
	finish(s);
}

void
changes_stored(struct supervisor *s)
{
	if (s->busy->change->result == CHANGE_DONE)
		put_in_force(s);
	else
		finish(s);
}

/* Accounts of this run alone are not in the store. */
static bool
is_kept(const struct supervisor *s, const struct change *c)
{
	const struct account *a;

	if (c->kind == CHANGE_LISTEN || c->kind == CHANGE_RESET)
		return false;
	if (c->kind == CHANGE_ADD || c->account == 0)
		return true;
	if (c->kind == CHANGE_RESTORE)
		return c->account < BOOK_RUN_ID;
	a = accounts_find_id(book_accounts(s->book), c->account);
	return a == NULL || a->kept;
}

/* The store thread hashes passwords, of accounts of this run as well. */
static bool
needs_hash(const struct change *c)
{
	return c->kind == CHANGE_PASSWORD && c->password.len > 0;
}

static bool
is_owned(struct request *r)
{
	return !r->disowned ||
	       change_refuse(r->change, CHANGE_REFUSED,
		   "whoever asked is no administrator any more");
}

static void
on_next(evutil_socket_t fd, short what, void *arg)
{
	struct supervisor *s = arg;
	struct request *r = TAILQ_FIRST(&s->requests);

	(void)fd;
	(void)what;
	if (s->busy != NULL && s->busy->held)
		put_in_force(s);
	if (s->busy != NULL || r == NULL)
		return;
	TAILQ_REMOVE(&s->requests, r, entry);
	s->busy = r;
	if (!is_owned(r) || !apply_check(s, r)) {
		finish(s);
		return;
	}
	r->change->this_run = !is_kept(s, r->change);
	if (r->change->this_run && !needs_hash(r->change)) {
		put_in_force(s);
		return;
	}
	if (s->leaving) {
		change_refuse(r->change, CHANGE_FAILED, hand_over_why(s));
		finish(s);
		return;
	}
	if (mail_post(store_thread_mailbox(s->store_thread), MAIL_CHANGE,
		MAIL_FROM_MAIN, r->change) == 0)
		return; /* goes on in changes_stored() */
	s->busy = NULL;
	TAILQ_INSERT_HEAD(&s->requests, r, entry);
	come_again(s, &soon);
}

void
changes_second(struct supervisor *s)
{
	if (!evtimer_pending(s->next_event, NULL))
		on_next(-1, 0, s);
}

int
changes_open(struct supervisor *s)
{
	TAILQ_INIT(&s->requests);
	s->next_event = evtimer_new(s->base, on_next, s);
	return s->next_event == NULL ? -ENOMEM : 0;
}

void
changes_close(struct supervisor *s)
{
	struct request *r;

	if (s->next_event == NULL)
		return;
	event_free(s->next_event);
	while ((r = TAILQ_FIRST(&s->requests)) != NULL) {
		TAILQ_REMOVE(&s->requests, r, entry);
		request_free(r);
	}
	if (s->busy != NULL && s->busy->after != NULL)
		book_release(s->book, s->busy->after);
	if (s->busy != NULL)
		request_free(s->busy);
	s->busy = NULL;
}

int
supervisor_change(struct supervisor *s, struct change *c,
    const struct actor *actor, void (*done)(struct change *, void *), void *arg)
{
	struct request *r = calloc(1, sizeof *r);

	if (r == NULL) {
		change_free(c);
		return -ENOMEM;
	}
	r->change = c;
	r->actor = *actor;
	r->done = done;
	r->arg = arg;
	TAILQ_INSERT_TAIL(&s->requests, r, entry);
	wake(s);
	return 0;
}

void
changes_disown(struct supervisor *s, uint64_t account)
{
	struct request *r;

	TAILQ_FOREACH (r, &s->requests, entry)
		if (r->actor.account == account)
			r->disowned = true;
}

void
supervisor_forget(struct supervisor *s, void *arg)
{
	struct request *r;

	TAILQ_FOREACH (r, &s->requests, entry)
		if (r->arg == arg)
			r->done = NULL;
	if (s->busy != NULL && s->busy->arg == arg)
		s->busy->done = NULL;
	sessions_forget(s, arg);
}

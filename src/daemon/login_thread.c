#include "daemon/login_thread.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/thread.h"
#include "core/password.h"
#include "core/turnstile.h"
#include "daemon/outbox.h"
#include "net/loop.h"

enum {
	MEMOS = 256,
	LAST_WORDS_MS = 2000, /* for receivers that do not read any more */
};

/*
 * A hash and the password that was right for it. A thousand connections that
 * log in at once with an account's first password cost one slow hash.
 */
struct memo {
	uint64_t account; /* 0: none */
	uint64_t fast[ACCOUNT_FAST_WORDS];
	char hash[ACCOUNT_HASH];
};

struct login_thread {
	pthread_t thread;
	bool started;
	bool gone; /* what comes now is freed */
	struct event_base *base;
	struct mailbox *box;
	struct mailbox *main;
	struct mailbox **workers;
	size_t nworkers;
	struct outbox out;
	struct turnstile *turnstile;
	struct event *turn;
	struct memo memos[MEMOS];
};

/* ---- answers */

static struct mailbox *
box_of(struct login_thread *t, unsigned from)
{
	if (from == MAIL_FROM_MAIN)
		return t->main;
	assert(from < t->nworkers);
	return t->workers[from];
}

static void
answer(struct login_thread *t, struct login *login, enum login_result result)
{
	login->result = result;
	outbox_post(&t->out, box_of(t, login->from), MAIL_VERDICT, login);
}

static void
post_suspect(struct login_thread *t, struct mailbox *to, const struct addr *a)
{
	struct addr *copy = malloc(sizeof *copy);

	/* Without memory the next failure tells them. */
	if (copy == NULL)
		return;
	*copy = *a;
	outbox_post(&t->out, to, MAIL_SUSPECT, copy);
}

/* Before the verdict: when the client asks again, its worker knows. */
static void
fail(struct login_thread *t, struct login *login)
{
	turnstile_failed(t->turnstile, &login->source, clock_ms());
	for (size_t i = 0; i < t->nworkers; i++)
		post_suspect(t, t->workers[i], &login->source);
	post_suspect(t, t->main, &login->source);
	answer(t, login, LOGIN_WRONG);
}

/* ---- checks */

static bool
remembered(const struct login_thread *t, const struct login *login)
{
	const struct memo *m = &t->memos[login->account % MEMOS];
	uint64_t asked[ACCOUNT_FAST_WORDS];

	if (m->account == 0 || m->account != login->account ||
	    strcmp(m->hash, login->hash) != 0)
		return false;
	accounts_fast_make(asked, login->account, &login->password);
	return accounts_fast_equal(m->fast, asked);
}

static void
remember(struct login_thread *t, const struct login *login)
{
	struct memo *m = &t->memos[login->account % MEMOS];

	m->account = login->account;
	memcpy(m->hash, login->hash, sizeof m->hash);
	accounts_fast_make(m->fast, login->account, &login->password);
}

static bool
right(struct login_thread *t, const struct login *login)
{
	if (login_fast_check(login) || remembered(t, login))
		return true;
	if (!password_check(login->hash, &login->password))
		return false;
	remember(t, login);
	return true;
}

static void
check(struct login_thread *t, struct login *login)
{
	if (atomic_load_explicit(&login->abandoned, memory_order_relaxed))
		answer(t, login, LOGIN_WRONG);
	else if (right(t, login))
		answer(t, login, LOGIN_RIGHT);
	else
		fail(t, login);
}

static void
schedule(struct login_thread *t)
{
	int64_t ms = turnstile_wait_ms(t->turnstile, clock_ms());
	struct timeval tv = { ms / 1000, ms % 1000 * 1000 };

	/* Fails for lack of memory only: then the next letter schedules it. */
	if (ms >= 0)
		(void)event_add(t->turn, &tv);
}

static void
on_turn(evutil_socket_t fd, short what, void *arg)
{
	struct login_thread *t = arg;
	struct login *login;

	(void)fd;
	(void)what;
	/* All that have come stand in line before anyone takes a turn. */
	mailbox_empty(t->box);
	login = turnstile_next(t->turnstile, clock_ms());
	if (login != NULL)
		check(t, login);
	schedule(t);
}

static void
take(const struct mail *letter, void *arg)
{
	struct login_thread *t = arg;
	struct login *out;

	if (letter->kind == MAIL_QUIT) {
		event_base_loopbreak(t->base);
		return;
	}
	if (letter->kind != MAIL_CHECK)
		return;
	if (t->gone) {
		login_free(letter->u.p);
		return;
	}
	out = turnstile_enter(t->turnstile, letter->u.p, clock_ms());
	if (out != NULL)
		answer(t, out, LOGIN_WRONG);
	schedule(t);
}

/* ---- the thread */

static void
drop(const struct mail *letter)
{
	if (letter->kind == MAIL_VERDICT)
		login_free(letter->u.p);
	else if (letter->kind == MAIL_SUSPECT)
		free(letter->u.p);
}

static void *
run(void *arg)
{
	struct login_thread *t = arg;
	struct login *login;

	event_base_dispatch(t->base);
	while ((login = turnstile_leave(t->turnstile)) != NULL)
		answer(t, login, LOGIN_WRONG);
	outbox_post(&t->out, t->main, MAIL_GONE, NULL);
	outbox_close(&t->out, LAST_WORDS_MS, drop);
	return NULL;
}

int
login_thread_new(struct login_thread **made, struct mailbox *main)
{
	struct login_thread *t = calloc(1, sizeof *t);
	int err;

	*made = NULL;
	if (t == NULL)
		return -ENOMEM;
	t->main = main;
	t->base = loop_new();
	err = -errno;
	if (t->base == NULL ||
	    (err = outbox_open(&t->out, t->base, MAIL_FROM_LOGIN)) != 0)
		goto fail;
	t->box = mailbox_new(t->base, take, t);
	if (t->box == NULL) {
		err = -errno;
		goto fail;
	}
	t->turnstile = turnstile_new(&turnstile_defaults);
	t->turn = evtimer_new(t->base, on_turn, t);
	if (t->turnstile == NULL || t->turn == NULL) {
		err = -ENOMEM;
		goto fail;
	}
	*made = t;
	return 0;

fail:
	login_thread_free(t);
	return err;
}

struct mailbox *
login_thread_mailbox(struct login_thread *t)
{
	return t->box;
}

int
login_thread_start(
    struct login_thread *t, struct mailbox *const workers[], size_t nworkers)
{
	int err;

	t->workers = calloc(nworkers + 1, sizeof *t->workers);
	if (t->workers == NULL)
		return -ENOMEM;
	if (nworkers > 0)
		memcpy(t->workers, workers, nworkers * sizeof(*workers));
	t->nworkers = nworkers;
	err = thread_start(&t->thread, run, t);
	t->started = err == 0;
	return err;
}

void
login_thread_stop(struct login_thread *t)
{
	static const struct timespec ms = { 0, 1000000 };

	if (!t->started)
		return;
	/* A full box is being emptied: the thread waits for nobody for long. */
	while (mail_post_number(t->box, MAIL_QUIT, MAIL_FROM_MAIN, 0) != 0)
		(void)nanosleep(&ms, NULL);
	(void)pthread_join(t->thread, NULL);
	t->started = false;
}

void
login_thread_free(struct login_thread *t)
{
	if (t == NULL)
		return;
	login_thread_stop(t);
	t->gone = true;
	if (t->box != NULL) {
		mailbox_empty(t->box);
		mailbox_free(t->box);
	}
	if (t->turn != NULL)
		event_free(t->turn);
	outbox_close(&t->out, 0, drop);
	turnstile_free(t->turnstile);
	free(t->workers);
	if (t->base != NULL)
		event_base_free(t->base);
	free(t);
}

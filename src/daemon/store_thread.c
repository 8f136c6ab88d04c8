#include "daemon/store_thread.h"
#include "base/thread.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/password.h"
#include "daemon/findings_file.h"
#include "daemon/outbox.h"
#include "net/loop.h"

enum { LAST_WORDS_MS = 2000 }; /* for a main that does not read any more */

struct store_thread {
	pthread_t thread;
	bool started;
	struct event_base *base;
	struct mailbox *box;
	struct mailbox *main;
	struct outbox out;
	struct store *store;
	bool gone; /* what comes now is freed */
};

/* The password becomes a hash; false: it cannot, and why says so. */
static bool
hash_password(struct change *c)
{
	int err = 0;

	if (c->kind != CHANGE_ADD && c->kind != CHANGE_PASSWORD)
		return true;
	if (c->password.len > 0)
		err = password_hash(c->hash, &c->password);
	secret_wipe(&c->password);
	if (err == 0)
		return true;
	c->result = CHANGE_FAILED;
	(void)snprintf(c->why, sizeof c->why,
	    "out of memory for the password's hash: try again");
	return false;
}

static void
take(const struct mail *letter, void *arg)
{
	struct store_thread *t = arg;
	struct change *c = letter->u.p;

	if (letter->kind == MAIL_QUIT) {
		event_base_loopexit(t->base, NULL);
		return;
	}
	if (letter->kind != MAIL_CHANGE)
		return;
	if (t->gone) {
		change_free(c);
		return;
	}
	findings_file_change(c);
	if (hash_password(c) && !c->this_run)
		store_change(t->store, c);
	outbox_post(&t->out, t->main, MAIL_CHANGED, c);
}

static void
drop(const struct mail *letter)
{
	if (letter->kind == MAIL_CHANGED)
		change_free(letter->u.p);
}

static void *
run(void *arg)
{
	struct store_thread *t = arg;

	event_base_dispatch(t->base);
	outbox_post(&t->out, t->main, MAIL_GONE, NULL);
	outbox_close(&t->out, LAST_WORDS_MS, drop);
	return NULL;
}

int
store_thread_new(
    struct store_thread **made, struct store *store, struct mailbox *main)
{
	struct store_thread *t = calloc(1, sizeof *t);
	int err;

	*made = NULL;
	if (t == NULL)
		return -ENOMEM;
	t->main = main;
	t->store = store;
	t->base = loop_new();
	err = -errno;
	if (t->base == NULL ||
	    (err = outbox_open(&t->out, t->base, MAIL_FROM_STORE)) != 0)
		goto fail;
	t->box = mailbox_new(t->base, take, t);
	if (t->box == NULL) {
		err = -errno;
		goto fail;
	}
	if ((err = thread_start(&t->thread, run, t)) != 0)
		goto fail;
	t->started = true;
	*made = t;
	return 0;

fail:
	store_thread_free(t);
	return err;
}

struct mailbox *
store_thread_mailbox(struct store_thread *t)
{
	return t->box;
}

void
store_thread_free(struct store_thread *t)
{
	if (t == NULL)
		return;
	if (t->started)
		(void)pthread_join(t->thread, NULL);
	t->gone = true;
	if (t->box != NULL) {
		mailbox_empty(t->box);
		mailbox_free(t->box);
	}
	outbox_close(&t->out, 0, drop);
	if (t->base != NULL)
		event_base_free(t->base);
	free(t);
}

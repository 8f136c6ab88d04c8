/* Logins of a conn; net/conn.h, core/login.h. */

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "net/conn.h"

/* Who logged in, for the log and the lists. False: no memory. */
static bool
name_user(struct conn *c, const struct account *a)
{
	c->names = malloc(sizeof *c->names + a->name_len);
	if (c->names == NULL)
		return false;
	c->names->live = a->live;
	c->names->login = 0;
	c->names->user_len = a->name_len;
	c->names->target_len = 0;
	memcpy(c->names->text, a->name, a->name_len);
	return true;
}

/* False: no memory; then nobody is. */
static bool
log_in(struct conn *c, const struct account *a)
{
	enum account_enter entered;

	if (!name_user(c, a))
		return false;
	entered = account_enter(a->live);
	if (entered == ACCOUNT_FULL) {
		/* It has said who it is, and will be told at its request. */
		c->names->live = NULL;
		c->u.hs.denial = DENIAL_sessions;
		return true;
	}
	if (entered == ACCOUNT_FIRST)
		atomic_fetch_add(&c->all->shared->users, 1);
	atomic_fetch_add_explicit(&a->live->opened, 1, memory_order_relaxed);
	atomic_store_explicit(
	    &a->live->last, clock_wall_us() / 1000000, memory_order_relaxed);
	return true;
}

/* Ask the login thread. False: its box is full, or there is no memory. */
static bool
ask(struct conn *c, const struct account *a)
{
	struct conns *all = c->all;
	struct login *login =
	    login_new(c, all->index, &c->client, a, &all->words.login.password);

	if (login == NULL)
		return false;
	if (mail_post(all->login, MAIL_CHECK, all->index, login) != 0) {
		login_free(login);
		return false;
	}
	c->u.hs.login = login;
	c->u.hs.holds = HOLDS_LOGIN;
	c->flags |= CONN_ASKED;
	return true;
}

static enum conn_login
decide(struct conn *c)
{
	const struct socks_login *login = &c->all->words.login;
	const struct policy *policy = c->all->policy;
	const struct account *a;

	/* Without accounts, and none asked for, any name will do. */
	if (!policy->limits.auth_required &&
	    accounts_count(policy->accounts) == 0)
		return CONN_LOGIN_RIGHT;
	a = accounts_find(policy->accounts, login->name, login->name_len);
	if (a != NULL && !a->enabled)
		a = NULL;
	if (a != NULL && login_at_once(&c->all->suspects, &c->client, a,
			     &login->password, clock_ms()))
		return log_in(c, a) ? CONN_LOGIN_RIGHT : CONN_LOGIN_WRONG;
	return ask(c, a) ? CONN_LOGIN_ASKED : CONN_LOGIN_WRONG;
}

enum conn_login
conn_check_user(struct conn *c)
{
	enum conn_login decision = decide(c);
	struct metrics *m = c->all->metrics;

	if (decision != CONN_LOGIN_ASKED)
		metrics_add(decision == CONN_LOGIN_RIGHT ? &m->auth_ok
							 : &m->auth_failed,
		    1);
	secret_wipe(&c->all->words.login.password);
	return decision;
}

bool
conn_login_right(struct conn *c, const struct login *login)
{
	struct metrics *m = c->all->metrics;
	const struct account *a;
	bool right;

	c->u.hs.holds = HOLDS_NOTHING;
	/* The account may have changed meanwhile: only this hash was right. */
	a = accounts_find_id(c->all->policy->accounts, login->account);
	right = login->result == LOGIN_RIGHT && a != NULL && a->enabled &&
		strcmp(a->hash, login->hash) == 0;
	if (right) {
		accounts_fast_learn(a, &login->password);
		right = log_in(c, a);
	} else if (a != NULL)
		atomic_fetch_add_explicit(
		    &a->live->auth_failed, 1, memory_order_relaxed);
	metrics_add(right ? &m->auth_ok : &m->auth_failed, 1);
	return right;
}

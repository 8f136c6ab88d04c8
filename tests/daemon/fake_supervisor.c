#include "tests/daemon/fake_supervisor.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "net/listing.h"
#include "net/mail.h"

struct supervisor {
	struct event_base *base;
	struct mailbox *box;
	struct settings *settings;
	struct findings *findings;
	struct book *book;
	struct event *work;
	struct admin_server *server;
	struct change *first, **last;
	struct login *logins, **last_login;
	struct change kept;
	struct actor actor;
	enum change_result fail;
	uint64_t next_id;
	unsigned checks, changed;
	bool hold_changes, hold_logins;
	supervisor_listed *listed;
	void *lister;
	bool closing;
	struct metrics_sum sum;
	struct worker_shared shared;
};

/* ---- what the tests ask */

static void
on_work(evutil_socket_t fd, short what, void *arg)
{
	static const struct listed *const nobody[1];
	struct supervisor *sup = arg;

	(void)fd;
	(void)what;
	supervisor_listed *listed = sup->listed;

	sup->listed = NULL;
	if (listed != NULL)
		listed(sup->closing ? NULL : nobody, 0, false, sup->lister);
	if (!sup->hold_changes)
		(void)fake_changes(sup);
	if (!sup->hold_logins)
		(void)fake_logins(sup);
}

static void
take(const struct mail *letter, void *arg)
{
	struct supervisor *sup = arg;
	struct login *login = letter->u.p;

	sup->checks++;
	login->next = NULL;
	*sup->last_login = login;
	sup->last_login = &login->next;
	event_active(sup->work, EV_TIMEOUT, 0);
}

struct supervisor *
fake_new(struct event_base *base)
{
	struct supervisor *sup = calloc(1, sizeof *sup);

	if (sup == NULL)
		abort();
	sup->base = base;
	sup->last = &sup->first;
	sup->last_login = &sup->logins;
	sup->box = mailbox_new(base, take, sup);
	sup->settings = settings_new();
	sup->findings = findings_new();
	sup->book = book_new();
	sup->work = event_new(base, -1, 0, on_work, sup);
	if (sup->box == NULL || sup->settings == NULL || sup->book == NULL ||
	    sup->work == NULL)
		abort();
	return sup;
}

void
fake_free(struct supervisor *sup)
{
	struct login *login;
	struct change *change;

	while ((login = sup->logins) != NULL) {
		sup->logins = login->next;
		login_free(login);
	}
	while ((change = sup->first) != NULL) {
		sup->first = change->next;
		change_free(change);
	}
	free(sup->kept.value);
	event_free(sup->work);
	mailbox_free(sup->box);
	settings_free(sup->settings);
	findings_free(sup->findings);
	book_free(sup->book);
	free(sup);
}

void
fake_serve(struct supervisor *sup, struct admin_server *server)
{
	sup->server = server;
}

uint64_t
fake_account(struct supervisor *sup, const char *name, const char *password,
    enum role role)
{
	struct account row = { .id = ++sup->next_id,
		.name = name,
		.name_len = (uint8_t)strlen(name),
		.hash = password,
		.role = role,
		.enabled = true };

	if (book_load(sup->book, &row, NULL) != 0)
		abort();
	return row.id;
}

void
fake_disable(struct supervisor *sup, uint64_t id)
{
	const struct account *a =
	    accounts_find_id(book_accounts(sup->book), id);
	struct account row = { .id = id,
		.name = a->name,
		.name_len = a->name_len,
		.hash = a->hash,
		.role = a->role };
	struct garbage *after;

	if (book_change(sup->book, &row, &after) != 0)
		abort();
	book_release(sup->book, after);
}

void
fake_hold(struct supervisor *sup, bool changes, bool logins)
{
	sup->hold_changes = changes;
	sup->hold_logins = logins;
	event_active(sup->work, EV_TIMEOUT, 0);
}

const struct change *
fake_last_change(const struct supervisor *sup)
{
	return &sup->kept;
}

const char *
fake_last_actor(const struct supervisor *sup)
{
	return sup->actor.text;
}

void
fake_fail(struct supervisor *sup, enum change_result result)
{
	sup->fail = result;
}

unsigned
fake_checks(const struct supervisor *sup)
{
	return sup->checks;
}

unsigned
fake_changed(const struct supervisor *sup)
{
	return sup->changed;
}

struct metrics_sum *
fake_metrics(struct supervisor *sup)
{
	return &sup->sum;
}

struct worker_shared *
fake_shared(struct supervisor *sup)
{
	return &sup->shared;
}

/* ---- the login thread's part: a "hash" is the password itself */

static bool
is_right(const struct login *login)
{
	return login->hash[0] != '\0' &&
	       strlen(login->hash) == login->password.len &&
	       memcmp(login->hash, login->password.bytes,
		   login->password.len) == 0;
}

size_t
fake_logins(struct supervisor *sup)
{
	struct login *login;
	size_t n = 0;

	while ((login = sup->logins) != NULL) {
		sup->logins = login->next;
		if (sup->logins == NULL)
			sup->last_login = &sup->logins;
		login->result = is_right(login) ? LOGIN_RIGHT : LOGIN_WRONG;
		if (login->result == LOGIN_WRONG)
			admin_server_suspect(sup->server, &login->source);
		admin_server_verdict(sup->server, login);
		n++;
	}
	return n;
}

/* ---- the store's and the supervisor's part */

static enum change_result
add(struct supervisor *sup, struct change *c)
{
	char password[256] = "";
	struct account row = { .id = ++sup->next_id,
		.name = c->name,
		.name_len = (uint8_t)strlen(c->name),
		.hash = password,
		.role = c->role,
		.enabled = c->enabled };
	struct garbage *after;

	memcpy(password, c->password.bytes, c->password.len);
	if (book_add(sup->book, &row, NULL, &after) != 0)
		return CHANGE_TAKEN;
	book_release(sup->book, after);
	return CHANGE_DONE;
}

static enum change_result
discard(struct supervisor *sup, struct change *c)
{
	const struct account *a =
	    accounts_find(book_accounts(sup->book), c->name, strlen(c->name));
	struct garbage *after;

	if (a == NULL)
		return CHANGE_MISSING;
	if (c->revision != 0 && c->revision != account_revision(a))
		return CHANGE_STALE;
	if (a->id == sup->actor.account ||
	    (a->role == ROLE_ADMIN && a->enabled &&
		accounts_admins(book_accounts(sup->book)) == 1))
		return CHANGE_REFUSED;
	c->account = a->id;
	if (book_remove(sup->book, a->id, &after) != 0)
		return CHANGE_FAILED;
	book_release(sup->book, after);
	admin_server_evict(sup->server, c->account);
	return CHANGE_DONE;
}

static enum change_result
alter(struct supervisor *sup, const struct change *c)
{
	const struct account *a =
	    accounts_find_id(book_accounts(sup->book), c->account);
	char password[256] = "";
	struct garbage *after;
	struct account row;

	if (a == NULL)
		return CHANGE_MISSING;
	if (c->revision != 0 && c->revision != account_revision(a))
		return CHANGE_STALE;
	row = account_columns(a);
	memcpy(password, c->password.bytes, c->password.len);
	if (c->kind == CHANGE_PASSWORD)
		row.hash = password;
	if (c->kind == CHANGE_RENAME)
		row.name = c->name;
	if (c->kind == CHANGE_RENAME)
		row.name_len = (uint8_t)strlen(c->name);
	if (c->kind == CHANGE_ROLE)
		row.role = c->role;
	if (c->kind == CHANGE_ENABLE)
		row.enabled = c->enabled;
	if (c->kind == CHANGE_LIMIT) {
		int id = column_find(c->key, strlen(c->key));
		char why[COLUMN_WHY];

		if (id < 0 || column_parse((enum column_id)id, c->value,
				  &row.own[id], why) != 0)
			return CHANGE_INVALID;
	}
	if (book_change(sup->book, &row, &after) != 0)
		return CHANGE_TAKEN;
	book_release(sup->book, after);
	return CHANGE_DONE;
}

static enum change_result
carry_out(struct supervisor *sup, struct change *c)
{
	if (sup->fail != CHANGE_DONE)
		return sup->fail;
	if (c->kind == CHANGE_ADD)
		return add(sup, c);
	if (c->kind == CHANGE_REMOVE)
		return discard(sup, c);
	if (c->kind == CHANGE_PASSWORD || c->kind == CHANGE_RENAME ||
	    c->kind == CHANGE_ROLE || c->kind == CHANGE_ENABLE ||
	    c->kind == CHANGE_LIMIT)
		return alter(sup, c);
	if (c->kind == CHANGE_RESTORE)
		return CHANGE_MISSING; /* it keeps nothing */
	if (c->kind == CHANGE_FORGET)
		return CHANGE_DONE;
	if (c->kind == CHANGE_UNSET)
		return settings_unset(sup->settings, ORIGIN_RUNTIME, c->key) ==
			       0
			   ? CHANGE_DONE
			   : CHANGE_MISSING;
	return settings_set(
		   sup->settings, ORIGIN_RUNTIME, c->key, c->value, c->why) == 0
		   ? CHANGE_DONE
		   : CHANGE_INVALID;
}

size_t
fake_changes(struct supervisor *sup)
{
	struct change *c;
	size_t n = 0;

	while ((c = sup->first) != NULL) {
		sup->first = c->next;
		if (sup->first == NULL)
			sup->last = &sup->first;
		c->result = carry_out(sup, c);
		free(sup->kept.value);
		sup->kept = *c;
		if (c->done != NULL)
			c->done(c, c->arg);
		free(c);
		n++;
	}
	return n;
}

/* ---- supervisor.h */

int
supervisor_change(struct supervisor *sup, struct change *c,
    const struct actor *actor, void (*done)(struct change *, void *), void *arg)
{
	sup->changed++;
	sup->actor = *actor;
	c->done = done;
	c->arg = arg;
	c->next = NULL;
	*sup->last = c;
	sup->last = &c->next;
	event_active(sup->work, EV_TIMEOUT, 0);
	return 0;
}

void
supervisor_forget(struct supervisor *sup, void *arg)
{
	for (struct change *c = sup->first; c != NULL; c = c->next)
		if (c->arg == arg)
			c->done = NULL;
	if (sup->lister == arg)
		sup->listed = NULL;
}

const struct accounts *
supervisor_accounts(const struct supervisor *sup)
{
	return book_accounts(sup->book);
}

const struct settings *
supervisor_settings(const struct supervisor *sup)
{
	return sup->settings;
}

const struct findings *
supervisor_findings(const struct supervisor *sup)
{
	return sup->findings;
}

struct addr
supervisor_listen_addr(const struct supervisor *sup, size_t i)
{
	(void)sup;
	(void)i;
	return (struct addr){ 0 };
}

const struct rules *
supervisor_rules(const struct supervisor *sup)
{
	(void)sup;
	return NULL;
}

size_t
supervisor_account_list(const struct supervisor *sup, const char *after,
    const struct account *list[], size_t n)
{
	return book_list(sup->book, after, list, n);
}

void
supervisor_metrics(const struct supervisor *sup, struct metrics_sum *sum)
{
	*sum = sup->sum;
}

const struct worker_shared *
supervisor_shared(const struct supervisor *sup)
{
	return &sup->shared;
}

size_t
supervisor_workers(const struct supervisor *sup)
{
	(void)sup;
	return 1;
}

void
supervisor_worker_metrics(
    const struct supervisor *sup, size_t i, struct metrics_sum *sum)
{
	(void)i;
	*sum = sup->sum;
}

void
supervisor_histogram(const struct supervisor *sup, enum histogram_id id,
    struct histogram_sum *sum)
{
	(void)sup;
	(void)id;
	*sum = (struct histogram_sum){ 0 };
}

void
supervisor_worker_lag(
    const struct supervisor *sup, size_t worker, struct histogram_sum *sum)
{
	supervisor_histogram(sup, (enum histogram_id)worker, sum);
}

uint64_t
supervisor_worker_cpu_us(const struct supervisor *sup, size_t worker)
{
	(void)sup;
	(void)worker;
	return 0;
}

/* There are none. */
int
supervisor_sessions(struct supervisor *sup, const struct listing_ask *ask,
    supervisor_listed *done, void *arg)
{
	sup->closing = ask->close;
	sup->listed = done;
	sup->lister = arg;
	event_active(sup->work, EV_TIMEOUT, 0);
	return 0;
}

void
supervisor_kick(
    struct supervisor *sup, uint64_t session, const struct actor *actor)
{
	(void)sup;
	(void)session;
	(void)actor;
}

void
supervisor_kick_user(
    struct supervisor *sup, const struct account *a, const struct actor *actor)
{
	(void)sup;
	(void)a;
	(void)actor;
}

void
supervisor_watch(struct supervisor *sup, bool on)
{
	(void)sup;
	(void)on;
}

uint64_t
log_dropped(void)
{
	return 0;
}

uint64_t
supervisor_started_ms(const struct supervisor *sup)
{
	(void)sup;
	return 0;
}

uint64_t
supervisor_revision(const struct supervisor *sup)
{
	return 1 + sup->changed;
}

bool
supervisor_open(const struct supervisor *sup)
{
	(void)sup;
	return true;
}

bool
supervisor_authentication(const struct supervisor *sup)
{
	(void)sup;
	return true;
}

struct mailbox *
supervisor_login_box(const struct supervisor *sup)
{
	return sup->box;
}

/* ---- the log: nobody reads it here */

bool
log_wanted(enum log_level level)
{
	return level <= LOG_LEVEL_WARN && getenv("LOG") != NULL;
}

void
log_line(enum log_level level, const char *tag, const char *event,
    const char *format, ...)
{
	va_list args;

	fprintf(stderr, "%d %s %s ", (int)level, tag, event);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

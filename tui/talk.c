#include "tui/talk.h"

#include <errno.h>
#include <event2/event.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/paths.h"
#include "base/text.h"
#include "ctl/password.h"
#include "tui/update.h"

int
talk_complain(int status, const char *what, const char *why)
{
	char safe[600], reason[600];

	(void)text_show(safe, sizeof safe, what, strlen(what));
	(void)text_show(reason, sizeof reason, why, strlen(why));
	fprintf(stderr, "socks5tui: %s%s%s\n", safe, *why == '\0' ? "" : ": ",
	    reason);
	return status;
}

/* ---- the connection */

int
talk_gone(int status, const char *endpoint, const char *why)
{
	char usual[PATHS_TEXT];

	/* What cannot be reached is named there already. */
	if (strstr(why, endpoint) == NULL)
		return talk_complain(status, endpoint, why);
	paths_admin(usual, true);
	return talk_complain(status, why,
	    strcmp(endpoint, usual) == 0
		? "is socks5d running? -s names another endpoint"
		: "");
}

static void
on_changed(struct client *client, enum client_state state, void *arg)
{
	struct talk *t = arg;

	if (client != t->client || t->waiting)
		return;
	if (t->changed != NULL)
		t->changed(t, state, t->arg);
	else if (state == CLIENT_DOWN)
		(void)event_base_loopbreak(t->base); /* of talk_rest() */
}

static void
on_told(struct client *client, enum admin_event event,
    const union admin_event_record *record, void *arg)
{
	struct talk *t = arg;

	if (client == t->client && t->told != NULL)
		t->told(t, event, record, t->arg);
}

void
talk_again(struct talk *t)
{
	client_close(t->client);
	t->client = client_open(t->base, &t->config);
}

/* Run the loop until all is answered; false: the connection is lost. */
static bool
wait(struct talk *t)
{
	bool up;

	t->waiting = true;
	up = client_wait(t->client) == 0;
	t->waiting = false;
	return up;
}

/* One that watches regular files too, for commands from one. */
static struct event_base *
new_base(void)
{
	struct event_config *config = event_config_new();
	struct event_base *base;

	if (config == NULL)
		return NULL;
	(void)event_config_require_features(config, EV_FEATURE_FDS);
	base = event_base_new_with_config(config);
	event_config_free(config);
	return base;
}

int
talk_password(struct console_options *o)
{
	char prompt[300];

	if (!console_needs_login(o))
		return CONSOLE_OK;
	(void)snprintf(prompt, sizeof prompt, "password of %.200s: ", o->user);
	if (*o->user != '\0' && password_ask(&o->password, prompt, false) == 0)
		return CONSOLE_OK;
	return talk_complain(CONSOLE_USAGE, o->endpoint,
	    "needs -U and --password-file or SOCKS5_PASSWORD");
}

int
talk_open(struct talk *t, struct console_options *o)
{
	const char *why = "bad endpoint";

	*t = (struct talk){ .read_only = o->read_only };
	t->config = (struct client_config){
		.user = o->user,
		.password = o->password,
		.extended = !o->base,
		.changed = on_changed,
		.told = on_told,
		.arg = t,
	};
	secret_wipe(&o->password);
	t->base = new_base();
	if (t->base == NULL)
		return talk_complain(CONSOLE_LOST, "no event loop", "");
	if (!endpoint_parse(&t->config.endpoint, o->endpoint, &why))
		return talk_complain(CONSOLE_USAGE, o->endpoint, why);
	talk_again(t);
	if (t->client == NULL)
		return talk_complain(CONSOLE_LOST, "out of memory", "");
	if (wait(t))
		return CONSOLE_OK;
	return talk_gone(client_end(t->client) == CLIENT_REFUSED
			     ? CONSOLE_REFUSED
			     : CONSOLE_LOST,
	    o->endpoint, client_why(t->client));
}

static void
on_rested(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)event_base_loopbreak(arg);
}

/* Whoever breaks the loop before must not leave an alarm for the next rest. */
static void
rest(struct talk *t, uint64_t ms)
{
	struct timeval tv = { (time_t)(ms / 1000),
		(suseconds_t)(ms % 1000 * 1000) };
	struct event *alarm = evtimer_new(t->base, on_rested, t->base);

	if (alarm == NULL || event_add(alarm, &tv) != 0)
		(void)event_base_loopexit(t->base, &tv);
	(void)event_base_dispatch(t->base);
	if (alarm != NULL)
		event_free(alarm);
}

int
talk_rest(struct talk *t, const char *endpoint, uint64_t ms)
{
	rest(t, ms);
	if (client_state(t->client) == CLIENT_UP)
		return CONSOLE_OK;
	return talk_gone(CONSOLE_LOST, endpoint, client_why(t->client));
}

int
talk_find(struct talk *t, const char *endpoint)
{
	(void)talk_complain(CONSOLE_LOST, endpoint, "trying to connect again");
	for (unsigned failures = 0;; failures++) {
		rest(t, update_backoff(failures, clock_ms()));
		talk_again(t);
		if (t->client == NULL)
			continue;
		if (wait(t)) {
			(void)talk_complain(
			    CONSOLE_OK, endpoint, "connected again");
			return CONSOLE_OK;
		}
		if (client_end(t->client) == CLIENT_REFUSED)
			return talk_gone(
			    CONSOLE_REFUSED, endpoint, client_why(t->client));
	}
}

void
talk_close(struct talk *t)
{
	client_close(t->client);
	if (t->base != NULL)
		event_base_free(t->base);
	secret_wipe(&t->config.password);
	*t = (struct talk){ 0 };
}

/* ---- one command */

static bool ask(struct talk *, size_t i);

static void
on_answer(const struct client_answer *a, void *arg)
{
	struct talk *t = arg;
	struct job *job = t->job;
	const struct admin_command *c = &admin_commands[a->id];

	if (a->status == ADMIN_LOST) {
		t->status = CONSOLE_LOST;
		return;
	}
	if (a->status != ADMIN_OK)
		t->status = talk_complain(CONSOLE_NO, job->line, a->why);
	else if (c->many)
		t->printer->page(t->printer, c->answer, a->rows, a->count);
	else if (a->count == 1)
		memcpy(&job->items[job->answered].answer, a->rows,
		    c->answer->size);
	if (job->paged && a->status == ADMIN_OK &&
	    client_next(a, &job->request)) {
		(void)ask(t, 0);
		return;
	}
	if (++job->answered == job->count && a->status == ADMIN_OK && !c->many)
		t->printer->figures(t->printer, job);
}

static bool
ask(struct talk *t, size_t i)
{
	struct job *job = t->job;

	return client_ask(t->client, job->items[i].id,
		   job->count == 1 ? &job->request : NULL, on_answer, t) == 0;
}

/* What this server can do of it; NULL: nothing, and that is told. */
static struct job *
translate(struct talk *t, struct job *job)
{
	bool extended = client_hello(t->client) != NULL;
	struct job *base = job->base;

	if (!extended && base != NULL) {
		job->base = NULL;
		job_free(job);
		job = base;
	}
	if (client_knows(t->client, job->items[0].id))
		return job;
	t->status = talk_complain(CONSOLE_NO, job->line,
	    extended ? "this server is too old for it"
		     : "not in the base protocol, and this server has no "
		       "other");
	job_free(job);
	return NULL;
}

static int
take_secret(struct talk_printer *printer, struct job *job)
{
	struct secret *secret =
	    (void *)((char *)&job->request + job->secret->offset);
	char prompt[600];

	if (printer->secret != NULL)
		return printer->secret(printer, job->line, secret);
	if (!isatty(STDIN_FILENO))
		return password_read(secret, stdin);
	(void)snprintf(
	    prompt, sizeof prompt, "new password (%.500s): ", job->line);
	return password_ask(secret, prompt, true);
}

/* May it be done, and is all there that it needs? */
static bool
ready(struct talk *t, struct job *job, struct talk_printer *printer)
{
	int err = 0;

	t->change = admin_commands[job->items[0].id].need == ADMIN_CHANGE;
	if (t->read_only && t->change) {
		t->status = talk_complain(CONSOLE_NO, job->line,
		    "changes nothing: started with --read-only");
		return false;
	}
	if (job->secret != NULL)
		err = take_secret(printer, job);
	if (err == 0)
		return true;
	t->status = talk_complain(CONSOLE_USAGE, job->line,
	    err == -EINVAL ? "a password has 1 to 255 octets, the same twice"
			   : strerror(-err));
	return false;
}

static void
converse(struct talk *t)
{
	bool up = true;

	for (size_t i = 0; up && i < t->job->count; i++)
		up = ask(t, i);
	if (!up || !wait(t))
		t->status = talk_complain(
		    CONSOLE_LOST, t->job->line, client_why(t->client));
}

int
talk_do(
    struct talk *t, char *const words[], size_t n, struct talk_printer *printer)
{
	char why[JOB_WHY];
	struct job *job = job_new(
	    words, n, t->config.extended ? ADMIN_EXTENDED : ADMIN_BASE, why);

	if (job == NULL)
		return talk_complain(CONSOLE_USAGE, why, "");
	t->status = CONSOLE_OK;
	t->printer = printer;
	if (t->client == NULL || client_state(t->client) != CLIENT_UP)
		t->status = talk_complain(
		    CONSOLE_LOST, job->line, "there is no connection now");
	else if (ready(t, job, printer) && (job = translate(t, job)) != NULL) {
		t->job = job;
		converse(t);
	}
	job_free(job);
	return t->status;
}

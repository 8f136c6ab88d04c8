#include "tui/feed.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "client/client.h"

enum {
	BASE_USERS = 255,
	PAGES_MOST = 1024, /* of one list; a server that has more is not read on
			    */
	PAGES_TYPED = 20,  /* of one that somebody typed for, and looks at */
};

/* What an answer belongs to. */
struct asked {
	struct feed *feed;
	unsigned tag;
	struct layout_text name;
	uint64_t us;                 /* when a change was asked for */
	unsigned pages;              /* of a list that was typed for */
	union admin_request request; /* for the next of them */
};

/* A list that is being read. */
struct paging {
	struct feed *feed;
	bool out;
	unsigned pages;
	union admin_request request; /* for the next page */
};

struct feed {
	struct event_base *base;
	struct client *client;
	struct client_config config;
	char user[FIELD_MOST + 1];
	void (*happened)(struct event *, void *arg);
	void *arg;

	size_t left; /* answers of the flight not yet here */
	bool whole;  /* none of them was lost */
	uint64_t asked_us, first_us;
	struct asked numbers; /* of the flight */
	struct asked users[BASE_USERS];
	struct asked changes[MODEL_WRITES];
	struct paging paging[ADMIN_COMMANDS];
};

static const enum admin_id figures[] = {
	ADMIN_total_connections,
	ADMIN_connections,
	ADMIN_peak_connections,
	ADMIN_sent_bytes,
	ADMIN_received_bytes,
	ADMIN_users_connected,
	ADMIN_users,
	ADMIN_get_buffer_size,
	ADMIN_get_selector_timeout,
	ADMIN_get_connection_timeout,
};

/* The clock of clock_ms(), finer: a round trip may take less than that. */
static uint64_t
now_us(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

struct feed *
feed_open(struct event_base *base, bool extended,
    void (*happened)(struct event *, void *arg), void *arg)
{
	struct feed *f = calloc(1, sizeof *f);

	if (f == NULL)
		return NULL;
	f->base = base;
	f->config.extended = extended;
	f->happened = happened;
	f->arg = arg;
	f->numbers.feed = f;
	for (int i = 0; i < BASE_USERS; i++)
		f->users[i].feed = f;
	for (unsigned i = 0; i < MODEL_WRITES; i++)
		f->changes[i] = (struct asked){ .feed = f, .tag = i };
	for (int i = 0; i < ADMIN_COMMANDS; i++)
		f->paging[i].feed = f;
	return f;
}

static void
hang_up(struct feed *f)
{
	client_close(f->client);
	f->client = NULL;
	f->left = 0;
	for (int i = 0; i < ADMIN_COMMANDS; i++)
		f->paging[i].out = false;
}

static void
on_changed(struct client *client, enum client_state state, void *arg)
{
	struct feed *f = arg;
	struct event e = { .kind = EVENT_UP };
	bool knows[ADMIN_COMMANDS];
	char why[160];

	if (client != f->client)
		return;
	e.hello = client_hello(client);
	e.knows = knows;
	for (int i = 0; i < ADMIN_COMMANDS; i++)
		knows[i] = client_knows(client, (enum admin_id)i);
	if (state == CLIENT_DOWN) {
		e.kind = EVENT_DOWN;
		e.refused = client_end(client) == CLIENT_REFUSED;
		strncpy(why, client_why(client), sizeof why - 1);
		why[sizeof why - 1] = '\0';
		e.why = why;
		hang_up(f);
	}
	f->happened(&e, f->arg);
}

void
feed_again(struct feed *f)
{
	struct event e = { .kind = EVENT_DOWN, .why = "out of memory" };

	hang_up(f);
	f->client = client_open(f->base, &f->config);
	if (f->client == NULL)
		f->happened(&e, f->arg);
}

bool
feed_connect(struct feed *f, const char *endpoint, const char *user,
    const struct secret *password, const char **why)
{
	struct endpoint where;

	if (!endpoint_parse(&where, endpoint, why))
		return false;
	strncpy(f->user, user, sizeof f->user - 1);
	f->config = (struct client_config){
		.endpoint = where,
		.user = f->user,
		.password = *password,
		.extended = f->config.extended,
		.changed = on_changed,
		.arg = f,
	};
	feed_again(f);
	return true;
}

/* The one number of an answer that has one. */
static uint64_t
number(const struct client_answer *a)
{
	const struct layout *layout = admin_commands[a->id].answer;

	if (a->count != 1 || layout->nfields != 1 ||
	    layout->fields[0].kind >= LAYOUT_TEXT)
		return 0;
	return layout_number(&layout->fields[0], a->rows);
}

static void
landed(struct feed *f)
{
	uint64_t took = f->first_us - f->asked_us;
	struct event e = {
		.kind = EVENT_POLLED,
		.rtt_ms = (double)took / 1000.0,
		.at = (f->asked_us + took / 2) / 1000,
	};

	if (f->whole)
		f->happened(&e, f->arg);
}

static void
on_figure(const struct client_answer *a, void *arg)
{
	struct asked *asked = arg;
	struct feed *f = asked->feed;
	struct event e = {
		.kind = EVENT_ANSWER,
		.id = a->id,
		.status = a->status,
		.name = &asked->name,
	};

	if (f->first_us == 0)
		f->first_us = now_us();
	if (a->status == ADMIN_LOST)
		f->whole = false;
	if (a->status == ADMIN_OK) {
		e.rows = a->rows;
		e.count = a->count;
		e.value = number(a);
	}
	f->happened(&e, f->arg);
	if (f->left > 0 && --f->left == 0)
		landed(f);
}

static void
ask(struct feed *f, enum admin_id id, const void *request, struct asked *asked)
{
	if (client_ask(f->client, id, request, on_figure, asked) == 0)
		f->left++;
}

static void
ask_sessions(struct feed *f, const struct users *users)
{
	struct admin_user_name request = { 0 };

	for (size_t i = 0; i < users->page.n && i < BASE_USERS; i++) {
		f->users[i].name = users->page.all[i].name;
		request.name = users->page.all[i].name;
		ask(f, ADMIN_user_connections, &request, &f->users[i]);
	}
}

static void
poll(struct feed *f, const struct effect *what, const struct users *users)
{
	if (f->client == NULL || f->left > 0)
		return;
	f->asked_us = now_us();
	f->first_us = 0;
	f->whole = true;
	if (client_hello(f->client) != NULL) {
		ask(f, ADMIN_status, NULL, &f->numbers);
		return;
	}
	for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
		ask(f, figures[i], NULL, &f->numbers);
	if (what->sessions)
		ask_sessions(f, users);
}

/* ---- lists */

/* Ask for the page behind this one; false: there is none. */
static void on_page(const struct client_answer *, void *arg);

static bool
ask_on(struct paging *r, const struct client_answer *a)
{
	return a->status == ADMIN_OK && ++r->pages < PAGES_MOST &&
	       client_next(a, &r->request) &&
	       client_ask(r->feed->client, a->id, &r->request, on_page, r) == 0;
}

static void
on_page(const struct client_answer *a, void *arg)
{
	struct paging *r = arg;
	struct event e = {
		.kind = EVENT_ANSWER,
		.id = a->id,
		.status = a->status,
		.rows = a->rows,
		.count = a->count,
		.first = r->pages == 0,
	};

	r->out = e.more = ask_on(r, a);
	r->feed->happened(&e, r->feed->arg);
}

static void
read_list(struct feed *f, const struct effect *what)
{
	struct paging *r = &f->paging[what->id];
	struct event e = {
		.kind = EVENT_ANSWER,
		.id = what->id,
		.status = ADMIN_LOST,
	};

	if (r->out)
		return;
	r->request = what->request;
	r->pages = 0;
	r->out = f->client != NULL &&
		 client_ask(f->client, what->id, &r->request, on_page, r) == 0;
	if (!r->out)
		f->happened(&e, f->arg);
}

/* ---- changes */

static void on_change(const struct client_answer *, void *arg);

/* Ask for the page behind this one; false: it was the last, or *cut. */
static bool
change_on(struct asked *asked, const struct client_answer *a, bool *cut)
{
	if (!admin_commands[a->id].many || a->status != ADMIN_OK ||
	    !client_next(a, &asked->request))
		return false;
	*cut = ++asked->pages == PAGES_TYPED;
	return !*cut && client_ask(asked->feed->client, a->id, &asked->request,
			    on_change, asked) == 0;
}

static void
on_change(const struct client_answer *a, void *arg)
{
	struct asked *asked = arg;
	struct event e = {
		.kind = EVENT_DONE,
		.id = a->id,
		.status = a->status,
		.tag = asked->tag,
		.why = a->why,
		.rows = a->rows,
		.count = a->count,
		.rtt_ms = (double)(now_us() - asked->us) / 1000.0,
	};
	bool cut = false;

	e.more = change_on(asked, a, &cut);
	e.value = cut;
	asked->feed->happened(&e, asked->feed->arg);
}

static void
change(struct feed *f, const struct effect *what)
{
	struct event e = {
		.kind = EVENT_DONE,
		.id = what->id,
		.status = ADMIN_LOST,
		.tag = what->tag,
	};

	f->changes[what->tag].pages = 0;
	f->changes[what->tag].us = now_us();
	if (admin_commands[what->id].many) /* others may hold a password */
		f->changes[what->tag].request = what->request;
	if (f->client == NULL || client_ask(f->client, what->id, &what->request,
				     on_change, &f->changes[what->tag]) != 0)
		f->happened(&e, f->arg);
}

bool
feed_do(struct feed *f, const struct effect *what, const struct users *users)
{
	switch (what->kind) {
	case EFFECT_POLL:
		poll(f, what, users);
		return true;
	case EFFECT_READ:
		read_list(f, what);
		return true;
	case EFFECT_ASK:
		change(f, what);
		return true;
	default:
		return false;
	}
}

void
feed_close(struct feed *f)
{
	if (f == NULL)
		return;
	hang_up(f);
	secret_wipe(&f->config.password);
	free(f);
}

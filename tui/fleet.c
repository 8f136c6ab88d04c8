#include "tui/fleet.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "client/client.h"

enum { CONNECT_MS = 5000, AGAIN_MS = 5000 };

struct ship {
	struct fleet *fleet;
	unsigned number;
	struct client *client;
	bool asked;
	uint64_t down_at;
	struct node_news news;
};

struct fleet {
	struct event_base *base;
	struct nodes nodes;
	struct secret password;
	bool extended;
	void (*happened)(struct event *, void *arg);
	void *arg;
	struct ship ships[NODES_MOST];
};

struct fleet *
fleet_open(struct event_base *base, const struct nodes *nodes,
    const struct secret *password, bool extended,
    void (*happened)(struct event *, void *arg), void *arg)
{
	struct fleet *f = calloc(1, sizeof *f);

	if (f == NULL)
		return NULL;
	f->base = base;
	f->nodes = *nodes;
	f->password = *password;
	f->extended = extended;
	f->happened = happened;
	f->arg = arg;
	for (unsigned i = 0; i < NODES_MOST; i++) {
		f->ships[i].fleet = f;
		f->ships[i].number = i;
	}
	return f;
}

static void
tell(struct ship *s, enum node_state state, const char *why)
{
	struct event e = {
		.kind = EVENT_NODE,
		.tag = s->number,
		.node = &s->news,
		.why = why,
	};

	s->news.state = state;
	s->fleet->happened(&e, s->fleet->arg);
}

static void
on_changed(struct client *client, enum client_state state, void *arg)
{
	struct ship *s = arg;
	bool refused = client_end(client) == CLIENT_REFUSED;
	char why[160];

	if (client != s->client || state != CLIENT_DOWN)
		return;
	strncpy(why, client_why(client), sizeof why - 1);
	why[sizeof why - 1] = '\0';
	client_close(client);
	s->client = NULL;
	s->asked = false;
	s->down_at = clock_ms();
	tell(s, refused ? NODE_LOGIN : NODE_DOWN, why);
}

static void
set_sail(struct ship *s)
{
	const struct node *node = &s->fleet->nodes.all[s->number];
	struct client_config config = {
		.user = node->user,
		.connect_ms = CONNECT_MS,
		.extended = s->fleet->extended,
		.changed = on_changed,
		.arg = s,
	};
	const char *why;

	if (s->down_at != 0 && clock_ms() - s->down_at < AGAIN_MS)
		return;
	if (node->user[0] != '\0' && s->fleet->password.len == 0) {
		tell(s, NODE_LOGIN, "wants a password: Enter logs in");
		return;
	}
	if (node->user[0] != '\0')
		config.password = s->fleet->password;
	if (endpoint_parse(&config.endpoint, node->endpoint, &why))
		s->client = client_open(s->fleet->base, &config);
	secret_wipe(&config.password);
}

/* ---- figures: one answer of the extension, or four of the base protocol */

static void
on_overview(const struct client_answer *a, void *arg)
{
	struct ship *s = arg;
	const struct admin_overview *o = a->rows;

	s->asked = false;
	if (a->status != ADMIN_OK || a->count != 1)
		return;
	s->news.sessions = o->sessions;
	s->news.most = o->most;
	s->news.up = o->up;
	s->news.down = o->down;
	s->news.stopped = o->running == 0;
	s->news.at = clock_ms();
	tell(s, NODE_UP, "");
}

static void
on_figure(const struct client_answer *a, void *arg)
{
	struct ship *s = arg;
	const struct layout *t = admin_commands[a->id].answer;
	uint64_t value;

	if (a->status != ADMIN_OK || a->count != 1) {
		s->asked = false;
		return;
	}
	value = layout_number(&t->fields[0], a->rows);
	if (a->id == ADMIN_connections) {
		s->news.sessions = value;
	} else if (a->id == ADMIN_received_bytes) {
		s->news.up = value;
	} else { /* the last one */
		s->news.down = value;
		s->news.at = clock_ms();
		s->asked = false;
		tell(s, NODE_UP, "");
	}
}

static void
ask(struct ship *s)
{
	static const enum admin_id base[] = { ADMIN_connections,
		ADMIN_received_bytes, ADMIN_sent_bytes };

	if (s->asked || client_state(s->client) != CLIENT_UP)
		return;
	s->asked = true;
	if (client_hello(s->client) != NULL) {
		s->asked = client_ask(s->client, ADMIN_status, NULL,
			       on_overview, s) == 0;
		return;
	}
	for (size_t i = 0; i < sizeof base / sizeof *base; i++)
		if (client_ask(s->client, base[i], NULL, on_figure, s) != 0)
			s->asked = false;
}

void
fleet_poll(struct fleet *f)
{
	for (unsigned i = 0; i < f->nodes.n; i++)
		if (f->ships[i].client == NULL)
			set_sail(&f->ships[i]);
		else
			ask(&f->ships[i]);
}

void
fleet_rest(struct fleet *f)
{
	for (unsigned i = 0; i < f->nodes.n; i++) {
		client_close(f->ships[i].client);
		f->ships[i].client = NULL;
		f->ships[i].asked = false;
		f->ships[i].down_at = 0;
	}
}

const struct secret *
fleet_password(const struct fleet *f)
{
	return &f->password;
}

void
fleet_close(struct fleet *f)
{
	if (f == NULL)
		return;
	fleet_rest(f);
	secret_wipe(&f->password);
	free(f);
}

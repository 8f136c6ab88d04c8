#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tui/act.h"

void
model_nodes(struct model *m, const struct nodes *nodes)
{
	m->nnodes = nodes->n;
	for (unsigned i = 0; i < nodes->n; i++) {
		struct node_row *row = &m->node_rows[i];

		*row = (struct node_row){
			.node = nodes->all[i], .up_rate = NAN, .down_rate = NAN
		};
	}
}

static double
growth(uint64_t was, uint64_t is, uint64_t ms)
{
	return is < was || ms == 0 ? NAN
				   : (double)(is - was) * 1000 / (double)ms;
}

/* All that are up, together. */
static void
sum(struct model *m)
{
	double up = 0, down = 0;

	m->fleet_sessions = 0;
	m->fleet_up = 0;
	for (unsigned i = 0; i < m->nnodes; i++) {
		const struct node_row *row = &m->node_rows[i];

		if (row->news.state != NODE_UP)
			continue;
		m->fleet_up++;
		m->fleet_sessions += row->news.sessions;
		up += isnan(row->up_rate) ? 0 : row->up_rate;
		down += isnan(row->down_rate) ? 0 : row->down_rate;
	}
	ring_add(&m->fleet[0], m->now, m->now, up);
	ring_add(&m->fleet[1], m->now, m->now, down);
}

void
node_told(struct model *m, const struct event *e)
{
	struct node_row *row;
	uint64_t ms;

	if (e->tag >= m->nnodes || e->node == NULL)
		return;
	row = &m->node_rows[e->tag];
	ms = e->node->at - row->news.at;
	if (row->news.at != 0 && e->node->at > row->news.at) {
		row->up_rate = growth(row->news.up, e->node->up, ms);
		row->down_rate = growth(row->news.down, e->node->down, ms);
	}
	row->news = *e->node;
	(void)snprintf(row->why, sizeof row->why, "%s", e->why);
	if (row->news.state != NODE_UP)
		row->up_rate = row->down_rate = NAN;
	sum(m);
}

/* Away to that daemon; if it wants a password that is not known, that is asked
 * for.
 */
static void
go_there(struct model *m, unsigned number, struct effects *fx)
{
	const struct node *node;
	struct layout_text user;
	bool login;

	if (number >= m->nnodes)
		return;
	node = &m->node_rows[number].node;
	login = node->user[0] != '\0';
	m->at_node = number;
	if (m->view == VIEW_NODES)
		m->view = VIEW_DASH;
	if (login && m->node_rows[number].news.state != NODE_UP) {
		act_form_open_connect(m, NULL);
		field_set(&m->form.fields[0], node->endpoint);
		field_set(&m->form.fields[1], node->user);
		m->form.focus = 2;
		act_form_check(m);
		return;
	}
	(void)snprintf(
	    m->link.endpoint, sizeof m->link.endpoint, "%s", node->endpoint);
	layout_text_set(&user, node->user, strlen(node->user));
	model_safe(m->link.user, &user);
	(void)effects_add(fx, EFFECT_CONNECT);
	(void)snprintf(fx->endpoint, sizeof fx->endpoint, "%s", node->endpoint);
	(void)snprintf(fx->user, sizeof fx->user, "%s", node->user);
	fx->known = login;
	m->link.state = LINK_CONNECTING;
	m->link.was_up = false;
	m->link.since = m->now;
	m->link.retry_at = 0;
	m->link.failures = 0;
	poll_end(m);
	model_forget(m);
	model_say(m, LEVEL_INFO, "Connecting to %s...", node->name);
}

void
act_node(struct model *m, enum action action, struct effects *fx)
{
	if (m->nnodes == 0)
		model_say(m, LEVEL_INFO,
		    "No daemon has a name: socks5tui --save NAME gives one.");
	else if (action == ACTION_NODE_GO)
		go_there(m, (unsigned)m->lists[VIEW_NODES].row, fx);
	else if (action == ACTION_NODE_NEXT)
		go_there(m, (m->at_node + 1) % m->nnodes, fx);
}

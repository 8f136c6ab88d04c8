#include <stdio.h>
#include <string.h>

#include "tui/act.h"

const struct server_row server_rows[SERVER_ROWS] = {
#define SERVER(id, key, label, word, confirm, needs) \
	[SERVER_##id] = { key, label, word, confirm, needs },
#include "tui/server.def"
};

void
server_open(struct model *m)
{
	m->overlay = OVERLAY_MENU;
	m->menu_row =
	    m->live.known[FIGURE_RUNNING] && m->live.value[FIGURE_RUNNING] == 0
		? SERVER_START
		: SERVER_DRAIN;
}

static void
start(struct model *m, struct effects *fx)
{
	struct effect *e;
	struct write *w = act_write(m, ADMIN_set_running, fx, &e);

	if (w == NULL)
		return;
	e->request.set_running.running = 1;
	(void)snprintf(w->now, sizeof w->now, "on");
	w->undoable = true;
	w->inverse = ADMIN_set_running;
}

void
server_choose(struct model *m, int row, struct effects *fx)
{
	const struct server_row *r = &server_rows[row];
	struct target t = { 0 };

	m->overlay = OVERLAY_NONE;
	if (!act_may_write(m) || !act_knows(m, r->needs))
		return;
	if (row == SERVER_START) {
		start(m, fx);
		return;
	}
	confirm_open(m, r->confirm);
	m->confirm.word = r->word;
	(void)confirm_add(m, &t);
}

/* Stopping takes two steps: no new clients first, then those that are here. */
void
server_confirmed(struct model *m, enum confirm_kind kind, struct effects *fx)
{
	enum admin_id id =
	    kind == CONFIRM_RESET ? ADMIN_reset : ADMIN_set_running;
	struct effect *e;
	struct write *w = act_write(m, id, fx, &e);

	if (w == NULL)
		return;
	if (kind == CONFIRM_STOP) {
		(void)snprintf(w->now, sizeof w->now, "off");
		w->undoable = true;
		w->inverse = ADMIN_set_running;
		w->undo.set_running.running = 1;
	}
	if (kind != CONFIRM_STOP_ALL)
		return;
	(void)snprintf(w->now, sizeof w->now, "off");
	w = act_write(m, ADMIN_session_kill_all, fx, &e);
	if (w != NULL) /* a filter is needed; every client has a port */
		layout_text_set(&e->request.session_kill_all.filter, ":", 1);
}

void
menu_key(struct model *m, struct key k, struct effects *fx)
{
	enum action action =
	    k.pasted ? ACTION_NONE : keys_find(IN_MENU, k.code);

	if (action == ACTION_MENU_DOWN)
		m->menu_row = (m->menu_row + 1) % SERVER_ROWS;
	else if (action == ACTION_MENU_UP)
		m->menu_row = (m->menu_row + SERVER_ROWS - 1) % SERVER_ROWS;
	else if (action == ACTION_MENU_RUN)
		server_choose(m, m->menu_row, fx);
	else if (action == ACTION_MENU_CLOSE)
		m->overlay = OVERLAY_NONE;
	for (int i = 0; action == ACTION_NONE && i < SERVER_ROWS; i++)
		if (k.code == (uint32_t)server_rows[i].key) {
			server_choose(m, i, fx);
			return;
		}
}

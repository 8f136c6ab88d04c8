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

static bool
turn(struct model *m, bool on, struct effects *fx)
{
	struct admin_running r = { .running = on };

	return act_send(m, ADMIN_set_running, &r, fx) != NULL;
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
		if (m->live.known[FIGURE_RUNNING] &&
		    m->live.value[FIGURE_RUNNING] != 0)
			model_say(m, LEVEL_INFO, "It takes clients already.");
		else
			(void)turn(m, true, fx);
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
	union admin_request r = { 0 };

	if (kind == CONFIRM_RESET)
		(void)act_send(m, ADMIN_reset, &r, fx);
	else if (turn(m, false, fx) && kind == CONFIRM_STOP_ALL) {
		/* a filter is needed; every client has a port */
		layout_text_set(&r.session_kill_all.filter, ":", 1);
		(void)act_send(m, ADMIN_session_kill_all, &r, fx);
	}
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

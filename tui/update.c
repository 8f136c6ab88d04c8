#include "tui/update.h"

#include <stdio.h>
#include <string.h>

#include "tui/act.h"

enum {
	RETRY_FIRST = 500,
	RETRY_MOST = 10000,
};

struct effect *
effects_add(struct effects *fx, enum effect_kind kind)
{
	struct effect *e;

	e = &fx->list[fx->n < EFFECTS_MOST ? fx->n++ : EFFECTS_MOST - 1];
	memset(e, 0, sizeof *e);
	e->kind = kind;
	return e;
}

void
effects_wipe(struct effects *fx)
{
	explicit_bzero(fx->list, fx->n * sizeof *fx->list);
	fx->n = 0;
	if (fx->endpoint[0] != '\0')
		explicit_bzero(fx, sizeof *fx);
}

/* ---- the link */

static void
up(struct model *m, const struct event *e, struct effects *fx)
{
	struct link *l = &m->link;

	if (l->was_up) {
		l->reconnects++;
		model_log(m, LEVEL_GOOD, "connected again");
		model_say(m, LEVEL_GOOD, "Connected again.");
	} else {
		model_log(m, LEVEL_INFO, "connected to %s", l->endpoint);
	}
	l->state = LINK_UP;
	l->was_up = true;
	l->since = m->now;
	l->failures = 0;
	l->retry_at = 0;
	l->nrtts = 0;
	l->why[0] = '\0';
	if (m->overlay == OVERLAY_FORM && m->form.kind == FORM_CONNECT)
		act_form_close(m);
	poll_begin(m, e);
	if (!view_offered(m, m->view))
		m->view = VIEW_DASH;
	poll_tick(m, fx);
}

uint64_t
update_backoff(unsigned failures, uint64_t now)
{
	uint64_t ms = (uint64_t)RETRY_FIRST << (failures < 6 ? failures : 6);
	uint64_t odd = (now * 2654435761u >> 7) % 41;

	ms = ms < RETRY_MOST ? ms : RETRY_MOST;
	return ms * (80 + odd) / 100;
}

/* "cannot connect to ENDPOINT: why" without it: it stands wherever this does,
 * and what is cut off is the why. */
static void
keep_why(struct link *l, const char *why)
{
	static const char before[] = "cannot connect";
	const char *at = strstr(why, l->endpoint);

	if (at != NULL && strncmp(why, before, sizeof before - 1) == 0)
		(void)snprintf(l->why, sizeof l->why, "%s%s", before,
		    at + strlen(l->endpoint));
	else
		(void)snprintf(l->why, sizeof l->why, "%s", why);
}

static void
down(struct model *m, const struct event *e)
{
	struct link *l = &m->link;

	if (l->state == LINK_UP)
		model_log(m, LEVEL_BAD, "connection lost: %s", e->why);
	if (l->state == LINK_UP || l->since == 0)
		l->since = m->now;
	keep_why(l, e->why);
	l->state = e->refused  ? LINK_REFUSED
		   : l->was_up ? LINK_LOST
			       : LINK_FAILED;
	l->retry_at =
	    e->refused ? 0 : m->now + update_backoff(l->failures, m->now);
	l->failures++;
	poll_end(m);
	batch_drop(m);
	if (l->state == LINK_LOST)
		return;
	if (m->overlay == OVERLAY_FORM && m->form.kind == FORM_CONNECT) {
		m->form.busy = false;
		if (m->form.touched)
			l->retry_at = 0;
	} else if (m->view != VIEW_NODES) { /* there is another to go to */
		act_form_open_connect(m, NULL);
	}
}

/* ---- time */

static void
tick(struct model *m, struct effects *fx)
{
	struct link *l = &m->link;

	if (m->now >= m->toast.until)
		m->toast.text[0] = '\0';
	undo_tick(m);
	poll_tick(m, fx);
	batch_tick(m, fx);
	if (l->state != LINK_UP && l->retry_at != 0 && m->now >= l->retry_at) {
		l->retry_at = 0;
		(void)effects_add(fx, EFFECT_RECONNECT);
	}
}

static void
happened(struct model *m, const struct event *e, struct effects *fx)
{
	switch (e->kind) {
	case EVENT_TICK:
		break;
	case EVENT_KEY:
		act_key(m, e->key, fx);
		rows_keep(m);
		break;
	case EVENT_MOUSE:
		act_mouse(m, e->key.code, &e->spot, fx);
		rows_keep(m);
		break;
	case EVENT_RESIZE:
		m->w = e->w;
		m->h = e->h;
		rows_keep(m);
		answer_lay(m);
		break;
	case EVENT_UP:
		up(m, e, fx);
		break;
	case EVENT_DOWN:
		down(m, e);
		break;
	case EVENT_ANSWER:
		poll_answer(m, e);
		break;
	case EVENT_POLLED:
		poll_done(m, e);
		break;
	case EVENT_DONE:
		done(m, e, fx);
		break;
	case EVENT_SAVED:
		save_told(m, e);
		break;
	case EVENT_NODE:
		node_told(m, e);
		break;
	}
}

void
update(struct model *m, const struct event *e, struct effects *fx)
{
	m->now = e->now;
	if (e->wall != 0)
		m->wall = e->wall;
	if (e->clock != NULL)
		(void)snprintf(m->clock, sizeof m->clock, "%s", e->clock);
	happened(m, e, fx);
	if (e->kind != EVENT_ANSWER)
		tick(m, fx);
}

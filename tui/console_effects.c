#include "tui/console_loop.h"

#include <errno.h>
#include <string.h>

#include "tui/act.h"
#include "tui/paint.h"
#include "tui/save.h"

static void
connect_to(struct console *con)
{
	struct effects *fx = &con->effects;
	struct event e = { .kind = EVENT_DOWN, .refused = true };

	if (fx->known && con->fleet != NULL)
		fx->password = *fleet_password(con->fleet);
	if (!feed_connect(
		con->feed, fx->endpoint, fx->user, &fx->password, &e.why))
		update(&con->model, &e, fx);
}

/* ---- saving rows: a slice each turn of the loop */

static void
saved(struct console *con, long rows)
{
	struct event e = {
		.kind = EVENT_SAVED,
		.refused = rows < 0,
		.why = rows == -ESTALE ? "the rows changed meanwhile"
		       : rows < 0      ? strerror((int)-rows)
				       : con->where,
		.tag = rows == -EEXIST ? SAVE_REPLACE : SAVE_PATH,
		.value = rows < 0 ? 0 : (uint64_t)rows,
	};

	save_close(con->saving);
	con->saving = NULL;
	console_happen(con, &e);
}

/* As the form says; it is told what becomes of it. */
static void
save(struct console *con)
{
	const struct field *f = con->model.form.fields;
	int err;

	save_close(con->saving);
	con->saving = NULL;
	err = save_open(&con->saving, &con->model, f[SAVE_PATH].text,
	    f[SAVE_REPLACE].choice != 0, con->where);
	if (err != 0)
		saved(con, err);
	else
		event_active(con->save, EV_TIMEOUT, 0);
}

void
console_on_save(evutil_socket_t fd, short what, void *arg)
{
	struct console *con = arg;
	long rows;

	(void)fd;
	(void)what;
	if (con->saving == NULL)
		return;
	rows = save_some(con->saving, &con->model);
	if (rows == -EAGAIN) {
		console_after(con->save, 0);
		return;
	}
	saved(con, rows);
	console_draw_soon(con);
}

/* ---- effects */

static void
one_effect(struct console *con, const struct effect *e)
{
	if (feed_do(con->feed, e, &con->model.users))
		return;
	switch (e->kind) {
	case EFFECT_CONNECT:
		connect_to(con);
		break;
	case EFFECT_RECONNECT:
		feed_again(con->feed);
		break;
	case EFFECT_POLL:
	case EFFECT_READ:
	case EFFECT_ASK:
		break; /* the feed's */
	case EFFECT_NODES:
		if (con->fleet != NULL)
			fleet_poll(con->fleet);
		break;
	case EFFECT_NODES_END:
		if (con->fleet != NULL)
			fleet_rest(con->fleet);
		break;
	case EFFECT_SUSPEND:
		console_suspend(con);
		break;
	case EFFECT_REDRAW:
		paint_redraw();
		con->dirty = true;
		break;
	case EFFECT_LOOKS:
		console_look(con);
		break;
	case EFFECT_MOUSE:
		console_mouse(con, con->model.mouse);
		break;
	case EFFECT_COPY:
		console_copy(con, con->effects.copy);
		break;
	case EFFECT_SAVE:
		save(con);
		break;
	case EFFECT_QUIT:
		console_quit(con, 0);
		break;
	}
}

void
console_carry_out(struct console *con)
{
	struct effects *fx = &con->effects;

	if (con->acting)
		return;
	con->acting = true;
	for (size_t i = 0; i < fx->n && !con->done; i++)
		one_effect(con, &fx->list[i]);
	con->acting = false;
	effects_wipe(fx);
}

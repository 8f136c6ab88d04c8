#include "tui/screen.h"

#include <math.h>
#include <stdio.h>

#include "tui/unit.h"

enum { LINE_W = 40, LINE_H = 10 };

const char *
screen_setting(const struct model *m, int row, char text[40])
{
	const struct setting *s = &m->settings[row];
	char number[UNIT_TEXT];

	if (!s->known)
		(void)snprintf(text, 40, "-");
	else if (setting_rows[row].kind == SETTING_SWITCH)
		(void)snprintf(text, 40, "%s", s->value ? "on" : "off");
	else
		(void)snprintf(text, 40, "%s %s", unit_count(number, s->value),
		    setting_rows[row].unit);
	return text;
}

/* A terminal too small for anything else still tells what matters most. */
static void
one_line(const struct model *m, struct canvas *c)
{
	const struct data *d = model_data(m);
	char rate[UNIT_TEXT];
	enum role role;
	const char *state = screen_state(m, &role);
	int x = canvas_text(c, 0, 0, ROLE_TITLE, "socks5 ");

	x = canvas_text(c, x, 0, role, state);
	if (d->known[ADMIN_connections])
		canvas_print(c, x + 1, 0, ROLE_TEXT, "%llu sess %sB/s",
		    (unsigned long long)d->value[ADMIN_connections],
		    unit_short(rate, m->in_now));
	if (c->h > 1)
		frame_keys(m, c, c->h - 1);
}

static void
view_draw(const struct model *m, struct canvas *c, struct rect body)
{
	switch (m->view) {
	case VIEW_DASH:
		dash_draw(m, c, body);
		break;
	case VIEW_USERS:
		users_draw(m, c, body);
		break;
	case VIEW_SETTINGS:
		settings_draw(m, c, body);
		break;
	case VIEW_SESSIONS:
	case VIEW_LOGS:
	case VIEW_FINDINGS:
	case VIEW_COUNT:
		break;
	}
}

static void
overlay_draw(const struct model *m, struct canvas *c)
{
	static const char *const notes[] = { NULL };

	switch (m->overlay) {
	case OVERLAY_FORM:
		if (m->form.kind == FORM_CONNECT)
			connect_draw(m, c);
		else if (m->form.kind == FORM_USER_ADD)
			form_draw(c, &m->form, notes);
		break;
	case OVERLAY_CONFIRM:
		confirm_draw(m, c);
		break;
	case OVERLAY_HELP:
		help_draw(m, c);
		break;
	case OVERLAY_NONE:
		break;
	}
}

void
screen_draw(const struct model *m, struct canvas *c)
{
	struct rect body;

	canvas_clear(c);
	if ((c->w < LINE_W || c->h < LINE_H) && m->overlay == OVERLAY_NONE &&
	    m->view == VIEW_DASH) {
		one_line(m, c);
		return;
	}
	body = frame_draw(m, c);
	if (m->link.was_up || m->live.at != 0)
		view_draw(m, c, body);
	else if (m->overlay == OVERLAY_NONE)
		connect_draw(m, c);
	overlay_draw(m, c);
}

#include "tui/screen.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/act.h"
#include "tui/unit.h"
#include "tui/utf8.h"

enum { LINE_W = 40, LINE_H = 10, FILTER_SHOWN = 40 };

struct rect
screen_middle(const struct canvas *c, int w, int h)
{
	w = w > c->w ? c->w : w;
	h = h > c->h ? c->h : h;
	return (struct rect){ (c->w - w) / 2, (c->h - h) / 2, w, h };
}

const char *
screen_cut(
    const struct canvas *c, char out[SCREEN_CUT], const char *text, int w)
{
	const char *end = text + strlen(text), *at = text, *next = text;
	size_t len;

	w = w > SCREEN_CUT_W ? SCREEN_CUT_W : w;
	if (canvas_width(text) <= w) {
		(void)snprintf(out, SCREEN_CUT, "%s", text);
		return out;
	}
	for (; next < end; at = next) {
		uint32_t cp = utf8_next(&next, (size_t)(end - next));

		w -= utf8_width(cp) > 1 ? 2 : 1;
		if (w < 1)
			break;
	}
	len = (size_t)(at - text);
	memcpy(out, text, len);
	len += utf8_put(out + len, canvas_glyph(c, GLYPH_MORE));
	out[len] = '\0';
	return out;
}

void
screen_fact(struct canvas *c, int x, int y, int w, const char *label,
    enum role role, const char *value)
{
	int at = x + w - canvas_width(value);

	canvas_cut(c, x, y, at - x - 1, ROLE_DIM, label);
	canvas_text(c, at < x ? x : at, y, role, value);
}

void
screen_line(struct canvas *c, struct rect *r, const char *label, enum role role,
    const char *value)
{
	if (r->h <= 0)
		return;
	screen_fact(c, r->x, r->y, r->w, label, role, value);
	r->y++;
	r->h--;
}

const char *
screen_value(
    const struct setting *s, const char *value, char text[SCREEN_SETTING])
{
	char number[UNIT_TEXT];
	const char *unit = strcmp(s->form, "bytes") == 0     ? " B"
			   : strcmp(s->form, "seconds") == 0 ? " s"
							     : "";

	if (s->kind == SETTING_SWITCH)
		(void)snprintf(text, SCREEN_SETTING, "%s",
		    strcmp(value, "yes") == 0 ? "on" : "off");
	else if (s->kind == SETTING_NUMBER &&
		 strspn(value, "0123456789") == strlen(value))
		(void)snprintf(text, SCREEN_SETTING, "%s%s",
		    unit_count(number, strtoull(value, NULL, 10)), unit);
	else
		(void)snprintf(text, SCREEN_SETTING, "%.63s", value);
	return text;
}

const char *
screen_setting(
    const struct model *m, const char *key, char text[SCREEN_SETTING])
{
	const struct setting *s = settings_find(&m->settings, key);

	if (s == NULL || !s->known) {
		(void)snprintf(text, SCREEN_SETTING, "-");
		return text;
	}
	return screen_value(s, s->value, text);
}

/* As it is typed: in quotes, unless it has some. */
static void
note_filter(char out[FILTER_SHOWN + 8], const char *filter)
{
	const char *quote = strpbrk(filter, "\"'") == NULL ? "\"" : "";
	bool cut = strlen(filter) > FILTER_SHOWN;
	char shown[FILTER_SHOWN + 1];

	(void)snprintf(shown, sizeof shown, "%.*s", FILTER_SHOWN, filter);
	utf8_mend(shown);
	(void)snprintf(out, FILTER_SHOWN + 8, "%s%s%s%s", quote, shown,
	    cut ? "\xe2\x80\xa6" : "", quote);
}

void
screen_note(char text[160], const struct list *l, size_t shown, size_t all,
    size_t marked, size_t hidden, const char *more)
{
	char filter[FILTER_SHOWN + 8];
	int at = snprintf(text, 160, "%s", more);

	if (l->filter[0] != '\0') {
		note_filter(filter, l->filter);
		at += snprintf(text + at, 160 - (size_t)at,
		    "%s%zu of %zu, filter %s", at > 0 ? ", " : "", shown, all,
		    filter);
	}
	if (marked > 0)
		at += snprintf(text + at, 160 - (size_t)at, "%s%zu marked",
		    at > 0 ? ", " : "", marked);
	if (hidden > 0)
		(void)snprintf(
		    text + at, 160 - (size_t)at, ", %zu hidden", hidden);
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
	if (d->known[FIGURE_SESSIONS])
		canvas_print(c, x + 1, 0, ROLE_TEXT, "%llu sess %sB/s",
		    (unsigned long long)d->value[FIGURE_SESSIONS],
		    unit_short(rate, m->in_now));
	if (c->h > 1)
		frame_keys(m, c, c->h - 1);
}

static const struct {
	void (*draw)(const struct model *, struct canvas *, struct rect);
	int (*rows)(const struct model *, struct rect);
	int (*left)(const struct model *, struct rect);
} views[VIEW_COUNT] = {
	[VIEW_DASH] = { dash_draw, NULL, NULL },
	[VIEW_SESSIONS] = { sessions_draw, sessions_rows, sessions_left },
	[VIEW_USERS] = { users_draw, users_rows, users_left },
	[VIEW_SETTINGS] = { settings_draw, settings_rows, NULL },
	[VIEW_LOGS] = { logs_draw, logs_rows, logs_left },
	[VIEW_FINDINGS] = { findings_draw, findings_rows, findings_left },
	[VIEW_RULES] = { rules_draw, rules_rows, rules_left },
	[VIEW_NODES] = { nodes_draw, nodes_rows, nodes_left },
};

int
screen_rows(const struct model *m)
{
	struct rect body = frame_body(m, m->w, m->h);
	int rows =
	    views[m->view].rows == NULL ? body.h : views[m->view].rows(m, body);

	return rows < 1 ? 1 : rows;
}

int
screen_left(const struct model *m)
{
	return views[m->view].left == NULL
		   ? 0
		   : views[m->view].left(m, frame_body(m, m->w, m->h));
}

static void
form_overlay(const struct model *m, struct canvas *c)
{
	const char *notes[3] = { NULL };

	switch (m->form.kind) {
	case FORM_CONNECT:
		connect_draw(m, c);
		break;
	case FORM_RULE_ADD:
		notes[0] = "e.g. deny user guest to 10.0.0.0/8 port 25";
		form_draw(c, &m->form, notes);
		break;
	case FORM_RULE_TEST:
		notes[0] = m->form.answer[0] != '\0' ? m->form.answer : NULL;
		form_draw(c, &m->form, notes);
		break;
	case FORM_USER_ADD:
	case FORM_USER_EDIT:
	case FORM_USER_PASSWORD:
	case FORM_SAVE:
		form_draw(c, &m->form, notes);
		break;
	case FORM_SETTING: /* in the view */
	case FORM_FILTER:  /* in the frame */
	case FORM_SEARCH:
	case FORM_COMMAND:
	case FORM_KINDS:
		break;
	}
}

/* Beside a menu a click closes it; beside a form or a question it is lost. */
static void
cover(const struct model *m, struct canvas *c)
{
	bool menu = m->overlay != OVERLAY_FORM && m->overlay != OVERLAY_CONFIRM;
	struct rect all = { 0, 0, c->w, c->h - 1 }; /* the keys are its own */

	if (m->overlay != OVERLAY_NONE)
		canvas_spot(c, all, menu ? SPOT_KEY : SPOT_NONE, INPUT_ESC);
}

static void
overlay_draw(const struct model *m, struct canvas *c)
{
	cover(m, c);
	switch (m->overlay) {
	case OVERLAY_FORM:
		form_overlay(m, c);
		break;
	case OVERLAY_CONFIRM:
		confirm_draw(m, c);
		break;
	case OVERLAY_HELP:
		help_draw(m, c);
		break;
	case OVERLAY_COLUMNS:
		columns_draw(m, c);
		break;
	case OVERLAY_SORT:
		sort_draw(m, c);
		break;
	case OVERLAY_CONFLICT:
		conflict_draw(m, c);
		break;
	case OVERLAY_SETUP:
		setup_draw(m, c);
		break;
	case OVERLAY_ANSWER:
		answer_draw(m, c);
		break;
	case OVERLAY_MENU:
		menu_draw(m, c);
		break;
	case OVERLAY_NONE:
		break;
	}
}

uint64_t
screen_scene(const struct model *m)
{
	uint64_t form = m->overlay == OVERLAY_FORM ? m->form.kind : 0;
	uint64_t asked = m->overlay == OVERLAY_CONFIRM ? m->confirm.opened : 0;

	return 1 | (uint64_t)m->overlay << 1 | (uint64_t)m->view << 8 |
	       form << 16 | asked << 24;
}

static void
name_rows(const struct model *m, struct canvas *c)
{
	for (int i = 0; i < c->nspots; i++)
		if (c->spots[i].kind == SPOT_ROW)
			c->spots[i].id = rows_id(m, (int)c->spots[i].value);
}

static void
draw(const struct model *m, struct canvas *c)
{
	if ((c->w < LINE_W || c->h < LINE_H) && m->overlay == OVERLAY_NONE &&
	    m->view == VIEW_DASH) {
		one_line(m, c);
		return;
	}
	frame_draw(m, c);
	if (m->link.was_up || m->live.at != 0 || m->view == VIEW_NODES)
		views[m->view].draw(m, c, frame_body(m, c->w, c->h));
	else if (m->overlay == OVERLAY_NONE)
		connect_draw(m, c);
	frame_toast(m, c);
	overlay_draw(m, c);
}

void
screen_draw(const struct model *m, struct canvas *c)
{
	canvas_clear(c);
	draw(m, c);
	name_rows(m, c);
	c->scene = screen_scene(m);
}

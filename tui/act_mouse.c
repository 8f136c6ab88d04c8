#include "tui/act.h"

/*
 * The mouse. What lies where a click went was looked up in the screen that the
 * person saw (canvas_hit()): rows are meant by what they are, not by their
 * place, which may be another's by now.
 */

enum { DOUBLE_MS = 400, NOTCH = 3 /* rows a notch of the wheel */ };

void
act_mouse_toggle(struct model *m, struct effects *fx)
{
	if (m->old_terminal) {
		model_say(m, LEVEL_WARN,
		    "This type of terminal is not known to report a mouse.");
		return;
	}
	m->mouse = !m->mouse;
	(void)effects_add(fx, EFFECT_MOUSE);
	model_say(m, LEVEL_INFO,
	    m->mouse ? "Mouse on. Hold Shift to select text with it; "
		       "m turns it off."
		     : "Mouse off: the terminal selects text as always.");
}

static void
press(struct model *m, uint32_t code, struct effects *fx)
{
	act_key(m, (struct key){ code, false }, fx);
}

/* The list moves under the cursor, and takes it along at its ends. */
static void
roll(struct model *m, enum action action)
{
	struct list *l = &m->lists[m->view];

	if (m->view == VIEW_DASH)
		return;
	for (int i = 0; i < NOTCH; i++)
		act_rows(m, action);
	l->top += action == ACTION_DOWN ? NOTCH : -NOTCH;
}

static void
wheel(struct model *m, bool down, struct effects *fx)
{
	switch (m->overlay) {
	case OVERLAY_NONE:
		roll(m, down ? ACTION_DOWN : ACTION_UP);
		break;
	case OVERLAY_HELP:
	case OVERLAY_MENU:
	case OVERLAY_COLUMNS:
	case OVERLAY_SORT:
	case OVERLAY_SETUP:
	case OVERLAY_ANSWER:
		press(m, down ? INPUT_DOWN : INPUT_UP, fx);
		break;
	case OVERLAY_FORM: /* a turn too far must not leave a field */
	case OVERLAY_CONFIRM:
	case OVERLAY_CONFLICT:
		break;
	}
}

/* The same thing twice within a short time; a third click begins anew. */
static bool
is_double(struct model *m, const struct spot *hit)
{
	const struct spot *last = &m->clicked;
	bool twice = m->now - m->clicked_at <= DOUBLE_MS &&
		     last->kind == hit->kind && last->value == hit->value &&
		     last->id == hit->id;

	m->clicked = twice ? (struct spot){ .kind = SPOT_NONE } : *hit;
	m->clicked_at = m->now;
	return twice;
}

/* FNV-1a: the same in every run, so that recordings mean the same rows. */
static uint64_t
name_id(const char *bytes, size_t len)
{
	uint64_t h = 0xcbf29ce484222325;

	for (size_t i = 0; i < len; i++)
		h = (h ^ (uint8_t)bytes[i]) * 0x100000001b3;
	return h;
}

uint64_t
rows_id(const struct model *m, int row)
{
	const struct user *u;

	if (row < 0 || row >= (int)rows_count(m, m->view))
		return 0;
	switch (m->view) {
	case VIEW_SESSIONS:
		return sessions_row(&m->sessions, row)->id;
	case VIEW_USERS:
		u = users_row(&m->users, row);
		return name_id(u->name.bytes, u->name.len);
	case VIEW_LOGS:
		return lines_row(&m->lines, row)->id;
	case VIEW_FINDINGS:
		return findings_row(&m->findings, row)->id;
	case VIEW_RULES:
		return rules_list_row(&m->rules, row)->id;
	default: /* they stay where they are */
		return (uint64_t)row + 1;
	}
}

/* False: it is gone. */
static bool
select_row(struct model *m, uint64_t id)
{
	int n = (int)rows_count(m, m->view), row = 0;

	while (row < n && rows_id(m, row) != id)
		row++;
	if (row == n)
		return false;
	rows_leave(m, &m->lists[m->view]);
	rows_select(m, m->view, row);
	return true;
}

static void
click_row(struct model *m, const struct spot *hit, struct effects *fx)
{
	if (select_row(m, hit->id) && is_double(m, hit))
		press(m, INPUT_ENTER, fx);
}

/* Of the columns one is turned, an order is taken; in the help a second click
 * runs it. */
static void
click_line(struct model *m, const struct spot *hit, struct effects *fx)
{
	if (m->overlay == OVERLAY_COLUMNS || m->overlay == OVERLAY_SORT ||
	    m->overlay == OVERLAY_SETUP) {
		m->menu_row = (int)hit->value;
		press(m, ' ', fx);
	} else if (m->overlay == OVERLAY_HELP) {
		m->help.row = (int)hit->value;
		if (is_double(m, hit))
			press(m, INPUT_ENTER, fx);
	}
}

static void
click(struct model *m, const struct spot *hit, struct effects *fx)
{
	switch (hit->kind) {
	case SPOT_NONE:
		break;
	case SPOT_KEY:
		press(m, hit->value, fx);
		break;
	case SPOT_ROW:
		click_row(m, hit, fx);
		break;
	case SPOT_SORT:
		rows_sort(m, (int)hit->value);
		break;
	case SPOT_LINE:
		click_line(m, hit, fx);
		break;
	case SPOT_FIELD:
	case SPOT_CHOICE:
		act_form_click(m, hit);
		break;
	}
}

void
act_mouse(
    struct model *m, uint32_t code, const struct spot *hit, struct effects *fx)
{
	if (!m->mouse) /* a report that was under way when it went off */
		return;
	if (code == INPUT_CLICK)
		click(m, hit, fx);
	else if (code == INPUT_WHEEL_UP || code == INPUT_WHEEL_DOWN)
		wheel(m, code == INPUT_WHEEL_DOWN, fx);
	else if (m->overlay == OVERLAY_NONE)
		press(
		    m, code == INPUT_WHEEL_LEFT ? INPUT_LEFT : INPUT_RIGHT, fx);
}

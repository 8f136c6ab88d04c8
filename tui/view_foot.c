/* The last two lines: what happened or is typed, and the keys. */

#include <stdio.h>

#include "tui/act.h"
#include "tui/act_command.h"
#include "tui/events.h"
#include "tui/screen.h"
#include "tui/unit.h"

enum { TOAST_X = 4 }; /* behind its sign */

static enum role
level_role(enum level level)
{
	static const enum role roles[] = { ROLE_DIM, ROLE_GOOD, ROLE_WARN,
		ROLE_BAD };

	return roles[level];
}

static void
typed_prompt(const struct model *m, struct canvas *c, int y)
{
	static const struct {
		enum form_kind kind;
		const char *label, *hint;
	} rows[] = {
		{ FORM_FILTER, "Filter ", "Enter keeps, Esc clears" },
		{ FORM_SEARCH, "Find ", "Enter finds, n the next" },
		{ FORM_COMMAND, ":", "Tab completes" },
	};
	size_t i = m->form.kind == FORM_FILTER   ? 0
		   : m->form.kind == FORM_SEARCH ? 1
						 : 2;
	int x = canvas_text(c, 1, y, ROLE_KEY, rows[i].label);
	int w = c->w - x - 3 - canvas_width(rows[i].hint);

	form_draw_field(c, x, y, w < 12 ? 12 : w, &m->form, 0);
	canvas_right(c, c->w - 1, y, ROLE_DIM, rows[i].hint);
}

/* ---- what the command line could become, in place of the keys */

struct offered {
	struct canvas *c;
	int x, y, n;
	char help[120]; /* of the first */
};

static bool
offer(const char *word, const char *help, void *arg)
{
	struct offered *o = arg;
	char quoted[WORDS_QUOTED];

	(void)words_quote(quoted, word, false);
	if (o->x + canvas_width(quoted) >= o->c->w)
		return false;
	if (o->n++ == 0)
		(void)snprintf(o->help, sizeof o->help, "%s", help);
	o->x = canvas_text(
		   o->c, o->x, o->y, o->n == 1 ? ROLE_KEY : ROLE_DIM, quoted) +
	       2;
	return true;
}

/* Where no word is known, what is wanted; of the only one, what it does. */
static void
candidates(const struct model *m, struct canvas *c, int y)
{
	struct offered o = { .c = c, .x = 1, .y = y };
	const struct layout_field *f =
	    command_candidates(m, m->form.fields[0].text, offer, &o);

	if (o.n == 0 && f != NULL) {
		o.x = canvas_text(c, o.x, y, ROLE_KEY, f->name) + 2;
		canvas_cut(c, o.x, y, c->w - o.x - 1, ROLE_DIM, f->help);
	} else if (o.n == 1) {
		canvas_cut(c, o.x, y, c->w - o.x - 1, ROLE_DIM, o.help);
	}
}

static bool
typing(const struct model *m)
{
	return m->overlay == OVERLAY_FORM && m->form.kind >= FORM_FILTER &&
	       m->form.kind <= FORM_COMMAND;
}

/* The last one of this console, or warning of the daemon's. */
static void
last_event(const struct model *m, struct canvas *c, int y)
{
	struct happening one;
	char clock[UNIT_TEXT];
	int x;

	if (events_list(m, 2, 1, "", &one, 1) == 0)
		return;
	x = canvas_text(c, 1, y, ROLE_DIM, unit_clock(clock, one.time)) + 2;
	if (one.level < 2)
		x = canvas_text(c, x, y, one.level == 0 ? ROLE_BAD : ROLE_WARN,
		    one.level == 0 ? "ERROR " : "WARN ");
	if (one.times > 1)
		x = canvas_print(c, x, y, ROLE_TITLE, "%ux ", one.times);
	canvas_cut(c, x, y, c->w - x - 1, ROLE_DIM, one.text);
}

static const char *const signs[] = { "  ", "ok", " !", "!!" }; /* by level */

/* Where its last line is y; the others stand above, over the view. */
static void
toast_draw(const struct model *m, struct canvas *c, int y)
{
	enum role role = level_role(m->toast.level);
	int w = c->w - TOAST_X - 1, x = TOAST_X;
	char line[sizeof m->toast.text];
	const char *at = m->toast.text;
	size_t n;

	for (const char *rest = at; *rest != '\0'; rest += *rest == ' ') {
		rest += canvas_fit(rest, w);
		y -= *rest != '\0';
	}
	canvas_fill(c, (struct rect){ 0, y, TOAST_X, 1 }, ' ', ROLE_TEXT);
	canvas_text(c, 1, y, role, signs[m->toast.level]);
	for (; *at != '\0'; at += n + (at[n] == ' '), y++) {
		n = canvas_fit(at, w);
		(void)snprintf(line, sizeof line, "%.*s", (int)n, at);
		canvas_fill(
		    c, (struct rect){ x, y, c->w - x, 1 }, ' ', ROLE_TEXT);
		canvas_text(c, TOAST_X, y, role, line);
		x = 0;
	}
}

/* On one line, as much of it as there is room for. */
static void
toast_cut(const struct model *m, struct canvas *c, int y)
{
	enum role role = level_role(m->toast.level);

	canvas_text(c, 1, y, role, signs[m->toast.level]);
	canvas_cut(c, TOAST_X, y, c->w - TOAST_X - 1, role, m->toast.text);
}

/* What is too long for one line, over the view. */
void
frame_toast(const struct model *m, struct canvas *c)
{
	if (m->overlay == OVERLAY_NONE && m->batch.plan.n == 0 &&
	    canvas_width(m->toast.text) > c->w - TOAST_X - 1)
		toast_draw(m, c, c->h - 2);
}

void
frame_prompt(const struct model *m, struct canvas *c, int y)
{
	if (typing(m)) {
		typed_prompt(m, c, y);
		return;
	}
	if (m->batch.plan.n > 0) {
		canvas_print(c, 1, y, ROLE_WARN, "%zu of %zu done...",
		    m->batch.done + m->batch.failed, m->batch.plan.n);
		return;
	}
	if (m->toast.text[0] != '\0')
		toast_cut(m, c, y);
	else if (!trial_draw(m, c, y))
		last_event(m, c, y);
}

static unsigned
where_now(const struct model *m)
{
	if (m->overlay == OVERLAY_FORM)
		return IN_FORM;
	if (m->overlay == OVERLAY_CONFIRM)
		return m->confirm.word != NULL && m->confirm.word[0] != '\0'
			   ? IN_TYPED
			   : IN_CONFIRM;
	if (m->overlay == OVERLAY_MENU)
		return IN_MENU;
	if (m->overlay == OVERLAY_COLUMNS)
		return IN_COLUMNS;
	if (m->overlay == OVERLAY_SORT)
		return IN_SORT;
	if (m->overlay == OVERLAY_SETUP)
		return IN_SETUP;
	if (m->overlay == OVERLAY_ANSWER)
		return IN_ANSWER;
	if (m->overlay == OVERLAY_CONFLICT)
		return IN_CONFLICT;
	if (m->overlay == OVERLAY_HELP)
		return IN_HELP;
	return act_where(m->view);
}

static bool
has_secret(const struct form *f)
{
	for (int i = 0; i < f->n; i++)
		if (f->fields[i].kind == FIELD_SECRET)
			return true;
	return false;
}

/* Of what the selected setting cannot be done. */
static bool
is_idle_setting(const struct model *m, enum action action)
{
	const struct setting *s = model_setting(m);

	if (action == ACTION_APPLY)
		return model_staged(m) == 0;
	if (action == ACTION_EDIT)
		return s == NULL || !s->live;
	if (action == ACTION_TOGGLE)
		return s == NULL || !s->live ||
		       (s->kind != SETTING_SWITCH && s->kind != SETTING_CHOICE);
	return action == ACTION_DEFAULT &&
	       (s == NULL || !s->live || !act_setting_has_default(m, s));
}

/* Does the key mean nothing in this form, or in the field that has the focus,
 * or little while the daemon is there? */
static bool
is_idle(const struct model *m, enum action action)
{
	const struct form *f = &m->form;

	if (m->overlay == OVERLAY_ANSWER)
		return action == ACTION_ANSWER_AGAIN && m->answer.job == NULL;
	if (m->overlay != OVERLAY_FORM)
		return ((action == ACTION_REFRESH ||
			    action == ACTION_CONNECT) &&
			   m->link.state != LINK_LOST) ||
		       (m->view == VIEW_SETTINGS && is_idle_setting(m, action));
	if (action == ACTION_REVEAL)
		return !has_secret(f);
	if (action == ACTION_CHOOSE)
		return f->focus >= f->n ||
		       f->fields[f->focus].kind != FIELD_CHOICE;
	return action == ACTION_FIELD_NEXT && f->n == 1;
}

static const char *
word_of(const struct model *m, const struct keys_row *row)
{
	return row->action == ACTION_FORM_CANCEL && act_form_is_last(m)
		   ? "Quit"
		   : row->bar;
}

static bool
hint(struct canvas *c, int *x, int y, const struct keys_row *row,
    const char *word)
{
	char name[KEYS_NAME];
	int w = canvas_width(keys_name(name, row->keys[0])) + 1 +
		canvas_width(word);

	if (*x + w > c->w - 1)
		return false;
	canvas_spot(c, (struct rect){ *x, y, w, 1 }, SPOT_KEY, row->keys[0]);
	*x = canvas_text(c, *x, y, ROLE_KEY, name);
	*x = canvas_text(c, *x + 1, y, ROLE_DIM, word) + 2;
	return true;
}

/* First Help and Quit, which always fit, and what finds a daemon that went,
 * then the view's own, then the rest. */
static bool
is_first(enum action action)
{
	return action == ACTION_HELP || action == ACTION_QUIT ||
	       action == ACTION_REFRESH || action == ACTION_CONNECT;
}

void
frame_keys(const struct model *m, struct canvas *c, int y)
{
	unsigned where = where_now(m);
	int x = 1;

	if (typing(m) && m->form.kind == FORM_COMMAND) {
		candidates(m, c, y);
		return;
	}
	for (int pass = 0; pass < 3; pass++)
		for (size_t i = 0; i < keys_count; i++) {
			const struct keys_row *row = &keys_rows[i];
			bool all = row->group == KEYS_EVERYWHERE;
			int turn = !all ? 1 : is_first(row->action) ? 0 : 2;

			if ((row->where & where) == 0 || turn != pass ||
			    row->bar[0] == '\0' || is_idle(m, row->action) ||
			    !model_offers(m, row->action))
				continue;
			if (!hint(c, &x, y, row, word_of(m, row)))
				return;
		}
}

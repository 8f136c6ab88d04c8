#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tui/inverse.h"
#include "tui/screen.h"
#include "tui/unit.h"

/* NAMES: lines of them, the last for how many more. */
enum {
	DIALOG_W = 64,
	DIALOG_H = 16,
	NAMES = 9,
	LINE = 640,
	REST = 18,
	BETWEEN = 7
};

/* A line: what y does, and what all else does. */
static void
answers(
    struct canvas *c, struct rect in, int y, const char *yes, const char *keep)
{
	int x = in.x + 3, from = x;

	x = canvas_text(c, x, y, ROLE_KEY, "y");
	x = canvas_text(c, x + 2, y, ROLE_BAD, yes);
	canvas_spot(c, (struct rect){ from, y, x - from, 1 }, SPOT_KEY, 'y');
	from = x + 5;
	x = canvas_print(c, from, y, ROLE_FOCUS, "[ %s ]", keep);
	canvas_spot(c, (struct rect){ from, y, x - from, 1 }, SPOT_KEY, 'n');
	c->cursor_x = x - 1;
	c->cursor_y = y;
	canvas_cut(
	    c, x + 2, y, in.x + in.w - x - 3, ROLE_DIM, "n / Esc / Enter");
}

/* The same in the last line but one. */
static void
sure(struct canvas *c, struct rect in, const char *yes, const char *keep)
{
	answers(c, in, in.y + in.h - 2, yes, keep);
}

/* ---- what it is about, a line each */

static enum role
session_line(const struct model *m, const struct canvas *c, int w,
    const struct target *t, char text[LINE])
{
	char who[SCREEN_CUT], where[SCREEN_CUT];
	const struct sessions *s = &m->sessions;
	const struct session *one = sessions_find(s, t->id);
	char rate[UNIT_TEXT], id[24];

	if (one == NULL) {
		(void)snprintf(text, LINE, "#%llu has ended already",
		    (unsigned long long)t->id);
		return ROLE_DIM;
	}
	(void)snprintf(id, sizeof id, "#%llu", (unsigned long long)t->id);
	(void)unit_bytes(
	    rate, isnan(one->up_rate) ? 0 : one->up_rate + one->down_rate);
	w -= (int)(strlen(id) + strlen(rate)) + BETWEEN;
	(void)screen_cut(c, who,
	    one->user != 0 ? sessions_text(s, one->user) : "(nobody)", w / 2);
	(void)screen_cut(
	    c, where, sessions_text(s, one->target), w - canvas_width(who));
	(void)snprintf(text, LINE, "%s %s  %s  %s/s", id, who, where, rate);
	return ROLE_TITLE;
}

static enum role
user_line(const struct model *m, const struct canvas *c, int w,
    const struct target *t, char text[LINE])
{
	const struct user *u = users_find(&m->users, &t->name);
	char shown[MODEL_SHOWN], n[UNIT_TEXT], cut[SCREEN_CUT];

	model_safe(shown, &t->name);
	(void)screen_cut(c, cut, shown, w - REST);
	if (u == NULL)
		(void)snprintf(text, LINE, "%s  is gone already", cut);
	else if (u->sessions < 0)
		(void)snprintf(text, LINE, "%s", cut);
	else
		(void)snprintf(text, LINE, "%s  %s session%s", cut,
		    unit_count(n, (uint64_t)u->sessions),
		    u->sessions == 1 ? "" : "s");
	return u == NULL ? ROLE_WARN : ROLE_TITLE;
}

static enum role
other_line(const struct confirm *q, const struct target *t, char text[LINE])
{
	char n[UNIT_TEXT];

	if (q->kind == CONFIRM_RULE_DEL || q->kind == CONFIRM_SESSION_ALL)
		model_safe(text, &t->name);
	else
		(void)snprintf(text, LINE, "%s of them, here and in the store",
		    unit_count(n, t->revision));
	return ROLE_TITLE;
}

static enum role
target_line(const struct model *m, const struct canvas *c, int w,
    const struct target *t, char text[LINE])
{
	switch (m->confirm.kind) {
	case CONFIRM_SESSION_KILL:
		return session_line(m, c, w, t, text);
	case CONFIRM_RULE_DEL:
	case CONFIRM_SESSION_ALL:
	case CONFIRM_FINDINGS_CLEAR:
		return other_line(&m->confirm, t, text);
	default:
		return user_line(m, c, w, t, text);
	}
}

static void
targets(const struct model *m, struct canvas *c, struct rect in)
{
	const struct confirm *q = &m->confirm;
	char text[LINE];
	enum role role;

	for (size_t i = 0; i < q->n && (int)i < in.h; i++) {
		if ((int)i == in.h - 1 && q->n > (size_t)in.h) {
			canvas_print(c, in.x, in.y + (int)i, ROLE_DIM,
			    "and %zu more", q->n - i);
			return;
		}
		role = target_line(m, c, in.w, &q->targets[i], text);
		canvas_cut(c, in.x, in.y + (int)i, in.w, role, text);
	}
}

/* Sessions that will be closed; -1: not known. */
static int64_t
sessions_of(const struct model *m)
{
	const struct confirm *q = &m->confirm;
	int64_t sum = 0;

	for (size_t i = 0; i < q->n; i++) {
		const struct user *u =
		    users_find(&m->users, &q->targets[i].name);

		if (u != NULL && u->sessions < 0)
			return -1;
		sum += u != NULL ? u->sessions : 0;
	}
	return sum;
}

static void
closes(const struct model *m, struct canvas *c, struct rect in, int y)
{
	int64_t n = sessions_of(m);
	char text[UNIT_TEXT];

	if (n < 0)
		canvas_cut(c, in.x, y, in.w, ROLE_TEXT,
		    "Open sessions are closed at once.");
	else if (n == 0)
		canvas_cut(c, in.x, y, in.w, ROLE_TEXT, "No session is open.");
	else
		canvas_print(c, in.x, y, ROLE_TEXT,
		    n == 1 ? "%s session is closed at once."
			   : "%s sessions are closed at once.",
		    unit_count(text, (uint64_t)n));
}

static const struct {
	const char *one, *many; /* the title; %zu in the second */
	const char *yes, *keep;
	const char *after[2]; /* one, many */
	bool closes;
} questions[] = {
	[CONFIRM_USER_DEL] = { "Delete this user?", "Delete %zu users?",
	    "Delete", "Keep",
	    { "This cannot be undone; x only turns it off.",
		"This cannot be undone; x only turns them off." },
	    true },
	[CONFIRM_USER_OFF] = { "Turn this user off?", "Turn %zu users off?",
	    "Turn off", "Keep on",
	    { "It cannot log in until it is turned on again: x, or u.",
		"They cannot log in until turned on again: x, or u." },
	    true },
	[CONFIRM_SESSION_KILL] = { "Kill this session?", "Kill %zu sessions?",
	    "Kill", "Keep",
	    { "Its user may come again at once.",
		"Their users may come again at once." },
	    false },
	[CONFIRM_FINDINGS_CLEAR] = { "Forget all findings?", "", "Forget",
	    "Keep", { "This cannot be undone.", "" }, false },
	[CONFIRM_RULE_DEL] = { "Take this rule out?", "", "Take out", "Keep",
	    { "For new requests; sessions go on. u puts it back.", "" },
	    false },
	[CONFIRM_SESSION_ALL] = { "Kill all sessions that fit?", "", "Kill",
	    "Keep",
	    { "Those that fit at that moment; the answer tells how many.", "" },
	    false },
	[CONFIRM_USER_CLEAR] = { "Kill all sessions of this user?",
	    "Kill all sessions of %zu users?", "Kill", "Keep",
	    { "It may come again at once; to keep it out, turn it off.",
		"They may come again at once; to keep them out, turn them "
		"off." },
	    true },
};

/* What a yes means for later, in a line or two. */
static const char *
meaning(const struct model *m)
{
	const struct confirm *q = &m->confirm;

	if (q->kind == CONFIRM_USER_DEL && inverse_restores(m))
		return q->n == 1
			   ? "Undo works for 60 s (u): the account comes back "
			     "with\nthe same password. Its sessions do not."
			   : "Undo works for 60 s (u): the accounts come back "
			     "with\nthe same password. Their sessions do not.";
	return m->link.extended ? questions[q->kind].after[q->n != 1]
				: "This cannot be undone.";
}

/* Cut to the rectangle; returns the line below. */
static int
say(struct canvas *c, struct rect in, const char *text)
{
	char line[80];
	size_t len;

	for (; *text != '\0'; text += len + (text[len] == '\n')) {
		len = strcspn(text, "\n");
		(void)snprintf(line, sizeof line, "%.*s", (int)len, text);
		canvas_cut(c, in.x, in.y++, in.w, ROLE_DIM, line);
	}
	return in.y;
}

static int
at_most(int a, int b)
{
	return a < b ? a : b;
}

/* In a low window blank lines go first, then names; never the answers. */
static void
confirm_targets(const struct model *m, struct canvas *c)
{
	const struct confirm *q = &m->confirm;
	bool more = questions[q->kind].closes;
	int names = q->n < NAMES ? (int)q->n : NAMES;
	bool two = strchr(meaning(m), '\n') != NULL;
	/* The words, a blank line, the answers. */
	int below = 3 + more + two, spare, y;
	struct rect in, list;
	char title[64];

	if (q->n == 1)
		(void)snprintf(
		    title, sizeof title, "%s", questions[q->kind].one);
	else
		(void)snprintf(
		    title, sizeof title, questions[q->kind].many, q->n);
	in = canvas_box(c,
	    screen_middle(c, DIALOG_W, at_most(names + below + 5, DIALOG_H)),
	    title, NULL);
	spare = in.h - names - below;
	if (spare < 0)
		names = names + spare < 1 ? 1 : names + spare;
	list = (struct rect){ in.x + 3, in.y + (spare > 1), in.w - 6, names };
	targets(m, c, list);
	list.y += names + (spare > 0);
	if (more)
		closes(m, c, list, list.y++);
	y = at_most(say(c, list, meaning(m)) + 1, in.y + in.h - 1);
	canvas_fill(c, (struct rect){ in.x, y, in.w, 1 }, ' ', ROLE_TEXT);
	answers(c, in, y, questions[q->kind].yes, questions[q->kind].keep);
}

static void
confirm_quit(const struct model *m, struct canvas *c)
{
	struct rect r = screen_middle(c, DIALOG_W, 9);
	struct rect in = canvas_box(c, r, "Quit?", NULL);
	int staged = model_staged(m), writing = model_writing(m), y = in.y + 1;

	if (staged > 0)
		canvas_print(c, in.x + 3, y++, ROLE_TEXT,
		    "%d staged change%s would be dropped.", staged,
		    staged == 1 ? "" : "s");
	if (writing > 0)
		canvas_print(c, in.x + 3, y, ROLE_TEXT,
		    "%d change%s sent and not answered yet.", writing,
		    writing == 1 ? " was" : "s were");
	sure(c, in, "Quit", "Stay");
}

/* The server as a whole: what it does in numbers, and a word to type. */
static void
confirm_server(const struct model *m, struct canvas *c)
{
	const struct confirm *q = &m->confirm;
	const struct data *d = &m->live;
	bool stop = q->kind == CONFIRM_STOP;
	char n[UNIT_TEXT], rate[UNIT_TEXT], title[80];
	struct rect in;
	int x;

	(void)unit_count(n, d->value[FIGURE_SESSIONS]);
	(void)snprintf(title, sizeof title,
	    stop ? "Stop taking clients?"
	    : q->kind == CONFIRM_RESET
		? "Reset, and close %s sessions?"
		: "Stop the server, and close %s sessions?",
	    n);
	in = canvas_box(c, screen_middle(c, DIALOG_W, 10), title, NULL);
	in = (struct rect){ in.x + 3, in.y, in.w - 6, in.h };
	canvas_print(c, in.x, in.y + 1, ROLE_TEXT, "%.30s  %s sessions, %s/s",
	    m->link.node[0] != '\0' ? m->link.node : m->link.endpoint, n,
	    unit_bytes(rate, isnan(m->in_now) ? 0 : m->in_now + m->out_now));
	if (stop) {
		canvas_cut(c, in.x, in.y + 3, in.w, ROLE_DIM,
		    "No new sessions; those that are open run to their end.");
		canvas_cut(c, in.x, in.y + 4, in.w, ROLE_DIM,
		    "S a takes clients again.");
		in.x -= 3;
		in.w += 6;
		sure(c, in, "Stop", "Go on");
		return;
	}
	canvas_cut(c, in.x, in.y + 3, in.w, ROLE_DIM,
	    q->kind == CONFIRM_RESET
		? "All figures begin at 0; then it serves again."
		: "This cannot be undone; s in the menu lets them end.");
	x = canvas_print(
	    c, in.x, in.y + 5, ROLE_TEXT, "Type %s to confirm: ", q->word);
	canvas_fill(c, (struct rect){ x, in.y + 5, 8, 1 }, ' ', ROLE_FIELD);
	x = canvas_text(c, x, in.y + 5, ROLE_FIELD, q->typed);
	c->cursor_x = x;
	c->cursor_y = in.y + 5;
	c->cursor_shown = true;
	canvas_cut(c, in.x, in.y + 7, in.w, ROLE_DIM,
	    "Enter does it once the word is there; Esc keeps all.");
}

void
confirm_draw(const struct model *m, struct canvas *c)
{
	if (m->confirm.kind == CONFIRM_QUIT)
		confirm_quit(m, c);
	else if (m->confirm.kind >= CONFIRM_STOP &&
		 m->confirm.kind <= CONFIRM_RESET)
		confirm_server(m, c);
	else
		confirm_targets(m, c);
}

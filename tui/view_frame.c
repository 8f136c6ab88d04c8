#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tui/screen.h"
#include "tui/unit.h"

enum {
	TABS_FROM = 12, /* rows, below which the tabs are left out */
};

const char *
screen_state(const struct model *m, enum role *role)
{
	const struct data *d = &m->live;

	*role = ROLE_BAD;
	switch (m->link.state) {
	case LINK_UP:
		*role = ROLE_WARN;
		if (d->known[FIGURE_RUNNING] && d->value[FIGURE_RUNNING] == 0)
			return d->value[FIGURE_SESSIONS] > 0 ? "[DRAINING]"
							     : "[STOPPED]";
		*role = ROLE_GOOD;
		return "[UP]";
	case LINK_CONNECTING:
		*role = ROLE_WARN;
		return "[...]";
	case LINK_LOST:
		return "[LOST]";
	case LINK_REFUSED:
		return "[REFUSED]";
	case LINK_FAILED:
		break;
	}
	return "[OFF]";
}

/* How old figures are. */
static uint64_t
age_of(const struct model *m, const struct data *d)
{
	return d->at == 0 || m->now < d->at ? 0 : m->now - d->at;
}

static uint64_t
age(const struct model *m)
{
	return age_of(m, &m->live);
}

/* In whole seconds at least: it is drawn once a second. */
static const char *
seconds(char text[UNIT_TEXT], uint64_t ms)
{
	return unit_ms(text, ms < 1000 ? 1000 : (double)ms);
}

/* What the daemon says of itself, where there is room for it. */
static void
who(const struct model *m, struct canvas *c, int x, int right)
{
	const struct data *d = model_data(m);
	char text[160], age[UNIT_TEXT];

	if (!m->link.extended || !d->known[FIGURE_UPTIME])
		return;
	(void)snprintf(text, sizeof text, "%s  %s  pid %llu  up %s",
	    m->link.node, m->link.program,
	    (unsigned long long)d->value[FIGURE_PID],
	    unit_age(age, d->value[FIGURE_UPTIME]));
	canvas_cut(c, x, 0, right - x, ROLE_DIM, text);
}

/*
 * How old what is shown is, where there is room. Who is asked often is at most
 * about as old as that, which is all that is said: the age itself would be
 * another one in each frame.
 */
static int
age_draw(const struct model *m, struct canvas *c, int x, int right)
{
	uint64_t ms = age_of(m, model_data(m)), often = m->interval_ms;
	char text[UNIT_TEXT];
	int room;

	if (model_data(m)->at == 0 || m->link.state != LINK_UP)
		return right;
	if (often <= 2000 && ms < often)
		ms = often;
	room = right - x - 4 - (int)strlen(seconds(text, ms));
	if (room < 1)
		return right;
	right = canvas_right(c, right - (room > 1 ? 2 : 1), 0, ROLE_TEXT, text);
	return canvas_right(c, right, 0, ROLE_DIM, "age ");
}

static void
header(const struct model *m, struct canvas *c)
{
	const struct link *l = &m->link;
	char text[UNIT_TEXT];
	enum role role;
	const char *state = screen_state(m, &role);
	int x, right = c->w - 1, figures;

	right = canvas_right(c, right, 0, ROLE_TEXT, m->clock);
	if (c->w >= 60 && !isnan(model_rtt(m)) && l->state == LINK_UP) {
		right = canvas_right(
		    c, right - 2, 0, ROLE_TEXT, unit_ms(text, model_rtt(m)));
		right = canvas_right(c, right, 0, ROLE_DIM, "rtt ");
	}
	figures = right;
	x = canvas_text(c, 1, 0, ROLE_TITLE, "socks5d");
	right -= 2 + (int)strlen(state);
	if (c->w >= 60) {
		x = canvas_cut(c, x + 2, 0, (right - x) / 3, ROLE_TEXT,
		    l->user[0] == '\0' ? "local" : l->user);
		x = canvas_text(c, x, 0, ROLE_DIM, "@");
		x = canvas_cut(c, x, 0, right - x - 1, ROLE_TEXT, l->endpoint);
	}
	x = canvas_text(c, x + 1, 0, role, state);
	if (c->h < TABS_FROM)
		x = canvas_cut(c, x + 1, 0, figures - x - 2, ROLE_TITLE,
		    view_names[m->view]);
	right = age_draw(m, c, x + 1, figures);
	if (c->w >= 100)
		who(m, c, x + 2, right - 2);
}

/* What the figures are: late, frozen, or old; live where the tabs leave room.
 */
static void
pulse(const struct model *m, struct canvas *c, int tabs_end, int y)
{
	char text[UNIT_TEXT], note[UNIT_TEXT + 32];
	enum role role = ROLE_DIM;

	if (m->paused) {
		(void)snprintf(note, sizeof note, "PAUSED");
		role = ROLE_WARN;
	} else if (m->link.state != LINK_UP && m->live.at != 0) {
		(void)snprintf(
		    note, sizeof note, "STALE %s", seconds(text, age(m)));
		role = ROLE_BAD;
	} else if (m->link.state != LINK_UP) {
		return;
	} else if (m->polling && m->now - m->polled_at > MODEL_SILENT_MS) {
		(void)snprintf(note, sizeof note, "LATE %s",
		    seconds(text,
			m->live.at != 0 ? age(m) : m->now - m->polled_at));
		role = ROLE_WARN;
	} else {
		(void)snprintf(note, sizeof note, "%severy %g s",
		    m->link.extended ? "" : "base protocol, ",
		    m->interval_ms / 1000.0);
		if (tabs_end + (int)strlen(note) + 1 >= c->w)
			return;
	}
	canvas_right(c, canvas_right(c, c->w - 1, y, role, note), y, role, " ");
}

static const char *
tab_name(const struct canvas *c, enum view view)
{
	if (view == VIEW_FINDINGS && c->w < 90)
		return "Finds";
	return view == VIEW_DASH ? "Dash" : view_names[view];
}

static bool
tabs_narrow(const struct model *m, const struct canvas *c)
{
	return c->w < (m->nnodes > 0 ? 90 : 80);
}

/* "[3 Users]", or " 3 Users " elsewhere; in a narrow window " 3 User". */
static int
tab(const struct model *m, struct canvas *c, int x, int y, enum view view)
{
	bool here = m->view == view, narrow = tabs_narrow(m, c);
	char text[32];

	(void)snprintf(text, sizeof text, "%s%d %.*s%s", here ? "[" : " ",
	    (int)view + 1, narrow ? 4 : 16, tab_name(c, view),
	    here     ? "]"
	    : narrow ? ""
		     : " ");
	canvas_spot(c, (struct rect){ x, y, canvas_width(text), 1 }, SPOT_KEY,
	    (uint32_t)('1' + view));
	return canvas_text(c, x, y, here ? ROLE_TAB : ROLE_DIM, text);
}

static void
tabs(const struct model *m, struct canvas *c, int y)
{
	int x = tabs_narrow(m, c) ? 0 : 1;

	for (int i = 0; i < VIEW_COUNT; i++)
		if (view_offered(m, (enum view)i))
			x = tab(m, c, x, y, (enum view)i) + (c->w < 90 ? 0 : 1);
	pulse(m, c, x, y);
}

static bool
lost(const struct model *m)
{
	return m->link.state != LINK_UP && m->link.was_up;
}

static void
banner(const struct model *m, struct canvas *c, int y)
{
	const struct link *l = &m->link;
	char text[400], wait[64] = "trying now", ago[UNIT_TEXT];

	if (l->retry_at > m->now)
		(void)snprintf(wait, sizeof wait, "next try in %llu s, R now",
		    (unsigned long long)((l->retry_at - m->now + 999) / 1000));
	else if (l->state == LINK_REFUSED)
		(void)snprintf(wait, sizeof wait, "H to log in");
	(void)snprintf(text, sizeof text, " !! LOST %s ago (%s): %s",
	    seconds(ago, m->now - l->since), wait, l->why);
	canvas_fill(c, (struct rect){ 0, y, c->w, 1 }, ' ', ROLE_BANNER);
	canvas_cut(c, 0, y, c->w, ROLE_BANNER, text);
}

struct rect
frame_body(const struct model *m, int w, int h)
{
	int top = h >= TABS_FROM ? 2 : 1, bottom = h - 2;

	top += lost(m);
	return (struct rect){ 0, top, w, bottom > top ? bottom - top : 0 };
}

void
frame_draw(const struct model *m, struct canvas *c)
{
	header(m, c);
	if (c->h >= TABS_FROM)
		tabs(m, c, 1);
	if (lost(m))
		banner(m, c, c->h >= TABS_FROM ? 2 : 1);
	frame_prompt(m, c, c->h - 2);
	frame_keys(m, c, c->h - 1);
}

#include <stdio.h>

#include "tui/screen.h"

/* Somebody who may log in; NULL: nobody is there yet. */
static const struct user *
somebody(const struct model *m)
{
	const struct users *u = &m->users;

	for (size_t i = 0; i < u->page.n; i++)
		if (u->page.all[i].enabled != 0 &&
		    (u->page.all[i].expires == 0 ||
			u->page.all[i].expires > m->wall))
			return &u->page.all[i];
	return NULL;
}

/* The daemon's host as this console reaches it. */
static void
host(const struct model *m, char *out, size_t size)
{
	struct endpoint e;
	const char *why;

	if (endpoint_parse(&e, m->link.endpoint, &why) &&
	    e.kind != ENDPOINT_UNIX)
		(void)snprintf(out, size, "%s", e.host);
	else
		(void)snprintf(out, size, "127.0.0.1");
}

static bool
nobody_came(const struct model *m)
{
	const struct data *d = &m->live;

	return m->view == VIEW_DASH && m->link.state == LINK_UP &&
	       d->known[FIGURE_TOTAL] && d->value[FIGURE_TOTAL] == 0 &&
	       d->known[FIGURE_RUNNING] && d->value[FIGURE_RUNNING] != 0;
}

bool
trial_draw(const struct model *m, struct canvas *c, int y)
{
	bool asked = m->live.value[FIGURE_AUTHENTICATION] != 0;
	const struct user *u = asked ? somebody(m) : NULL;
	char text[512], here[256];
	int x;

	if (!nobody_came(m))
		return false;
	if (asked && u == NULL) {
		if (!m->users.listed)
			return false;
		canvas_cut(c, 1, y, c->w - 2, ROLE_WARN,
		    "Nobody can log in yet: 3 Users, then a adds a user");
		return true;
	}
	host(m, here, sizeof here);
	(void)listeners_try(
	    &m->listeners, here, u != NULL ? u->shown : "", text, sizeof text);
	if (*text == '\0')
		return false;
	x = canvas_text(c, 1, y, ROLE_KEY, "Try it:");
	canvas_cut(c, x + 1, y, c->w - x - 2, ROLE_TITLE, text);
	return true;
}

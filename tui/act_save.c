#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "tui/act.h"

/* socks5tui-sessions-20261125T2107Z.json */
static void
propose(const struct model *m, char *name, size_t size)
{
	time_t when = (time_t)m->wall;
	char moment[24] = "";
	struct tm t;

	if (m->wall != 0 && gmtime_r(&when, &t) != NULL)
		(void)strftime(moment, sizeof moment, "-%Y%m%dT%H%MZ", &t);
	(void)snprintf(
	    name, size, "socks5tui-%s%s.json", view_names[m->view], moment);
	for (; *name != '\0' && *name != '.'; name++)
		if (*name != 'T' && *name != 'Z')
			*name = (char)tolower((unsigned char)*name);
}

void
act_save(struct model *m)
{
	struct form *f = &m->form;
	struct field *path, *replace;
	char name[80];

	if (m->view == VIEW_SETTINGS && !m->link.knows[ADMIN_get]) {
		model_say(m, LEVEL_WARN,
		    "Settings: needs the extended protocol; "
		    "the base one has no list.");
		return;
	}
	propose(m, name, sizeof name);
	form_open(f, FORM_SAVE, f->titled, "Save");
	(void)snprintf(f->titled, sizeof f->titled, "Save %zu %s",
	    rows_count(m, m->view),
	    rows_count(m, m->view) == 1 ? "row" : "rows");
	path = form_field(f, FIELD_TEXT, "File", "");
	path->wide = true;
	field_set(path, name);
	replace = form_field(f, FIELD_CHOICE, "Replace", "");
	replace->names[0] = "no";
	replace->names[1] = "yes";
	act_form_show(m);
}

void
save_check(struct model *m)
{
	struct form *form = &m->form;
	struct field *f = form->fields;
	const char *end = strrchr(f[SAVE_PATH].text, '.');

	if (end == NULL ||
	    (strcasecmp(end, ".json") != 0 && strcasecmp(end, ".csv") != 0 &&
		strcasecmp(end, ".txt") != 0))
		(void)snprintf(f[SAVE_PATH].problem, sizeof f->problem,
		    "a file's name ends in .json, .csv or .txt here");
	(void)snprintf(form->problem, sizeof form->problem, "%s",
	    f[SAVE_PATH].problem[0] != '\0' ? f[SAVE_PATH].problem
					    : f[SAVE_REPLACE].problem);
}

void
save_send(struct model *m, struct effects *fx)
{
	(void)effects_add(fx, EFFECT_SAVE);
	m->form.busy = m->saving = true;
}

void
save_told(struct model *m, const struct event *e)
{
	struct form *f = &m->form;
	unsigned at = e->tag == SAVE_REPLACE ? SAVE_REPLACE : SAVE_PATH;

	m->saving = false;
	poll_want(m);
	if (m->overlay != OVERLAY_FORM || f->kind != FORM_SAVE || !f->busy) {
		model_say(m, LEVEL_WARN, "Not saved: the form was closed.");
		return;
	}
	f->busy = false;
	if (!e->refused) {
		act_form_close(m);
		model_say(m, LEVEL_GOOD, "Saved, %llu %s: %s",
		    (unsigned long long)e->value,
		    e->value == 1 ? "row" : "rows", e->why);
		return;
	}
	(void)snprintf(f->fields[at].refused, sizeof f->fields[at].refused,
	    "%.63s",
	    at == SAVE_REPLACE ? "it is there already; yes replaces it"
			       : e->why);
	f->focus = (int)at;
	act_form_check(m);
}

#include <stdio.h>
#include <string.h>

#include "tui/act.h"

void
act_setting_stage(struct model *m, struct setting *s, const char *value)
{
	if (!act_may_write(m))
		return;
	if (!s->live) {
		model_say(m, LEVEL_WARN,
		    "%s: change it in the file and start the daemon again.",
		    s->label);
		return;
	}
	s->staged = !s->known || strcmp(s->value, value) != 0;
	s->unset = false;
	(void)snprintf(s->next, sizeof s->next, "%s", value);
	s->note = NOTE_NONE;
}

/* The base protocol does not tell whether it holds already. */
bool
act_setting_has_default(const struct model *m, const struct setting *s)
{
	return !m->link.extended || s->origin == ORIGIN_RUNTIME;
}

/* Back to what the file, or else the daemon, says. */
void
act_setting_default(struct model *m, struct setting *s)
{
	bool changed = m->link.extended && s->origin == ORIGIN_RUNTIME;

	if (!act_setting_has_default(m, s)) {
		model_say(
		    m, LEVEL_INFO, "%s: nothing was changed here.", s->label);
		return;
	}
	act_setting_stage(m, s, s->fallback);
	if (changed && act_may_write(m) && s->live) {
		s->staged = true;
		s->unset = true;
	} else if (!s->staged && act_may_write(m) && s->live) {
		model_say(m, LEVEL_INFO, "%s: that holds already.", s->label);
	}
}

static void
toggle(struct model *m, struct setting *s)
{
	char next[SETTINGS_VALUE];
	const char *now = s->staged ? s->next : s->known ? s->value : "no";

	settings_word(s, now, next, sizeof next);
	/* An unknown one goes to yes, to no, and back to be left alone. */
	if (!s->known && s->staged && strcmp(s->next, "no") == 0)
		s->staged = false;
	else
		act_setting_stage(m, s, next);
}

bool
act_setting_apply(struct model *m, struct setting *s, struct effects *fx)
{
	union admin_request request = { 0 };
	enum admin_id id = settings_request(s, m->link.extended, &request);
	struct write *w;

	if (s->note == NOTE_SENDING)
		return true;
	w = act_send(m, id, &request, fx);
	if (w == NULL)
		return false;
	layout_text_set(&w->setting, s->key, strlen(s->key));
	(void)snprintf(w->now, sizeof w->now, "%s", s->next);
	w->together = m->together;
	s->note = NOTE_SENDING;
	m->applied++;
	return true;
}

static void
apply(struct model *m, struct effects *fx)
{
	if (!act_may_write(m))
		return;
	if (model_staged(m) == 0)
		model_say(m, LEVEL_INFO, "Nothing is staged.");
	m->applied = m->unapplied = 0;
	m->together++;
	for (size_t i = 0; i < m->settings.n; i++)
		if (m->settings.all[i].staged &&
		    !act_setting_apply(m, &m->settings.all[i], fx))
			return;
}

void
act_setting(struct model *m, enum action action, struct effects *fx)
{
	struct setting *s = model_setting(m);
	bool words;

	if (s == NULL)
		return;
	words = s->kind == SETTING_SWITCH || s->kind == SETTING_CHOICE;
	switch (action) {
	case ACTION_EDIT:
		if (words)
			toggle(m, s);
		else if (!s->live)
			act_setting_stage(m, s, s->value); /* says why not */
		else if (act_may_write(m))
			act_form_open_setting(m);
		break;
	case ACTION_TOGGLE:
		if (words)
			toggle(m, s);
		else
			model_say(m, LEVEL_INFO,
			    "%s: no switch, Enter changes it.", s->label);
		break;
	case ACTION_APPLY:
		apply(m, fx);
		break;
	case ACTION_REVERT:
		s->staged = s->unset = false;
		break;
	case ACTION_DEFAULT:
		act_setting_default(m, s);
		break;
	case ACTION_DISCARD:
		for (size_t i = 0; i < m->settings.n; i++)
			m->settings.all[i].staged = m->settings.all[i].unset =
			    false;
		break;
	default:
		break;
	}
}

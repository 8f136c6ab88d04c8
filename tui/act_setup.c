#include "tui/act.h"
#include "tui/prefs.h"

void
setup_open(struct model *m)
{
	m->overlay = OVERLAY_SETUP;
	m->menu_row = 0;
}

static void
move(struct model *m, int by)
{
	do {
		m->menu_row = (m->menu_row + by + PREF_COUNT) % PREF_COUNT;
	} while (prefs_is_set((enum pref_id)m->menu_row));
}

/* The next value of the row, or the one before; it holds at once. */
static void
change(struct model *m, int by, struct effects *fx)
{
	enum pref_id id = (enum pref_id)m->menu_row;
	struct prefs was, now;

	if (id == PREF_MOUSE) {
		act_mouse_toggle(m, fx);
		return;
	}
	if (*pref_rows[id].words == '\0') {
		act_pace(m, by < 0);
		return;
	}
	prefs_take(&was, m);
	now = was;
	now.value[id] = prefs_step(id, was.value[id], by);
	prefs_apply(&now, m);
	if (now.value[PREF_THEME] != was.value[PREF_THEME] ||
	    now.value[PREF_GLYPHS] != was.value[PREF_GLYPHS])
		(void)effects_add(fx, EFFECT_LOOKS);
}

void
setup_key(struct model *m, struct key k, struct effects *fx)
{
	switch (k.pasted ? ACTION_NONE : keys_find(IN_SETUP, k.code)) {
	case ACTION_MENU_DOWN:
		move(m, 1);
		break;
	case ACTION_MENU_UP:
		move(m, -1);
		break;
	case ACTION_SETUP_NEXT:
		change(m, 1, fx);
		break;
	case ACTION_SETUP_BACK:
		change(m, -1, fx);
		break;
	case ACTION_SETUP_CLOSE:
		m->overlay = OVERLAY_NONE;
		break;
	default:
		break;
	}
}

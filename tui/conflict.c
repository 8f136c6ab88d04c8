#include <stdio.h>
#include <string.h>

#include "tui/act.h"

/* The name by which the account goes that is edited. */
static const struct layout_text *
name_now(const struct edit *edit)
{
	return edit->moved.len > 0 ? &edit->moved : &edit->was.name;
}

static bool
is_editing(const struct model *m)
{
	return m->form.kind == FORM_USER_EDIT && m->form.n > 0 &&
	       (m->overlay == OVERLAY_FORM || m->overlay == OVERLAY_CONFLICT);
}

/* ---- which account it is */

static bool
has(const struct users_page *page, const struct layout_text *name)
{
	for (size_t i = 0; i < page->n; i++)
		if (model_same(&page->all[i].name, name))
			return true;
	return false;
}

/*
 * Names go and names come: an account that was added when this one was, and has
 * a name that was not there before, is this one, unless there are several.
 */
void
conflict_follow(struct model *m)
{
	const struct users_page *next = &m->users.next;
	const struct user *found = NULL;

	if (!is_editing(m) || !has(&m->users.page, name_now(&m->edit)) ||
	    has(next, name_now(&m->edit)))
		return;
	for (size_t i = 0; i < next->n; i++) {
		const struct user *u = &next->all[i];

		if (u->created != m->edit.was.created ||
		    has(&m->users.page, &u->name))
			continue;
		if (found != NULL)
			return;
		found = u;
	}
	if (found != NULL)
		m->edit.moved = found->name;
}

/* ---- what differs */

bool
conflict_row(const struct model *m, int field, struct conflict_row *row)
{
	char was[CONFLICT_TEXT];

	form_user_value(&m->form, field, &m->edit.was, was);
	form_user_value(&m->form, field, &m->edit.theirs, row->theirs);
	form_user_value(&m->form, field, NULL, row->mine);
	row->touched = strcmp(row->mine, was) != 0;
	row->changed = strcmp(row->theirs, was) != 0;
	return strcmp(row->mine, row->theirs) != 0;
}

/* The account was read again after somebody else was first. */
void
conflict_open(struct model *m)
{
	const struct user *now = users_find(&m->users, name_now(&m->edit));

	if (!is_editing(m) || !m->edit.stale)
		return;
	m->edit.stale = false;
	m->form.busy = false;
	if (now == NULL) {
		(void)snprintf(m->form.problem, sizeof m->form.problem,
		    "It was %sdeleted meanwhile; nothing was changed.",
		    m->users.page.cut ? "renamed or " : "");
		return;
	}
	m->edit.theirs = *now;
	m->edit.asked = m->now;
	m->overlay = OVERLAY_CONFLICT;
}

/* ---- what is done about it */

/* What was not touched is as it is there; what was typed stays. */
static void
merge(struct model *m)
{
	struct conflict_row row;

	for (int i = 0; i < m->form.n; i++)
		if (conflict_row(m, i, &row) && !row.touched)
			form_user_take(&m->form, i, &m->edit.theirs);
	m->edit.was = m->edit.theirs;
	m->edit.moved.len = 0;
	(void)snprintf(m->form.titled, sizeof m->form.titled, "Change %s",
	    m->edit.was.shown);
	m->form.problem[0] = '\0';
	m->overlay = OVERLAY_FORM;
	act_form_check(m);
}

void
conflict_key(struct model *m, struct key k, struct effects *fx)
{
	if (k.pasted || m->now - m->edit.asked < MODEL_GUARD_MS)
		return;
	switch (keys_find(IN_CONFLICT, k.code)) {
	case ACTION_MINE:
		merge(m);
		form_user_send(m, fx);
		break;
	case ACTION_THEIRS:
		act_form_close(m);
		model_say(m, LEVEL_INFO, "Left as it is there.");
		break;
	case ACTION_BOTH:
		merge(m);
		model_say(m, LEVEL_INFO,
		    "What you had not touched shows what is there now.");
		break;
	default:
		break;
	}
}

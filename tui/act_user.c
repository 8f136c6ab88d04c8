#include <stdio.h>
#include <string.h>

#include "ctl/words.h"
#include "tui/act.h"
#include "tui/utf8.h"

static void
target_of(struct target *t, const struct user *u)
{
	*t = (struct target){ .name = u->name, .revision = u->revision };
}

/* The marked accounts, or else the selected one, into the question. */
static void
add_targets(struct model *m, bool enabled_only)
{
	const struct users *u = &m->users;
	const struct user *one = model_user(m);
	struct target t;

	if (u->marked == 0 && one != NULL) {
		target_of(&t, one);
		(void)confirm_add(m, &t);
	}
	for (size_t i = 0; u->marked > 0 && i < u->page.n; i++) {
		if (!u->page.all[i].marked ||
		    (enabled_only && u->page.all[i].enabled == 0))
			continue;
		target_of(&t, &u->page.all[i]);
		if (!confirm_add(m, &t))
			return;
	}
}

static void
ask(struct model *m, enum confirm_kind kind)
{
	if (model_user(m) == NULL || !act_may_write(m))
		return;
	confirm_open(m, kind);
	add_targets(m, kind == CONFIRM_USER_OFF);
	if (m->confirm.n == 0)
		confirm_close(m);
}

static union admin_request
turn_on(const struct user *u)
{
	union admin_request r = { 0 };

	r.account_enable.name = u->name;
	r.account_enable.enabled = 1;
	r.account_enable.revision = u->revision;
	return r;
}

static void
turn_marked_on(struct model *m)
{
	const struct users_page *page = &m->users.page;
	union admin_request r;
	struct plan plan = { 0 };

	if (batch_is_busy(m))
		return;
	for (size_t i = 0; i < page->n; i++) {
		r = turn_on(&page->all[i]);
		if (page->all[i].marked &&
		    !plan_add(&plan, ADMIN_account_enable, &r))
			break;
	}
	batch_open(m, &plan, "user turned on", "users turned on", false);
	act_rows(m, ACTION_MARK_NONE);
}

/* On is harmless and done at once; off closes sessions and asks first. */
static void
enable(struct model *m, struct effects *fx)
{
	const struct users *u = &m->users;
	const struct user *one = model_user(m);
	union admin_request r;
	bool any_on = false;

	if (one == NULL || !act_may_write(m))
		return;
	for (size_t i = 0; i < u->page.n; i++)
		any_on |= u->page.all[i].marked && u->page.all[i].enabled > 0;
	if (u->marked > 0 ? any_on : one->enabled != 0) {
		ask(m, CONFIRM_USER_OFF);
	} else if (u->marked > 0) {
		turn_marked_on(m);
	} else {
		r = turn_on(one);
		(void)act_send(m, ADMIN_account_enable, &r, fx);
	}
}

/* That user and no other, if its name fits in; else all that have so much of
 * it: the quote stays open. */
static void
filter_user(char filter[MODEL_FILTER], const char *shown)
{
	char quoted[WORDS_QUOTED] = "";
	size_t begin = strcspn(shown, "\"");

	if (strpbrk(shown, "\"'") == NULL)
		(void)snprintf(quoted, sizeof quoted, "\"%s\"", shown);
	else if (strlen(shown) <= 255)
		(void)words_quote(quoted, shown, false);
	if (quoted[0] != '\0' &&
	    snprintf(filter, MODEL_FILTER, "user=%s", quoted) < MODEL_FILTER)
		return;
	(void)snprintf(filter, MODEL_FILTER, "user=\"%.*s", (int)begin, shown);
	utf8_mend(filter);
}

/* Its sessions, in the view of sessions. */
void
act_sessions_of(struct model *m, const char *shown)
{
	struct list *l = &m->lists[VIEW_SESSIONS];

	if (!view_offered(m, VIEW_SESSIONS)) {
		act_go(m, VIEW_SESSIONS);
		return;
	}
	filter_user(l->filter, shown);
	act_go(m, VIEW_SESSIONS);
	rows_arrange(m, VIEW_SESSIONS);
}

void
act_user(struct model *m, enum action action, struct effects *fx)
{
	const struct session *s = model_session(m);
	const struct user *u = model_user(m);

	switch (action) {
	case ACTION_USER_ADD:
		if (act_may_write(m))
			form_user_add(m, "", ROLE_REGULAR);
		break;
	case ACTION_USER_EDIT:
		form_user_edit(m, 1);
		break;
	case ACTION_USER_ROLE:
		form_user_role(m);
		break;
	case ACTION_USER_RENAME:
		form_user_edit(m, 0);
		break;
	case ACTION_USER_PASSWORD:
		if (u != NULL)
			form_user_password(m, &u->name);
		break;
	case ACTION_USER_ENABLE:
		enable(m, fx);
		break;
	case ACTION_USER_DEL:
		ask(m, CONFIRM_USER_DEL);
		break;
	case ACTION_USER_CLEAR:
		ask(m, CONFIRM_USER_CLEAR);
		break;
	case ACTION_USER_SESSIONS:
		if (m->view == VIEW_USERS && u != NULL)
			act_sessions_of(m, u->shown);
		else if (m->view == VIEW_SESSIONS && s != NULL)
			act_sessions_of(
			    m, sessions_text(&m->sessions, s->user));
		break;
	default:
		break;
	}
}

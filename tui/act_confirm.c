#include <stdlib.h>
#include <string.h>

#include "tui/act.h"

void
confirm_open(struct model *m, enum confirm_kind kind)
{
	confirm_close(m);
	m->confirm = (struct confirm){ .kind = kind, .opened = m->now };
	m->overlay = OVERLAY_CONFIRM;
}

bool
confirm_add(struct model *m, const struct target *target)
{
	struct confirm *q = &m->confirm;
	size_t room = q->room == 0 ? 8 : q->room * 2;
	struct target *all;

	if (q->n == q->room) {
		all = realloc(q->targets, room * sizeof *all);
		if (all == NULL)
			return false;
		q->targets = all;
		q->room = room;
	}
	q->targets[q->n++] = *target;
	return true;
}

void
confirm_close(struct model *m)
{
	free(m->confirm.targets);
	m->confirm = (struct confirm){ 0 };
	if (m->overlay == OVERLAY_CONFIRM)
		m->overlay = OVERLAY_NONE;
}

/* ---- one command for each target */

/* What a yes does with one target, and what becomes of one and of many. */
static const struct confirm_row {
	enum admin_id id;
	const char *one, *many;
} confirm_rows[] = {
	[CONFIRM_USER_DEL] = { ADMIN_user_del, "user deleted",
	    "users deleted" },
	[CONFIRM_USER_OFF] = { ADMIN_account_enable, "user turned off",
	    "users turned off" },
	[CONFIRM_SESSION_KILL] = { ADMIN_session_kill, "session killed",
	    "sessions killed" },
	[CONFIRM_USER_CLEAR] = { ADMIN_session_clear, "user without sessions",
	    "users without sessions" },
	[CONFIRM_FINDINGS_CLEAR] = { ADMIN_finding_clear, "", "" },
	[CONFIRM_SESSION_ALL] = { ADMIN_session_kill_all, "", "" },
	[CONFIRM_RULE_DEL] = { ADMIN_rule_del, "rule taken out",
	    "rules taken out" },
};

static void
fill(union admin_request *r, enum admin_id id, const struct target *t)
{
	switch (id) {
	case ADMIN_user_del:
		r->user_del.name = t->name;
		r->user_del.revision = t->revision;
		break;
	case ADMIN_account_enable:
		r->account_enable.name = t->name;
		r->account_enable.enabled = 0;
		r->account_enable.revision = t->revision;
		break;
	case ADMIN_session_kill:
		r->session_kill.id = t->id;
		break;
	case ADMIN_session_clear:
		r->session_clear.name = t->name;
		break;
	case ADMIN_session_kill_all:
		r->session_kill_all.filter = t->name;
		break;
	case ADMIN_rule_del:
		r->rule_del.id = t->id;
		break;
	default:
		break;
	}
}

/* One is sent at once, of many a few at a time. */
static void
send(struct model *m, const struct confirm_row *row, struct effects *fx)
{
	const struct confirm *q = &m->confirm;
	union admin_request r = { 0 };
	struct plan plan = { 0 };
	bool all = true;

	if (q->n == 1) {
		fill(&r, row->id, &q->targets[0]);
		(void)act_send(m, row->id, &r, fx);
		return;
	}
	if (batch_is_busy(m))
		return;
	for (size_t i = 0; all && i < q->n; i++) {
		fill(&r, row->id, &q->targets[i]);
		all = plan_add(&plan, row->id, &r);
	}
	if (all) {
		batch_open(m, &plan, row->one, row->many, false);
		act_rows(m, ACTION_MARK_NONE);
	}
	plan_free(&plan);
}

static void
confirmed(struct model *m, struct effects *fx)
{
	struct confirm *q = &m->confirm;

	if (q->kind == CONFIRM_QUIT)
		(void)effects_add(fx, EFFECT_QUIT);
	else if (!act_may_write(m) || q->n == 0)
		return;
	else if (q->kind >= CONFIRM_STOP && q->kind <= CONFIRM_RESET)
		server_confirmed(m, q->kind, fx);
	else
		send(m, &confirm_rows[q->kind], fx);
}

/* The word that must be typed, letter by letter. */
static void
type(struct confirm *q, uint32_t code)
{
	size_t len = strlen(q->typed);

	if (code == INPUT_BACKSPACE && len > 0)
		q->typed[len - 1] = '\0';
	else if (code >= 'A' && code <= 'z' && len + 1 < sizeof q->typed)
		q->typed[len] = (char)code;
}

void
confirm_key(struct model *m, struct key k, struct effects *fx)
{
	struct confirm *q = &m->confirm;
	bool word = q->word != NULL && q->word[0] != '\0';
	enum action action = keys_find(word ? IN_TYPED : IN_CONFIRM, k.code);

	if (k.pasted || m->now - q->opened < MODEL_GUARD_MS)
		return;
	if (word && action == ACTION_NONE)
		type(q, k.code);
	if (action == ACTION_NONE ||
	    (action == ACTION_TYPED_DONE && strcmp(q->typed, q->word) != 0))
		return;
	m->overlay = OVERLAY_NONE;
	if (action == ACTION_YES || action == ACTION_TYPED_DONE)
		confirmed(m, fx);
	confirm_close(m);
}

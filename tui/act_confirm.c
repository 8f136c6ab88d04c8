#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/act.h"

enum { TOGETHER = 8 }; /* commands of a batch under way at once */

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

static enum admin_id
command(enum confirm_kind kind)
{
	switch (kind) {
	case CONFIRM_USER_DEL:
		return ADMIN_user_del;
	case CONFIRM_USER_OFF:
		return ADMIN_account_enable;
	case CONFIRM_SESSION_KILL:
		return ADMIN_session_kill;
	case CONFIRM_USER_CLEAR:
		return ADMIN_session_clear;
	case CONFIRM_FINDINGS_CLEAR:
		return ADMIN_finding_clear;
	case CONFIRM_RULE_DEL:
		return ADMIN_rule_del;
	case CONFIRM_STOP:
	case CONFIRM_STOP_ALL:
	case CONFIRM_RESET:
	case CONFIRM_QUIT:
		break;
	}
	return ADMIN_COMMANDS;
}

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
	case ADMIN_rule_del:
		r->rule_del.id = t->id;
		break;
	default:
		break;
	}
}

static struct write *
send(struct model *m, struct effects *fx, enum confirm_kind kind,
    const struct target *t)
{
	enum admin_id id = command(kind);
	struct effect *e;
	struct write *w = act_write(m, id, fx, &e);

	if (w == NULL)
		return NULL;
	w->name = t->name;
	if (id == ADMIN_session_kill)
		(void)snprintf(w->shown, sizeof w->shown, "%llu",
		    (unsigned long long)t->id);
	else
		model_safe(w->shown, &t->name);
	fill(&e->request, id, t);
	return w;
}

/* Turning one off can be undone; what became of its sessions cannot. */
static void
can_turn_on(struct write *w, const struct target *t)
{
	(void)snprintf(w->now, sizeof w->now, "off");
	w->undoable = true;
	w->inverse = ADMIN_account_enable;
	w->undo.account_enable.name = t->name;
	w->undo.account_enable.enabled = 1;
}

/* A rule's text was not cut: then it can come back to its place. */
static void
can_put_back(struct write *w, const struct target *t)
{
	if (t->name.len >= 250)
		return;
	w->undoable = true;
	w->inverse = ADMIN_rule_add;
	w->undo.rule_add.place = t->revision;
	w->undo.rule_add.rule = t->name;
}

void
batch_drop(struct model *m)
{
	struct batch *b = &m->batch;

	if (b->targets != NULL && b->done + b->failed < b->n)
		model_say(m, LEVEL_BAD,
		    "%zu of %zu done; of the rest nothing is known, "
		    "please check.",
		    b->done, b->n);
	free(b->targets);
	m->batch = (struct batch){ 0 };
}

static const char *
what(enum confirm_kind kind, bool one)
{
	switch (kind) {
	case CONFIRM_USER_DEL:
		return one ? "user deleted" : "users deleted";
	case CONFIRM_USER_OFF:
		return one ? "user turned off" : "users turned off";
	case CONFIRM_SESSION_KILL:
		return one ? "session killed" : "sessions killed";
	case CONFIRM_USER_CLEAR:
		return one ? "user without sessions" : "users without sessions";
	case CONFIRM_FINDINGS_CLEAR:
	case CONFIRM_RULE_DEL:
	case CONFIRM_STOP:
	case CONFIRM_STOP_ALL:
	case CONFIRM_RESET:
	case CONFIRM_QUIT:
		break;
	}
	return "";
}

/* Sessions that ended by themselves meanwhile are where they should be. */
void
batch_done(struct model *m, enum admin_status status, const char *why)
{
	struct batch *b = &m->batch;
	bool gone = b->kind == CONFIRM_SESSION_KILL && status == ADMIN_MISSING;

	if (b->targets == NULL)
		return;
	if (status == ADMIN_OK || gone)
		b->done++;
	else
		b->failed++;
	if (status != ADMIN_OK && !gone)
		(void)snprintf(b->why, sizeof b->why, "%s", why);
	if (b->done + b->failed < b->n)
		return;
	if (b->failed > 0)
		model_say(m, LEVEL_BAD, "%zu %s, %zu not: %s.", b->done,
		    what(b->kind, b->done == 1), b->failed, b->why);
	else
		model_say(m, LEVEL_GOOD, "%zu %s.", b->done,
		    what(b->kind, b->done == 1));
	model_log(m, b->failed > 0 ? LEVEL_BAD : LEVEL_GOOD, "%zu %s", b->done,
	    what(b->kind, b->done == 1));
	free(b->targets);
	*b = (struct batch){ 0 };
}

void
batch_tick(struct model *m, struct effects *fx)
{
	struct batch *b = &m->batch;
	struct write *w;

	while (b->targets != NULL && b->sent < b->n &&
	       b->sent - b->done - b->failed < TOGETHER &&
	       fx->n < EFFECTS_MOST / 2) {
		w = send(m, fx, b->kind, &b->targets[b->sent]);
		if (w == NULL)
			return;
		w->quiet = true;
		b->sent++;
	}
}

static void
confirmed(struct model *m, struct effects *fx)
{
	struct confirm *q = &m->confirm;
	struct write *w;

	if (q->kind == CONFIRM_QUIT) {
		(void)effects_add(fx, EFFECT_QUIT);
		return;
	}
	if (!act_may_write(m) || q->n == 0)
		return;
	if (q->kind >= CONFIRM_STOP && q->kind <= CONFIRM_RESET) {
		server_confirmed(m, q->kind, fx);
		return;
	}
	if (q->n == 1) {
		w = send(m, fx, q->kind, &q->targets[0]);
		if (w != NULL && q->kind == CONFIRM_USER_OFF)
			can_turn_on(w, &q->targets[0]);
		if (w != NULL && q->kind == CONFIRM_RULE_DEL)
			can_put_back(w, &q->targets[0]);
		return;
	}
	if (m->batch.targets != NULL) {
		model_say(m, LEVEL_WARN, "The last batch is still under way.");
		return;
	}
	m->batch = (struct batch){
		.kind = q->kind,
		.targets = q->targets,
		.n = q->n,
	};
	q->targets = NULL; /* the batch has them now */
	act_rows(m, ACTION_MARK_NONE);
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

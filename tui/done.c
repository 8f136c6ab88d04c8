#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tui/act.h"

const char *
done_why(enum admin_status status, const char *why)
{
	if (status == ADMIN_LOST)
		return "unknown: the connection ended first, please check";
	return why != NULL && *why != '\0' ? why : admin_status_text(status);
}

static void
offer_undo(struct model *m, const struct write *w, const char *text)
{
	struct plan plan = { 0 };

	if (w->undoable)
		(void)plan_add(&plan, w->inverse, &w->undo);
	if (plan.n > 0)
		undo_offer(m, &plan, text, w->together);
	else
		undo_block(m, text);
}

/* It is done: say so, in words that end without a full stop. */
static void
good(struct model *m, const struct write *w, const char *text)
{
	offer_undo(m, w, text);
	model_log(m, LEVEL_GOOD, "%s", text);
	if (w->undoable)
		model_say(m, LEVEL_GOOD, "%s. u undoes it for 60 s.", text);
	else
		model_say(m, LEVEL_GOOD, "%s.", text);
}

static void
done_undo(struct model *m, const struct write *w, enum admin_status status,
    const char *why)
{
	bool ok = status == ADMIN_OK;

	poll_want(m);
	model_log(m, ok ? LEVEL_GOOD : LEVEL_BAD, "%s: %s",
	    ok ? "undone" : "not undone", w->now);
	if (ok)
		model_say(m, LEVEL_GOOD, "Undone: %s.", w->now);
	else
		model_say(m, LEVEL_BAD, "Not undone: %s (%s).", why, w->now);
}

static void
bad(struct model *m, const char *what, const char *shown, const char *why)
{
	if (shown[0] == '\0')
		shown = "server";
	model_log(m, LEVEL_BAD, "%s %s: %s", shown, what, why);
	model_say(m, LEVEL_BAD, "\"%s\" %s: %s.", shown, what, why);
}

/* ---- settings */

static void
refused_setting(struct model *m, struct setting *s, const char *why)
{
	m->unapplied++;
	(void)snprintf(s->text, sizeof s->text, "%s", why);
	model_log(m, LEVEL_BAD, "%s: %s", s->label, s->text);
	model_say(m, LEVEL_BAD, "%s: %s.", s->label, s->text);
}

static void
taken_setting(struct model *m, const struct write *w, struct setting *s)
{
	char text[160];

	(void)snprintf(s->text, sizeof s->text, "ok, set %s", m->clock);
	(void)snprintf(text, sizeof text, "%.40s %s %.80s", s->label,
	    w->id == ADMIN_unset ? "reset to" : "set to", w->now);
	good(m, w, text);
	if (s->staged && (strcmp(s->next, w->now) == 0 || s->unset))
		s->staged = s->unset = false;
	s->known = true;
	(void)snprintf(s->value, sizeof s->value, "%s", w->now);
	memcpy(s->when, m->clock, sizeof s->when);
	m->reading[ADMIN_get].want = true;
}

/* All of a batch are answered. */
static void
tell_settings(struct model *m)
{
	unsigned taken = m->applied - m->unapplied;

	if (m->unapplied == 0)
		model_say(m, LEVEL_GOOD,
		    "%u settings changed. u takes them back for 60 s.", taken);
	else
		model_say(m, LEVEL_BAD,
		    "%u of %u settings changed; the others say why.%s", taken,
		    m->applied, taken > 0 ? " u takes those back." : "");
}

static void
done_setting(struct model *m, const struct write *w, enum admin_status status,
    const char *why)
{
	struct setting *s = settings_find(&m->settings, w->setting.bytes);

	if (s == NULL)
		return;
	s->note = status == ADMIN_OK ? NOTE_OK : NOTE_REFUSED;
	if (status == ADMIN_OK)
		taken_setting(m, w, s);
	else
		refused_setting(m, s, why);
	if (m->applied > 1 && model_writing(m) == 0)
		tell_settings(m);
}

/* ---- accounts */

static bool
form_is(const struct model *m, enum form_kind kind)
{
	return m->overlay == OVERLAY_FORM && m->form.kind == kind;
}

static void
on_field(struct model *m, int field, const char *what, const char *why)
{
	m->form.busy = false;
	if (field >= 0 && field < m->form.n)
		(void)snprintf(m->form.fields[field].refused,
		    sizeof m->form.fields[field].refused, "%s", why);
	(void)snprintf(
	    m->form.problem, sizeof m->form.problem, "%s: %s.", what, why);
	act_form_check(m);
}

/* Show it at once; the next list confirms it. */
static void
show_added(struct model *m, const struct write *w)
{
	struct list *l = &m->lists[VIEW_USERS];
	struct user *u;

	poll_tear(m, ADMIN_account_list);
	(void)users_insert(&m->users, &w->name);
	u = users_find(&m->users, &w->name);
	if (u != NULL) {
		u->role = (int)w->role;
		u->here = true;
	}
	l->name = w->name;
	l->filter[0] = '\0';
	l->moved = true;
	rows_arrange(m, VIEW_USERS);
}

static void
refused_add(struct model *m, const struct write *w, enum admin_status status,
    const char *why)
{
	bool taken = status == ADMIN_TAKEN;

	if (form_is(m, FORM_USER_ADD))
		on_field(m, taken ? 0 : -1, "Not added",
		    taken ? "taken already" : why);
	bad(m, "not added", w->shown, why);
}

static void
done_add(struct model *m, const struct write *w, enum admin_status status,
    const char *why, struct effects *fx)
{
	char text[160];

	if (status != ADMIN_OK) {
		refused_add(m, w, status, why);
		return;
	}
	show_added(m, w);
	(void)snprintf(text, sizeof text, "User \"%.100s\" added", w->shown);
	good(m, w, text);
	if (form_is(m, FORM_USER_ADD) && !form_user_added(m, fx))
		act_form_close(m);
}

/* Changes of one account: what is said, and in which form they were typed. */
static const struct change_row {
	enum admin_id id;
	enum form_kind form; /* FORM_KINDS: none */
	const char *good, *bad;
} change_rows[] = {
	{ ADMIN_user_del, FORM_KINDS, "User \"%.100s\" deleted%s",
	    "not deleted" },
	{ ADMIN_account_restore, FORM_KINDS, "User \"%.100s\" restored%s",
	    "not restored" },
	{ ADMIN_account_rename, FORM_KINDS,
	    "User \"%.60s\" renamed to \"%.60s\"", "not renamed" },
	{ ADMIN_account_password, FORM_USER_PASSWORD,
	    "Password of \"%.100s\" changed%s", "keeps its password" },
	{ ADMIN_account_role, FORM_KINDS, "Role of \"%.100s\" set: %s",
	    "keeps its role" },
	{ ADMIN_account_set, FORM_KINDS, "Limit of \"%.60s\" set: %s",
	    "not changed" },
	{ ADMIN_account_enable, FORM_KINDS, "User \"%.100s\" turned %s",
	    "not turned on or off" },
	{ ADMIN_session_kill, FORM_KINDS, "Session %.120s killed%s",
	    "not killed" },
	{ ADMIN_rule_add, FORM_RULE_ADD, "Rule added: %.100s%s", "not added" },
	{ ADMIN_rule_del, FORM_KINDS, "Rule taken out: %.100s%s",
	    "not taken out" },
	{ ADMIN_rule_move, FORM_KINDS, "Rule \"%.80s\" moved to place %s",
	    "not moved" },
	{ ADMIN_set_running, FORM_KINDS, "SOCKS server%s turned %s",
	    "not started or stopped" },
	{ ADMIN_reset, FORM_KINDS, "Server reset%s%s", "not reset" },
	{ ADMIN_session_kill_all, FORM_KINDS, "Sessions closed%s%s",
	    "not closed" },
	{ ADMIN_finding_clear, FORM_KINDS, "Findings forgotten%s%s",
	    "not forgotten" },
	{ ADMIN_session_clear, FORM_KINDS, "Sessions of \"%.100s\" killed%s",
	    "keeps its sessions" },
};

__attribute__((format(printf, 2, 0))) static void
put(char text[160], const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	(void)vsnprintf(text, 160, format, ap);
	va_end(ap);
}

static void
done_change(struct model *m, const struct write *w, const struct change_row *r,
    enum admin_status status, const char *why)
{
	char text[160];

	if (status != ADMIN_OK) {
		if (r->form != FORM_KINDS && form_is(m, r->form))
			on_field(m, 0, "Refused", why);
		bad(m, r->bad, w->shown, why);
		return;
	}
	if (r->form != FORM_KINDS && form_is(m, r->form))
		act_form_close(m);
	if (w->id == ADMIN_finding_clear)
		findings_clear(&m->findings);
	if (w->id == ADMIN_rule_add && w->undoable) {
		m->rule_added = true;
		m->rule_before = w->undo.rule_del.id;
	}
	put(text, r->good, w->shown, w->now);
	good(m, w, text);
}

/* The edit is over; what was done of it can be taken back together. */
static void
end_edit(struct model *m, const char *text)
{
	if (m->edit.added) /* which is undone as a whole */
		plan_free(&m->edit.back);
	undo_offer(m, &m->edit.back, text, 0);
	m->edit.n = 0;
}

static void
refused_edit(struct model *m, const struct write *w, enum admin_status status,
    const char *why)
{
	struct edit *edit = &m->edit;
	int field = edit->n > 0 ? edit->steps[edit->at].field : -1;
	bool open = form_is(m, FORM_USER_EDIT);
	char text[160];

	(void)snprintf(
	    text, sizeof text, "User \"%.100s\" changed in part", w->shown);
	end_edit(m, text);
	edit->stale =
	    open && (status == ADMIN_STALE || status == ADMIN_MISSING);
	if (edit->stale) { /* the next list tells what became of it */
		poll_tear(m, ADMIN_account_list);
		(void)snprintf(m->form.problem, sizeof m->form.problem,
		    "Somebody changed it meanwhile: reading it again.");
		return;
	}
	if (open)
		on_field(m, field,
		    edit->added ? "Added, but refused" : "Refused", why);
	bad(m, edit->added ? "added, but not with all limits" : "not changed",
	    w->shown, why);
}

/* A step of an edit: the next one, or the end of it. */
static void
done_edit(struct model *m, const struct write *w, enum admin_status status,
    const char *why, struct effects *fx)
{
	struct edit *edit = &m->edit;
	char text[160];

	if (status != ADMIN_OK) {
		refused_edit(m, w, status, why);
		return;
	}
	if (w->undoable)
		(void)plan_add(&edit->back, w->inverse, &w->undo);
	if (edit->n > 0 && ++edit->at < edit->n) {
		form_edit_next(m, fx);
		return;
	}
	(void)snprintf(text, sizeof text, "User \"%.100s\" %s", w->shown,
	    edit->added ? "added" : "changed");
	end_edit(m, text);
	if (form_is(m, FORM_USER_EDIT))
		act_form_close(m);
	if (w->id == ADMIN_account_rename)
		layout_text_set(
		    &m->lists[VIEW_USERS].name, w->now, strlen(w->now));
	model_log(m, LEVEL_GOOD, "%s", text);
	model_say(m, LEVEL_GOOD, "%s. u undoes it for 60 s.", text);
}

/* Who may reach what: the answer stands in the form that asked. */
static void
done_test(struct model *m, const struct event *e, const char *why)
{
	static const char *const verdicts[] = { "allowed", "denied" };
	const struct admin_rule_verdict *v = e->rows;
	char rule[MODEL_SHOWN], depends[MODEL_SHOWN];

	if (!form_is(m, FORM_RULE_TEST))
		return;
	if (e->status != ADMIN_OK || e->count != 1 || v->verdict > 2) {
		on_field(m, 0, "Not answered", why);
		return;
	}
	m->form.busy = false;
	model_safe(rule, &v->text);
	model_safe(depends, &v->depends);
	if (v->verdict == 2)
		(void)snprintf(m->form.answer, sizeof m->form.answer,
		    "it depends on the address: rules %.40s; else %.60s",
		    depends, v->id == 0 ? "allowed" : rule);
	else if (v->id == 0)
		(void)snprintf(m->form.answer, sizeof m->form.answer,
		    "%s: no rule says otherwise", verdicts[v->verdict]);
	else
		(void)snprintf(m->form.answer, sizeof m->form.answer,
		    "%s by rule %u: %.100s", verdicts[v->verdict],
		    (unsigned)v->place, rule);
}

/* Which sessions were closed, and how many the daemon says that were. */
static void
put_closed(struct write *w, const struct event *e)
{
	const struct admin_live_count *closed = e->rows;
	char fits[MODEL_SHOWN];

	(void)snprintf(fits, sizeof fits, "%s", w->shown);
	if (strcmp(fits, ":") == 0) /* which all have */
		w->shown[0] = '\0';
	else
		(void)snprintf(
		    w->shown, sizeof w->shown, " that fit \"%.60s\"", fits);
	if (e->count == 1)
		(void)snprintf(w->now, sizeof w->now, ": %llu",
		    (unsigned long long)closed->count);
}

static void
done_rest(struct model *m, const struct write *w, enum admin_status status,
    const char *why, struct effects *fx)
{
	if (w->setting.len > 0) {
		done_setting(m, w, status, why);
		return;
	}
	if (w->id == ADMIN_user_add) {
		done_add(m, w, status, why, fx);
		return;
	}
	for (size_t i = 0; i < sizeof change_rows / sizeof *change_rows; i++)
		if (change_rows[i].id == w->id)
			done_change(m, w, &change_rows[i], status, why);
}

void
done(struct model *m, const struct event *e, struct effects *fx)
{
	const char *why = done_why(e->status, e->why);
	struct write w;

	if (e->tag >= MODEL_WRITES || !m->writes[e->tag].used)
		return;
	w = m->writes[e->tag];
	m->writes[e->tag].used = e->more && w.typed;
	m->poll_at = m->now; /* show what became of it */
	m->reading[ADMIN_account_list].want = true;
	m->reading[ADMIN_user_list].want = true;
	m->reading[ADMIN_session_list].want = true;
	m->reading[ADMIN_rule_list].want = true;
	if (w.id == ADMIN_session_kill_all && e->status == ADMIN_OK)
		put_closed(&w, e);
	if (w.quiet) {
		batch_done(m, &w, e->status, why);
		batch_tick(m, fx);
	} else if (w.undoing) {
		done_undo(m, &w, e->status, why);
	} else if (w.typed) {
		answer_told(m, e, fx);
	} else if (w.id == ADMIN_rule_test) {
		done_test(m, e, why);
	} else if (w.editing) {
		done_edit(m, &w, e->status, why, fx);
	} else {
		done_rest(m, &w, e->status, why, fx);
	}
}

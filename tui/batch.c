#include <stdio.h>

#include "tui/act.h"

enum { TOGETHER = 8 }; /* commands of a batch under way at once */

bool
batch_is_busy(struct model *m)
{
	if (m->batch.plan.n == 0)
		return false;
	model_say(m, LEVEL_WARN, "The last batch is still under way.");
	return true;
}

void
batch_open(struct model *m, struct plan *plan, const char *one,
    const char *many, bool undoing)
{
	struct batch *b = &m->batch;

	*b = (struct batch){ .plan = *plan, .undoing = undoing };
	*plan = (struct plan){ 0 };
	(void)snprintf(b->one, sizeof b->one, "%s", one);
	(void)snprintf(b->many, sizeof b->many, "%s", many);
}

void
batch_close(struct model *m)
{
	plan_free(&m->batch.plan);
	plan_free(&m->batch.back);
	m->batch = (struct batch){ 0 };
}

static size_t
answered(const struct batch *b)
{
	return b->done + b->failed;
}

void
batch_drop(struct model *m)
{
	struct batch *b = &m->batch;

	if (answered(b) < b->plan.n)
		model_say(m, LEVEL_BAD,
		    "%zu of %zu done; of the rest nothing is known, "
		    "please check.",
		    b->done, b->plan.n);
	batch_close(m);
}

/* All are answered: what was done, what was not and why. */
static void
tell(struct model *m)
{
	struct batch *b = &m->batch;
	const char *what = b->done == 1 ? b->one : b->many;
	enum level level = b->failed > 0 ? LEVEL_BAD : LEVEL_GOOD;
	const char *undo = "";
	char text[160];

	if (b->undoing && b->failed == 0)
		(void)snprintf(text, sizeof text, "Undone: %.120s", what);
	else if (b->undoing)
		(void)snprintf(
		    text, sizeof text, "%zu undone (%.100s)", b->done, what);
	else
		(void)snprintf(text, sizeof text, "%zu %.120s", b->done, what);
	model_log(m, level, "%s", text);
	if (b->back.n > 0 && !b->undoing) {
		undo = " u undoes it for 60 s.";
		undo_offer(m, &b->back, text, 0);
	} else if (b->done > 0 && !b->undoing) {
		undo_block(m, text);
	}
	if (b->failed > 0)
		model_say(m, level, "%.60s, %zu not: %.70s.%s", text, b->failed,
		    b->why, undo);
	else
		model_say(m, level, "%s.%s", text, undo);
}

/* Sessions that ended by themselves meanwhile are where they should be. */
void
batch_done(struct model *m, const struct write *w, enum admin_status status,
    const char *why)
{
	struct batch *b = &m->batch;
	bool gone = w->id == ADMIN_session_kill && status == ADMIN_MISSING;

	if (b->plan.n == 0)
		return;
	if (status == ADMIN_OK || gone) {
		b->done++;
		if (w->undoable)
			(void)plan_add(&b->back, w->inverse, &w->undo);
	} else {
		b->failed++;
		(void)snprintf(
		    b->why, sizeof b->why, "%.40s: %.100s", w->shown, why);
		model_log(m, LEVEL_BAD, "%.60s: %.90s", w->shown, why);
	}
	if (answered(b) < b->plan.n)
		return;
	tell(m);
	batch_close(m);
}

void
batch_tick(struct model *m, struct effects *fx)
{
	struct batch *b = &m->batch;
	struct write *w;

	while (b->sent < b->plan.n && b->sent - answered(b) < TOGETHER &&
	       fx->n < EFFECTS_MOST / 2) {
		const struct step *s = &b->plan.all[b->sent];

		w = act_send(m, s->id, s->request, fx);
		if (w == NULL)
			return;
		w->quiet = true;
		b->sent++;
	}
}

#include <stdio.h>
#include <string.h>

#include "tui/act.h"
#include "tui/inverse.h"

static void
forget(struct undo *undo)
{
	plan_free(&undo->plan);
	*undo = (struct undo){ 0 };
}

void
undo_drop(struct model *m)
{
	while (m->nundo > 0)
		forget(&m->undo[--m->nundo]);
}

void
undo_tick(struct model *m)
{
	if (m->nundo > 0 && m->now >= m->undo[m->nundo - 1].until)
		undo_drop(m); /* the others are older */
}

static struct undo *
push(struct model *m)
{
	if (m->nundo == MODEL_UNDOS) {
		forget(&m->undo[0]);
		memmove(
		    &m->undo[0], &m->undo[1], --m->nundo * sizeof m->undo[0]);
		m->undo[m->nundo] = (struct undo){ 0 };
	}
	return &m->undo[m->nundo++];
}

void
undo_offer(
    struct model *m, struct plan *plan, const char *text, unsigned together)
{
	struct undo *undo = m->nundo > 0 ? &m->undo[m->nundo - 1] : NULL;

	if (plan->n == 0)
		return;
	if (undo == NULL || together == 0 || undo->together != together) {
		undo = push(m);
		undo->plan = *plan;
		undo->together = together;
		(void)snprintf(undo->text, sizeof undo->text, "%s", text);
	} else {
		for (size_t i = 0; i < plan->n; i++)
			(void)plan_add(
			    &undo->plan, plan->all[i].id, plan->all[i].request);
		plan_free(plan);
		(void)snprintf(
		    undo->text, sizeof undo->text, "%zu changes", undo->plan.n);
	}
	undo->until = m->now + MODEL_UNDO_MS;
	*plan = (struct plan){ 0 };
}

void
undo_block(struct model *m, const char *text)
{
	struct undo *undo = push(m);

	undo->until = m->now + MODEL_UNDO_MS;
	(void)snprintf(undo->text, sizeof undo->text, "%s", text);
}

/* The last change has no inverse: whoever wants to undo one before it says so
 * once more. */
static void
pass_block(struct model *m)
{
	struct undo *undo = &m->undo[--m->nundo];

	if (m->nundo == 0)
		model_say(m, LEVEL_WARN, "This cannot be undone: %.100s.",
		    undo->text);
	else
		model_say(m, LEVEL_WARN,
		    "This cannot be undone: %.100s. u again undoes: %.100s.",
		    undo->text, m->undo[m->nundo - 1].text);
	forget(undo);
}

/* Each step as it is to be sent now; else says why that cannot be told. */
static bool
settle(struct model *m, const struct undo *undo)
{
	for (size_t i = 0; i < undo->plan.n; i++) {
		const struct step *s = &undo->plan.all[i];
		size_t found = inverse_settle(m, s->id, s->request);

		if (found == 1)
			continue;
		model_say(m, LEVEL_WARN,
		    found == 0
			? "Not undone: the rule is not there (%.80s)."
			: "Not undone: others put in rules, too (%.80s).",
		    undo->text);
		return false;
	}
	return true;
}

static void
send(struct model *m, struct undo *undo, struct effects *fx)
{
	const struct step *first = &undo->plan.all[0];
	struct write *w;

	if (undo->plan.n > 1) {
		plan_turn(&undo->plan); /* the last one first */
		batch_open(m, &undo->plan, undo->text, undo->text, true);
		return;
	}
	w = act_send(m, first->id, first->request, fx);
	if (w == NULL)
		return;
	w->undoing = true;
	(void)snprintf(w->now, sizeof w->now, "%s", undo->text);
}

void
act_undo(struct model *m, struct effects *fx)
{
	struct undo *undo;

	if (m->nundo == 0) {
		model_say(m, LEVEL_INFO, "Nothing to undo.");
		return;
	}
	if (!act_may_write(m) || batch_is_busy(m))
		return;
	undo = &m->undo[m->nundo - 1];
	if (undo->plan.n == 0) {
		pass_block(m);
		return;
	}
	if (!settle(m, undo))
		return;
	send(m, undo, fx);
	m->nundo--;
	forget(undo);
}

/*
 * Findings of the dissector: taken from the workers, kept in memory for whoever
 * asks, and in the store, which never holds anybody up.
 */

#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "daemon/state.h"

enum {
	FIND_MOST = 500, /* findings in one transaction */
	DAY = 24 * 60 * 60,
};

/* ---- taking */

void
findings_take(struct supervisor *s, struct finding_batch *batch)
{
	for (size_t i = 0; i < batch->count; i++) {
		struct finding *f = batch->rows[i];

		batch->rows[i] = NULL;
		f->id = findings_last(s->findings) + 1;
		if (s->hooks.finding != NULL)
			s->hooks.finding(f, s->hooks.arg);
		(void)findings_add(s->findings, f);
	}
	finding_batch_free(batch);
}

void
findings_bound(struct supervisor *s)
{
	uint64_t days = settings_number(s->settings, SETTING_findings_days);

	findings_keep(
	    s->findings, settings_number(s->settings, SETTING_findings_keep));
	if (days > 0)
		findings_expire(s->findings,
		    clock_wall_us() / 1000000 - (int64_t)days * DAY);
}

/* ---- keeping */

static bool
fill(struct change *c, const struct findings *list, uint64_t after)
{
	const struct finding *f = findings_after(list, after);

	c->found = calloc(FIND_MOST, sizeof(struct finding *));
	for (; c->found != NULL && f != NULL && c->nfound < FIND_MOST;
	     f = findings_after(list, f->id)) {
		if ((c->found[c->nfound] = finding_masked(f)) == NULL)
			return false;
		c->nfound++;
	}
	return c->found != NULL;
}

/* What the store does not know yet; NULL: nothing, or no memory. */
static struct change *
collect(struct supervisor *s)
{
	struct change *c;

	if (findings_last(s->findings) == s->kept_finding &&
	    findings_floor(s->findings) == s->gone_finding)
		return NULL;
	if ((c = supervisor_change_new(CHANGE_FIND)) == NULL)
		return NULL;
	c->last_gone = findings_floor(s->findings);
	if (fill(c, s->findings, s->kept_finding))
		return c;
	change_free(c);
	return NULL;
}

/* It is on disk. */
static void
note(struct supervisor *s, const struct change *c)
{
	s->gone_finding = c->last_gone;
	s->kept_finding = c->nfound == FIND_MOST ? c->found[FIND_MOST - 1]->id
						 : s->sent_finding;
}

/* What is to go must not be written down behind that. */
static bool
is_forgetting(const struct supervisor *s)
{
	return s->busy != NULL && s->busy->change->kind == CHANGE_FORGET;
}

void
findings_flush(struct supervisor *s)
{
	struct change *c;

	findings_bound(s);
	if (s->finding || s->store_thread == NULL || is_forgetting(s) ||
	    (c = collect(s)) == NULL)
		return;
	s->finding = true;
	s->sent_finding = findings_last(s->findings);
	if (mail_post(store_thread_mailbox(s->store_thread), MAIL_CHANGE,
		MAIL_FROM_MAIN, c) != 0) {
		s->finding = false; /* next time */
		change_free(c);
	}
}

void
findings_stored(struct supervisor *s, struct change *c)
{
	bool more = c->nfound == FIND_MOST;

	s->finding = false;
	if (c->result == CHANGE_DONE) {
		note(s, c);
		s->store_says_no = false;
	} else if (!s->store_says_no) {
		log_error(
		    "store", "findings not kept, trying again", "%s", c->why);
		s->store_says_no = true; /* once, not each second */
	}
	if (c->result != CHANGE_DONE)
		more = false;
	change_free(c);
	if (more)
		findings_flush(s);
}

void
findings_flush_last(struct supervisor *s)
{
	struct change *c;
	bool kept = true;

	while (kept && (c = collect(s)) != NULL) {
		s->sent_finding = findings_last(s->findings);
		store_change(s->store, c);
		kept = c->result == CHANGE_DONE;
		if (kept)
			note(s, c);
		else
			log_error("store", "findings not kept", "%s", c->why);
		change_free(c);
	}
}

void
findings_forgot(struct supervisor *s, const struct change *c)
{
	findings_drop(s->findings, c->last_gone);
	s->gone_finding = findings_floor(s->findings);
	if (s->kept_finding < c->last_gone)
		s->kept_finding = c->last_gone;
}

/* ---- loading */

bool
findings_load(struct supervisor *s, struct finding *f)
{
	s->kept_finding = f->id;
	(void)findings_add(s->findings, f);
	return true;
}

void
findings_load_last(struct supervisor *s, uint64_t id)
{
	findings_begin(s->findings, id);
	s->kept_finding = findings_last(s->findings);
}

const struct findings *
supervisor_findings(const struct supervisor *s)
{
	return s->findings;
}

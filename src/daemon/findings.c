/*
 * Findings of the dissector: taken from the workers, kept in memory for whoever
 * asks, and in the store, which never holds anybody up.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "daemon/findings_file.h"
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

/* As the settings say. */
static void
bound(struct supervisor *s)
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
		if ((c->found[c->nfound] = finding_copy(f)) == NULL)
			return false;
		c->nfound++;
	}
	return c->found != NULL;
}

/* What the store or the file does not know yet; NULL: nothing, or no memory. */
static struct change *
collect(struct supervisor *s)
{
	uint64_t last = findings_last(s->findings), from = s->kept_finding;
	struct change *c;

	if (s->findings_file != NULL && s->filed_finding < from)
		from = s->filed_finding;
	if (findings_after(s->findings, from) == NULL &&
	    findings_floor(s->findings) == s->gone_finding) {
		s->kept_finding = s->filed_finding = last;
		return NULL;
	}
	if ((c = change_new(CHANGE_FIND)) == NULL)
		return NULL;
	c->last_gone = findings_floor(s->findings);
	c->file = s->findings_file;
	c->filed = s->filed_finding;
	if (fill(c, s->findings, from)) {
		c->up_to =
		    c->nfound < FIND_MOST ? last : c->found[FIND_MOST - 1]->id;
		return c;
	}
	change_free(c);
	return NULL;
}

/* Say it once, not each second. */
static void
complain(bool *said, bool wrong, const char *event, const char *why)
{
	if (wrong && !*said)
		log_error("store", event, "%s", why);
	*said = wrong;
}

/* It was carried out, as far as it went; false: it will be tried again. */
static bool
note(struct supervisor *s, const struct change *c)
{
	bool kept = c->result == CHANGE_DONE, filed = c->file_why[0] == '\0';

	if (kept)
		s->gone_finding = c->last_gone;
	if (kept && s->kept_finding < c->up_to)
		s->kept_finding = c->up_to;
	if (filed)
		s->filed_finding = c->up_to;
	complain(&s->store_says_no, !kept, "findings not kept, trying again",
	    c->why);
	complain(&s->file_says_no, !filed,
	    "passwords not written, trying again", c->file_why);
	return kept && filed;
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

	bound(s);
	if (s->finding || s->store_thread == NULL || s->leaving ||
	    is_forgetting(s) || (c = collect(s)) == NULL)
		return;
	s->finding = true;
	if (mail_post(store_thread_mailbox(s->store_thread), MAIL_CHANGE,
		MAIL_FROM_MAIN, c) != 0) {
		s->finding = false; /* next time */
		change_free(c);
	}
}

void
findings_stored(struct supervisor *s, struct change *c)
{
	bool more = note(s, c) && c->nfound == FIND_MOST;

	s->finding = false;
	change_free(c);
	if (more)
		findings_flush(s);
}

bool
findings_flush_last(struct supervisor *s)
{
	struct change *c;
	bool well = true;

	while (well && (c = collect(s)) != NULL) {
		findings_file_change(c);
		store_change(s->store, c);
		well = note(s, c);
		change_free(c);
	}
	return well;
}

size_t
findings_lose(struct supervisor *s)
{
	uint64_t last = findings_last(s->findings);
	uint64_t n = last > s->kept_finding ? last - s->kept_finding : 0;

	s->kept_finding = last;
	return (size_t)n;
}

void
findings_forgot(struct supervisor *s, const struct change *c)
{
	findings_drop(s->findings, c->last_gone);
	s->gone_finding = findings_floor(s->findings);
	if (s->kept_finding < c->last_gone)
		s->kept_finding = c->last_gone;
	if (s->filed_finding < c->last_gone)
		s->filed_finding = c->last_gone;
}

/* ---- loading */

bool
findings_load(struct supervisor *s, struct finding *f)
{
	s->kept_finding = s->filed_finding = f->id;
	(void)findings_add(s->findings, f);
	return true;
}

void
findings_load_last(struct supervisor *s, uint64_t id)
{
	findings_begin(s->findings, id);
	s->kept_finding = s->filed_finding = findings_last(s->findings);
}

int
findings_open(struct supervisor *s, char why[SUPERVISOR_WHY])
{
	const char *path = settings_text(s->settings, SETTING_findings_file);
	char what[FINDINGS_FILE_WHY];

	bound(s);
	if (settings_number(s->settings, SETTING_dissector_passwords) !=
	    PASSWORDS_PLAIN) {
		if (access(path, F_OK) == 0)
			log_warn("main", "passwords of an earlier run remain",
			    "file=%s; delete it if they are not needed", path);
		return 0;
	}
	if ((s->findings_file = strdup(path)) == NULL ||
	    findings_file_append(path, NULL, 0, 0, what) != 0) {
		(void)snprintf(why, SUPERVISOR_WHY, "findings-file: %s",
		    s->findings_file == NULL ? "out of memory" : what);
		return -1;
	}
	log_warn("main", "passwords seen in clear are kept unmasked",
	    "file=%s; see dissector-passwords", path);
	return 0;
}

const struct findings *
supervisor_findings(const struct supervisor *s)
{
	return s->findings;
}

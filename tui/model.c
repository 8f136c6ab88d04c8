#include "tui/model.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/act.h"
#include "tui/utf8.h"

const unsigned model_windows[MODEL_WINDOWS] = { 60, 120, 600, 3600, 10800,
	604800 };
const char *const model_window_names[MODEL_WINDOWS] = { "1 min", "2 min",
	"10 min", "1 h", "3 h", "7 d" };

const char *const view_names[VIEW_COUNT] = { "Dashboard", "Sessions", "Users",
	"Settings", "Logs", "Findings", "Rules", "Nodes" };

const struct reason_row reason_rows[REASONS] = {
#define REASON(metric, label) { metric, label },
#include "tui/reasons.def"
};

bool
model_knows(const struct model *m, enum admin_id id)
{
	return m->link.extended ? m->link.knows[id] : admin_base_code(id) >= 0;
}

bool
model_offers(const struct model *m, enum action action)
{
	enum admin_id need = keys_need(action);

	return need == ADMIN_COMMANDS ||
	       (model_knows(m, need) &&
		   (admin_commands[need].need != ADMIN_CHANGE ||
		       model_may_change(m)));
}

bool
model_may_change(const struct model *m)
{
	return !m->read_only && !m->link.observer && m->link.state != LINK_LOST;
}

bool
view_offered(const struct model *m, enum view view)
{
	if (view < VIEW_NODES && m->link.state == LINK_CONNECTING)
		return true; /* it has not told yet */
	if (view == VIEW_NODES)
		return m->nnodes > 0;
	return view < VIEW_NODES &&
	       model_offers(
		   m, (enum action)(ACTION_VIEW_DASH + (unsigned)view));
}

void
model_open(struct model *m, const char *endpoint, const char *user)
{
	struct layout_text name;

	m->w = 80;
	m->h = 24;
	m->interval_ms = 1000;
	m->window = 1;
	m->log_level = m->event_level = 2;
	m->in_now = m->out_now = m->new_now = m->cpu_now = NAN;
	(void)settings_open(&m->settings);
	(void)snprintf(
	    m->link.endpoint, sizeof m->link.endpoint, "%s", endpoint);
	layout_text_set(&name, user, strlen(user));
	model_safe(m->link.user, &name);
}

static void
free_lists(struct model *m)
{
	users_free(&m->users);
	sessions_free(&m->sessions);
	settings_close(&m->settings);
	lines_free(&m->lines);
	findings_free(&m->findings);
	rules_list_free(&m->rules);
}

void
model_forget(struct model *m)
{
	free_lists(m);
	(void)settings_open(&m->settings);
	memset(&m->live, 0, sizeof m->live);
	memset(&m->frozen, 0, sizeof m->frozen);
	memset(&m->latency, 0, sizeof m->latency);
	listeners_begin(&m->listeners);
	memset(m->reasons, 0, sizeof m->reasons);
	memset(m->alerts, 0, sizeof m->alerts);
	memset(m->watched, 0, sizeof m->watched);
	m->accepted.n = m->refused.n = m->wrong.n = m->auth_failed.n = 0;
	m->watched_session = 0;
	undo_drop(m);
	m->paused = false;
	m->no_user_sessions = false;
	for (int i = 0; i < VIEW_COUNT; i++)
		m->lists[i].moved = false;
}

void
model_close(struct model *m)
{
	free_lists(m);
	free(m->confirm.targets);
	answer_free(&m->answer);
	batch_close(m);
	undo_drop(m);
	plan_free(&m->edit.back);
	form_wipe(&m->form);
}

uint64_t
model_graph_end(const struct model *m)
{
	uint64_t back = (uint64_t)m->pan * model_windows[m->window] * 1000 / 4;
	uint64_t at = model_data(m)->at;

	return at > back ? at - back : 0;
}

const struct data *
model_data(const struct model *m)
{
	return m->paused ? &m->frozen : &m->live;
}

const struct user *
model_user(const struct model *m)
{
	return users_row(&m->users, m->lists[VIEW_USERS].row);
}

const struct session *
model_session(const struct model *m)
{
	return sessions_row(&m->sessions, m->lists[VIEW_SESSIONS].row);
}

struct setting *
model_setting(const struct model *m)
{
	int row = m->lists[VIEW_SETTINGS].row;

	if (row < 0 || (size_t)row >= m->settings.n)
		return NULL;
	return &m->settings.all[row];
}

const struct finding *
model_finding(const struct model *m)
{
	return findings_row(&m->findings, m->lists[VIEW_FINDINGS].row);
}

const struct rule_shown *
model_rule(const struct model *m)
{
	return rules_list_row(&m->rules, m->lists[VIEW_RULES].row);
}

double
model_rtt(const struct model *m)
{
	double sorted[8];
	unsigned n = m->link.nrtts < 8 ? m->link.nrtts : 8;

	for (unsigned i = 0; i < n; i++) {
		unsigned at = i;

		for (; at > 0 && sorted[at - 1] > m->link.rtts[i]; at--)
			sorted[at] = sorted[at - 1];
		sorted[at] = m->link.rtts[i];
	}
	return n == 0 ? NAN : sorted[n / 2];
}

int
model_staged(const struct model *m)
{
	int n = 0;

	for (size_t i = 0; i < m->settings.n; i++)
		n += m->settings.all[i].staged;
	return n;
}

int
model_writing(const struct model *m)
{
	int n = 0;

	for (int i = 0; i < MODEL_WRITES; i++)
		n += m->writes[i].used;
	return n;
}

static uint64_t
sooner(uint64_t a, uint64_t b)
{
	return b != 0 && b < a ? b : a;
}

uint64_t
model_wake(const struct model *m)
{
	uint64_t at = m->now + 60000 - m->now % 60000;

	if (m->link.state == LINK_UP)
		at = sooner(at, m->poll_at);
	else if (m->link.retry_at != 0)
		at = sooner(at, m->link.retry_at);
	if (m->link.state != LINK_UP ||
	    (m->polling && m->now - m->polled_at > MODEL_SILENT_MS))
		at = sooner(at, m->now + 1000);
	if (m->toast.text[0] != '\0')
		at = sooner(at, m->toast.until);
	if (m->reveal_until > m->now)
		at = sooner(at, m->reveal_until);
	return at <= m->now ? m->now + 1 : at;
}

void
model_say(struct model *m, enum level level, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	(void)vsnprintf(m->toast.text, sizeof m->toast.text, format, ap);
	va_end(ap);
	utf8_mend(m->toast.text);
	m->toast.level = level;
	m->toast.until = m->now + (level >= LEVEL_WARN ? 12000 : 6000);
}

void
model_log(struct model *m, enum level level, const char *format, ...)
{
	struct note *note = &m->events[m->nevents++ % MODEL_EVENTS];
	va_list ap;

	va_start(ap, format);
	(void)vsnprintf(note->text, sizeof note->text, format, ap);
	va_end(ap);
	utf8_mend(note->text);
	note->level = level;
	note->time = m->wall;
	note->shape = lines_shape(note->text);
	memcpy(note->clock, m->clock, sizeof note->clock);
}

void
model_safe(char out[MODEL_SHOWN], const struct layout_text *name)
{
	(void)utf8_safe(out, MODEL_SHOWN, name->bytes, name->len);
}

bool
model_same(const struct layout_text *a, const struct layout_text *b)
{
	return a->len == b->len && memcmp(a->bytes, b->bytes, a->len) == 0;
}

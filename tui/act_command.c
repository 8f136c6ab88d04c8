#include "tui/act_command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ctl/job.h"
#include "ctl/suggest.h"

/* ---- words of the console's own */

static void
filter(struct model *m, const char *text)
{
	struct list *l = &m->lists[m->view];

	(void)snprintf(l->filter, sizeof l->filter, "%.63s", text);
	m->reading[ADMIN_session_list].want = true;
	rows_arrange(m, m->view);
}

static void
search(struct model *m, const char *text)
{
	struct list *l = &m->lists[m->view];

	(void)snprintf(l->search, sizeof l->search, "%.63s", text);
	rows_search(m, 1, true);
}

static void
interval(struct model *m, const char *text)
{
	char *end;
	double s = strtod(text, &end);

	if (*end != '\0' || !(s >= 0.2 && s <= 60)) {
		model_say(
		    m, LEVEL_BAD, "interval \"%s\": 0.2 to 60 seconds.", text);
		return;
	}
	m->interval_ms = (unsigned)(s * 1000 + 0.5);
	m->poll_at = m->now + m->interval_ms;
}

static void
sessions_of(struct model *m, const char *text)
{
	char line[FIELD_MOST + 1], *words[WORDS_MOST];

	(void)snprintf(line, sizeof line, "%s", text);
	act_sessions_of(m, words_split(line, words) == 1 ? words[0] : text);
}

const struct command_verb command_verbs[COMMAND_VERBS] = {
	{ "filter", "show only rows with a text", filter },
	{ "search", "find a text in the rows", search },
	{ "sessions-of", "the sessions of a user", sessions_of },
	{ "interval", "seconds between two polls, 0.2 to 60", interval },
};

static bool
do_verb(struct model *m, const char *text)
{
	for (int i = 0; i < COMMAND_VERBS; i++) {
		size_t len = strlen(command_verbs[i].word);

		if (strncmp(command_verbs[i].word, text, len) == 0 &&
		    text[len] == ' ') {
			command_verbs[i].act(
			    m, text + len + strspn(text + len, " "));
			return true;
		}
	}
	return false;
}

/* A view, or what a key does here. */
static bool
do_word(struct model *m, const char *text, struct effects *fx)
{
	char word[COMMAND_WORD];

	for (int i = 0; i < VIEW_COUNT; i++)
		if (strcasecmp(view_names[i], text) == 0) {
			act_go(m, (enum view)i);
			return true;
		}
	for (size_t i = 0; i < keys_count; i++) {
		if ((keys_rows[i].where & act_where(m->view)) == 0)
			continue;
		keys_word(word, &keys_rows[i]);
		if (strcmp(word, text) == 0) {
			act_view(m, keys_rows[i].action, fx);
			return true;
		}
	}
	return false;
}

/* "user alice": to its row, if there is one. */
static bool
go_user(struct model *m, char *const words[], size_t n)
{
	struct list *l = &m->lists[VIEW_USERS];
	struct layout_text name;

	if (n != 2 || strcmp(words[0], "user") != 0 || strlen(words[1]) > 255)
		return false;
	layout_text_set(&name, words[1], strlen(words[1]));
	if (users_find(&m->users, &name) == NULL)
		return false;
	l->name = name;
	l->filter[0] = '\0';
	l->moved = true;
	act_go(m, VIEW_USERS);
	rows_arrange(m, VIEW_USERS);
	return true;
}

/* ---- changes that are made as by key */

/* A setting that is listed: checked here, undone with u. */
static bool
change_setting(struct model *m, const struct job *job, struct effects *fx)
{
	const struct admin_setting_value *set = &job->request.set;
	bool unset = job->items[0].id == ADMIN_unset;
	struct setting *s;
	char why[64];

	if (!unset && job->items[0].id != ADMIN_set)
		return false;
	s = settings_find(&m->settings, set->key.bytes);
	if (s == NULL)
		return false;
	if (!unset && !settings_check(s, set->value.bytes, why, sizeof why)) {
		model_say(m, LEVEL_BAD, "%s: \"%s\": want %s.", s->key,
		    set->value.bytes, why);
		return true;
	}
	if (unset)
		act_setting_default(m, s);
	else
		act_setting_stage(m, s, set->value.bytes);
	m->applied = m->unapplied = 0;
	m->together++;
	if (s->staged)
		(void)act_setting_apply(m, s, fx);
	return true;
}

static void
ask_about(struct model *m, enum confirm_kind kind, const struct target *t)
{
	confirm_open(m, kind);
	(void)confirm_add(m, t);
}

static void
ask_user(
    struct model *m, enum confirm_kind kind, const struct layout_text *name)
{
	const struct user *u = users_find(&m->users, name);
	struct target t = { .name = *name };

	t.revision = u != NULL ? u->revision : 0;
	ask_about(m, kind, &t);
}

static void
ask_rule(struct model *m, uint64_t id)
{
	struct target t = { .id = id };

	(void)snprintf(t.name.bytes, sizeof t.name.bytes, "rule of id %llu",
	    (unsigned long long)id);
	for (size_t i = 0; i < m->rules.n; i++)
		if (m->rules.all[i].id == id)
			memcpy(t.name.bytes, m->rules.all[i].text,
			    sizeof t.name.bytes);
	t.name.len = (uint8_t)strnlen(t.name.bytes, 255);
	ask_about(m, CONFIRM_RULE_DEL, &t);
}

static void
ask_kill_all(struct model *m, const struct admin_live_pick *pick)
{
	struct target t = { .name = pick->filter };
	char whole[sizeof "user= " + 2 * 256];

	if (pick->user.len > 0) {
		(void)snprintf(whole, sizeof whole, "user=%s %s",
		    pick->user.bytes, pick->filter.bytes);
		layout_text_set(&t.name, whole, strnlen(whole, 255));
	}
	ask_about(m, CONFIRM_SESSION_ALL, &t);
}

/* What destroys is asked about as when a key does it; false: it does not. */
static bool
ask_first(struct model *m, const struct job *job, struct effects *fx)
{
	const union admin_request *r = &job->request;
	struct target t = { 0 };

	switch (job->items[0].id) {
	case ADMIN_user_del:
		ask_user(m, CONFIRM_USER_DEL, &r->user_del.name);
		return true;
	case ADMIN_account_enable:
		if (r->account_enable.enabled != 0)
			return false;
		ask_user(m, CONFIRM_USER_OFF, &r->account_enable.name);
		return true;
	case ADMIN_session_clear:
		ask_user(m, CONFIRM_USER_CLEAR, &r->session_clear.name);
		return true;
	case ADMIN_session_kill:
		t.id = r->session_kill.id;
		ask_about(m, CONFIRM_SESSION_KILL, &t);
		return true;
	case ADMIN_session_kill_all:
		ask_kill_all(m, &r->session_kill_all);
		return true;
	case ADMIN_rule_del:
		ask_rule(m, r->rule_del.id);
		return true;
	case ADMIN_finding_clear:
		t.revision = m->live.value[FIGURE_FINDINGS];
		ask_about(m, CONFIRM_FINDINGS_CLEAR, &t);
		return true;
	case ADMIN_set_running:
		if (r->set_running.running != 0)
			return false;
		server_choose(m, SERVER_DRAIN, fx);
		return true;
	case ADMIN_reset:
		server_choose(m, SERVER_RESET, fx);
		return true;
	default:
		return false;
	}
}

/* Passwords are typed into a form, never into a line. */
static void
ask_password(struct model *m, const struct job *job)
{
	if (job->items[0].id == ADMIN_user_add)
		form_user_add(m, job->request.user_add.name.bytes,
		    (unsigned)job->request.user_add.role);
	else
		form_user_password(m, &job->request.account_password.name);
}

static void
change(struct model *m, const struct job *job, struct effects *fx)
{
	if (!act_may_write(m))
		return;
	if (job->secret != NULL)
		ask_password(m, job);
	else if (!change_setting(m, job, fx) && !ask_first(m, job, fx))
		(void)act_send(m, job->items[0].id, &job->request, fx);
}

/* ---- commands of socks5ctl */

/* What this server can do of it, or NULL, said. Takes the job. */
static struct job *
translate(struct model *m, struct job *job)
{
	struct job *base = job->base;

	if (!m->link.extended && base != NULL) {
		job->base = NULL;
		job_free(job);
		job = base;
	}
	if (act_knows(m, job->items[0].id))
		return job;
	job_free(job);
	return NULL;
}

static void
do_job(struct model *m, struct job *job, struct effects *fx)
{
	if (m->link.state != LINK_UP) {
		model_say(m, LEVEL_WARN, "There is no connection now.");
		job_free(job);
		return;
	}
	job = translate(m, job);
	if (job == NULL)
		return;
	if (admin_commands[job->items[0].id].need == ADMIN_LOOK) {
		answer_open(m, job, fx);
		return;
	}
	change(m, job, fx);
	job_free(job);
}

/* Neither socks5ctl nor the console has it: what may be meant. */
static void
suggest_word(struct model *m, const char *typed, char *const words[], size_t n)
{
	char right[300], own[COMMAND_WORD];

	if (suggest(right, sizeof right, words, n, command_form(m)) > 0)
		model_say(m, LEVEL_BAD, "\"%.60s\" is no command: %s",
		    n == 1 ? words[0] : typed, right);
	else if (command_nearest(m, words[0], own))
		model_say(m, LEVEL_BAD,
		    "\"%s\" is no command: did you mean \"%s\"?", words[0],
		    own);
	else
		model_say(m, LEVEL_BAD,
		    "\"%s\" is no command; Tab shows what there is.", words[0]);
}

static void
do_words(struct model *m, const char *typed, char *const words[], size_t n,
    struct effects *fx)
{
	bool known = words_find(words, n, ADMIN_EXTENDED).used > 0 ||
		     words_find(words, n, ADMIN_BASE).used > 0;
	char why[JOB_WHY];
	struct job *job;

	if (n > 1 && strcmp(words[0], "help") == 0) {
		answer_help(m, words + 1, n - 1);
		return;
	}
	if (!known && go_user(m, words, n))
		return;
	job = job_new(words, n, command_form(m), why);
	if (job != NULL)
		do_job(m, job, fx);
	else if (known)
		model_say(m, LEVEL_BAD, "%s.", why);
	else
		suggest_word(m, typed, words, n);
}

void
command_do(struct model *m, const char *typed, struct effects *fx)
{
	char text[FIELD_MOST + 1], *words[WORDS_MOST];
	size_t len;
	int n;

	(void)snprintf(text, sizeof text, "%s", typed + strspn(typed, " "));
	for (len = strlen(text); len > 0 && text[len - 1] == ' ';)
		text[--len] = '\0';
	if (text[0] == '\0')
		return;
	command_remember(m, text);
	m->toast.text[0] = '\0'; /* of the command before */
	if (do_verb(m, text) || do_word(m, text, fx))
		return;
	n = words_split(text, words);
	if (n > 0)
		do_words(m, typed, words, (size_t)n, fx);
	else
		model_say(
		    m, LEVEL_BAD, "Too many words, or a quote is not closed.");
}

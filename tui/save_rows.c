#include <math.h>
#include <string.h>

#include "tui/save.h"

static void
put(struct layout_text *to, const char *text)
{
	layout_text_set(to, text, strlen(text));
}

static uint64_t
rate(float now)
{
	return isnan(now) ? 0 : (uint64_t)now;
}

static void
take_session(const struct sessions *s, int row, struct admin_live *to)
{
	const struct session *one = sessions_row(s, row);

	*to = (struct admin_live){
		.id = one->id,
		.age = one->age,
		.idle = one->idle,
		.up = one->up,
		.down = one->down,
		.up_rate = rate(one->up_rate),
		.down_rate = rate(one->down_rate),
		.command = one->command,
		.handshake = one->handshake,
		.login = one->login,
		.resolve = one->resolve,
		.connect = one->connect,
	};
	sessions_user(s, one, &to->user);
	put(&to->client, sessions_text(s, one->client));
	put(&to->state, sessions_text(s, one->state));
	put(&to->target, sessions_text(s, one->target));
	put(&to->address, sessions_text(s, one->address));
}

static void
take_account(const struct user *one, struct admin_account *to)
{
	*to = (struct admin_account){
		.name = one->name,
		.role = (uint64_t)one->role,
		.enabled = one->enabled != 0,
		.sessions = (uint64_t)one->sessions,
		.opened = one->opened,
		.up = one->up,
		.down = one->down,
		.last = one->last,
		.created = one->created,
		.revision = one->revision,
		.max_sessions = one->max_sessions,
		.rate_up = one->most_up,
		.rate_down = one->most_down,
		.quota = one->quota,
		.used = one->used,
		.expires = one->expires,
		.auth_failed = one->auth_failed,
		.udp_up = one->udp_up,
		.udp_down = one->udp_down,
	};
	put(&to->target, one->target);
	put(&to->own, one->own);
}

/* What holds; what is staged is not the daemon's yet. */
static void
take_setting(const struct setting *one, struct admin_setting *to)
{
	*to = (struct admin_setting){
		.key = one->raw,
		.origin = one->origin,
		.effect = !one->live,
		.least = one->least,
		.most = one->most,
	};
	put(&to->value, one->value);
	put(&to->fallback, one->fallback);
	put(&to->kind, one->kind_word);
	put(&to->form, one->form);
	put(&to->meaning, one->meaning);
}

static void
take_line(const struct line *one, struct admin_log_row *to)
{
	const char *more = one->text + one->more;

	*to = (struct admin_log_row){
		.id = one->id,
		.time = one->time,
		.level = one->level,
	};
	put(&to->tag, one->tag);
	layout_text_set(&to->text, one->text, one->more);
	put(&to->more, more + strspn(more, " "));
}

static void
take_finding(const struct finding *one, struct admin_finding *to)
{
	*to = (struct admin_finding){
		.id = one->id,
		.time = one->time,
		.confirmed = one->confirmed,
		.session = one->session,
	};
	put(&to->user, one->user);
	put(&to->client, one->client);
	put(&to->target, one->target);
	put(&to->protocol, one->protocol);
	put(&to->login, one->login);
	put(&to->password, findings_masked(one));
}

static void
take_rule(const struct rule_shown *one, struct admin_rule *to)
{
	*to = (struct admin_rule){
		.id = one->id,
		.place = one->place,
		.origin = one->origin,
		.hits = one->hits,
	};
	put(&to->text, one->text);
}

enum admin_id
save_list(const struct model *m)
{
	switch (m->view) {
	case VIEW_SESSIONS:
		return ADMIN_session_list;
	case VIEW_USERS:
		return m->link.knows[ADMIN_account_list] ? ADMIN_account_list
							 : ADMIN_user_list;
	case VIEW_SETTINGS:
		return ADMIN_get;
	case VIEW_LOGS:
		return ADMIN_log_list;
	case VIEW_FINDINGS:
		return ADMIN_finding_list;
	default:
		return ADMIN_rule_list;
	}
}

void
save_take(const struct model *m, int row, union save_row *to)
{
	switch (save_list(m)) {
	case ADMIN_session_list:
		take_session(&m->sessions, row, &to->live);
		break;
	case ADMIN_account_list:
		take_account(users_row(&m->users, row), &to->account);
		break;
	case ADMIN_user_list:
		to->user_row.name = users_row(&m->users, row)->name;
		break;
	case ADMIN_get:
		take_setting(&m->settings.all[row], &to->setting);
		break;
	case ADMIN_log_list:
		take_line(lines_row(&m->lines, row), &to->log_row);
		break;
	case ADMIN_finding_list:
		take_finding(findings_row(&m->findings, row), &to->finding);
		break;
	default:
		take_rule(rules_list_row(&m->rules, row), &to->rule);
		break;
	}
}

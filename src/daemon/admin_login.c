#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "daemon/admin_parts.h"
#include "net/mail.h"

/* "tcp:10.0.0.1:5555", "local:1000". */
static void
print_where(const struct admin_session *s, char *text, size_t size)
{
	char addr[ADDR_TEXT];

	if (s->transport == ENDPOINT_UNIX) {
		(void)snprintf(text, size, "local:%u", s->uid);
		return;
	}
	(void)addr_print(&s->peer, addr);
	(void)snprintf(text, size, "%s:%s",
	    s->transport == ENDPOINT_SCTP ? "sctp" : "tcp", addr);
}

void
admin_login_refuse(struct admin_session *s, enum frame_verdict verdict)
{
	char where[ADDR_TEXT + 8], name[200];

	print_where(s, where, sizeof where);
	(void)text_escape(
	    name, sizeof name, s->login.name.bytes, s->login.name.len);
	log_warn("admin", "administrator login refused",
	    "from=\"%s\" user=\"%s\" why=\"%s\"", where, name,
	    verdict == FRAME_BAD_VERSION ? "not version 1 of the protocol"
					 : "wrong name, password or role");
	secret_wipe(&s->login.password);
	admin_session_say(s, verdict);
	admin_session_enter(s, ADMIN_SESSION_REFUSED);
}

static void
admit(struct admin_session *s, enum role role, uint64_t account)
{
	struct actor *actor = &s->call.actor;
	char where[ADDR_TEXT + 8], name[200];

	print_where(s, where, sizeof where);
	(void)text_escape(
	    name, sizeof name, s->login.name.bytes, s->login.name.len);
	if (account == 0)
		(void)snprintf(actor->text, sizeof actor->text, "%s", where);
	else
		(void)snprintf(
		    actor->text, sizeof actor->text, "%s@%s", name, where);
	actor->account = account;
	s->call.role = role;
	secret_wipe(&s->login.password);
	admin_session_say(s, FRAME_ACCEPTED);
	admin_session_enter(s, ADMIN_SESSION_SERVING);
	log_info("admin", "administrator connected", "who=\"%s\"", actor->text);
	admin_server_admit(s->server, s);
}

static const struct account *
find(const struct admin_session *s)
{
	return accounts_find(supervisor_accounts(s->call.sup),
	    s->login.name.bytes, s->login.name.len);
}

/* The password was right for this account (or for none: NULL). */
static void
decide(struct admin_session *s, const struct account *a)
{
	if (a != NULL && a->enabled && a->role != ROLE_REGULAR &&
	    !account_is_expired(a->live, clock_wall_us() / 1000000))
		admit(s, a->role, a->id);
	else
		admin_login_refuse(s, FRAME_REFUSED);
}

/* Unknown names and regular users take the same way: it tells nothing. */
static bool
ask_login_thread(struct admin_session *s, const struct account *a)
{
	struct admin_check *check = calloc(1, sizeof *check);
	struct login *login = check == NULL
				  ? NULL
				  : login_new(check, MAIL_FROM_MAIN, &s->peer,
					a, &s->login.password);

	if (login == NULL || mail_post(supervisor_login_box(s->call.sup),
				 MAIL_CHECK, MAIL_FROM_MAIN, login) != 0) {
		login_free(login);
		free(check);
		return false;
	}
	check->session = s;
	check->login = login;
	s->check = check;
	admin_server_await(s->server, check);
	secret_wipe(&s->login.password);
	admin_session_enter(s, ADMIN_SESSION_CHECKING);
	return true;
}

void
admin_login_begin(struct admin_session *s)
{
	const struct account *a = find(s);

	if (s->local)
		admit(s, ROLE_ADMIN, 0);
	else if (s->login.name.len == 0 || s->login.password.len == 0)
		admin_login_refuse(s, FRAME_REFUSED);
	else if (a != NULL && login_at_once(admin_server_suspects(s->server),
				  &s->peer, a, &s->login.password, clock_ms()))
		decide(s, a);
	else if (!ask_login_thread(s, a))
		admin_login_refuse(s, FRAME_REFUSED);
}

void
admin_login_end(struct admin_session *s, const struct login *login)
{
	const struct account *a = find(s);
	bool right;

	s->check = NULL;
	/* It may have been removed, or its password changed, meanwhile. */
	right = login->result == LOGIN_RIGHT && a != NULL &&
		a->id == login->account && strcmp(a->hash, login->hash) == 0;
	if (right)
		accounts_fast_learn(a, &login->password);
	else if (a != NULL)
		atomic_fetch_add_explicit(
		    &a->live->auth_failed, 1, memory_order_relaxed);
	decide(s, right ? a : NULL);
}

#include <string.h>

#include "base/clock.h"
#include "client/parts.h"

bool
greet_write(struct client *c, const struct client_config *config)
{
	/* Without a name, a local administrator: any will do then. */
	const char *user = *config->user == '\0' ? "local" : config->user;
	struct frame_login login = { .password = config->password };
	struct wr out;

	if (!outbox_room(&c->greeting, FRAME_LOGIN_MOST + 16, &out))
		return false;
	layout_text_set(&login.name, user, strlen(user));
	if (*config->user == '\0' && login.password.len == 0)
		secret_set(&login.password, "local", 5);
	frame_login_write(&out, &login);
	if (config->extended)
		frame_request_write(&out, ADMIN_EXTENDED, ADMIN_hello, NULL);
	outbox_add(&c->greeting, &out);
	secret_wipe(&login.password);
	return true;
}

/* False: no more than a part of an answer is there, or it is all over. */
static bool
take_verdict(struct client *c, struct rd *in)
{
	enum frame_verdict verdict;
	enum parse found = frame_verdict_parse(in, &verdict);

	if (found == PARSE_MORE)
		return false;
	if (found == PARSE_BAD) {
		client_down(c, CLIENT_GARBLED,
		    "the server does not speak the admin protocol");
		return false;
	}
	if (verdict != FRAME_ACCEPTED) {
		client_down(c, CLIENT_REFUSED, "%s",
		    verdict == FRAME_REFUSED
			? "the server refused the login"
			: "the server speaks another version");
		return false;
	}
	c->greeted = true;
	return c->config.extended || client_up(c);
}

void
greet_again(struct client *c)
{
	c->config.extended = c->greeted = false;
	c->in_len = 0;
	link_rewind(&c->link);
	outbox_free(&c->greeting);
	if (!greet_write(c, &c->config)) {
		client_down(c, CLIENT_LOST, "out of memory");
		return;
	}
	c->connect_until_ms = clock_ms() + c->config.connect_ms;
	client_set_timer(c, 0);
}

/* Whatever is not a hello comes from a server that knows none. */
static bool
take_hello(struct client *c, struct rd *in)
{
	struct frame_answer answer;
	enum parse found = frame_answer_parse(
	    in, ADMIN_EXTENDED, ADMIN_hello, &answer, &c->hello, 1);

	if (found == PARSE_MORE)
		return false;
	if (found == PARSE_BAD || answer.status != ADMIN_OK) {
		greet_again(c);
		return false;
	}
	c->extended = true;
	return client_up(c);
}

bool
greet_read(struct client *c, struct rd *in)
{
	return c->greeted ? take_hello(c, in) : take_verdict(c, in);
}

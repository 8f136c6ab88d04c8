#include "tests/net/worker_stage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net/finds.h"
#include "tests/net/peer.h"

static const char hash[] = "$argon2id$not-checked-here";

static void
take(const struct mail *letter, void *arg)
{
	struct stage *s = arg;

	assert_true(s->ngot < LETTERS);
	s->got[s->ngot++] = *letter;
}

struct mail
letter(struct stage *s, enum mail_kind kind)
{
	for (;;) {
		for (size_t i = 0; i < s->ngot; i++) {
			struct mail it = s->got[i];

			if (it.kind != kind)
				continue;
			memmove(&s->got[i], &s->got[i + 1],
			    (s->ngot - i - 1) * sizeof it);
			s->ngot--;
			return it;
		}
		assert_int_equal(event_base_loop(s->base, EVLOOP_ONCE), 0);
	}
}

void
add_account(struct stage *s, uint64_t id, const char *name)
{
	struct account row = {
		.id = id,
		.name = name,
		.hash = hash,
		.enabled = true,
		.name_len = (uint8_t)strlen(name),
	};

	assert_int_equal(book_load(s->book, &row, NULL), 0);
}

void
use_policy(struct stage *s, struct policy *p)
{
	p->accounts = book_accounts(s->book);
	assert_int_equal(
	    mail_post(worker_mailbox(s->worker), MAIL_POLICY, 0, p), 0);
	(void)letter(s, MAIL_RETURNED);
}

int
set_up(void **state)
{
	struct stage *s = calloc(1, sizeof *s);
	struct worker_config config;
	const struct addr *failed;
	struct addr any;

	s->base = event_base_new();
	s->main = mailbox_new(s->base, take, s);
	s->login = mailbox_new(s->base, take, s);
	s->book = book_new();
	s->target = peer_listen("127.0.0.1", &s->target_at);
	s->policy.limits = peer_limits;
	s->policy.accounts = book_accounts(s->book);
	s->next = s->policy;
	assert_true(addr_parse(&any, "127.0.0.1", 0));
	config = (struct worker_config){
		.index = 0,
		.listen = &any,
		.nlisten = 1,
		.policy = &s->policy,
		.shared = &s->shared,
		.main = s->main,
		.login = s->login,
	};
	peer_log.count = 0;
	assert_int_equal(worker_new(&s->worker, &config, &failed), 0);
	s->at = worker_listen_addr(s->worker, 0);
	assert_int_equal(worker_start(s->worker), 0);
	*state = s;
	return 0;
}

void
end_worker(struct stage *s)
{
	(void)letter(s, MAIL_GONE);
	worker_free(s->worker);
	s->worker = NULL;
}

int
tear_down(void **state)
{
	struct stage *s = *state;

	if (s->worker != NULL) {
		assert_int_equal(mail_post_number(worker_mailbox(s->worker),
				     MAIL_QUIT, 0, 0),
		    0);
		end_worker(s);
	}
	for (size_t i = 0; i < s->ngot; i++)
		if (s->got[i].kind == MAIL_USED)
			free(s->got[i].u.p);
		else if (s->got[i].kind == MAIL_FOUND)
			finding_batch_free(s->got[i].u.p);
		else if (s->got[i].kind == MAIL_CHECK)
			login_free(s->got[i].u.p);
	close(s->target);
	mailbox_free(s->main);
	mailbox_free(s->login);
	book_free(s->book);
	event_base_free(s->base);
	free(s);
	return 0;
}

void
post(struct stage *s, enum mail_kind kind, uint64_t n)
{
	assert_int_equal(
	    mail_post_number(worker_mailbox(s->worker), kind, 0, n), 0);
}

int
tunnel(struct stage *s, int *target)
{
	int fd = peer_connect(&s->at);

	SAYS(fd, 5, 1, 0);
	HEARS(fd, 5, 0);
	peer_says_request(fd, &s->target_at);
	*target = peer_accept(s->target);
	peer_hears_success(fd, *target);
	return fd;
}

struct rules *
rules(struct policy *p, const char *text)
{
	struct rules *set = rules_new(&text, 1, 1, NULL);

	assert_non_null(set);
	p->rules = set;
	return set;
}

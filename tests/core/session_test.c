/* RFC 1928 and RFC 1929 as a conversation, played without a socket. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "core/session.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

/* A client that has said some bytes, of which some were not taken yet. */
struct play {
	struct session session;
	struct session_words words;
	uint8_t said[2048];
	struct rd in;
	uint8_t answers[64];
	struct wr out;
};

static void
begin(struct play *p, bool auth_required)
{
	memset(p, 0, sizeof *p);
	session_begin(&p->session, auth_required);
	p->in = rd_of(p->said, 0);
}

static enum session_wish
play_bytes(struct play *p, const uint8_t *bytes, size_t n)
{
	assert_true(p->in.end + n <= p->said + sizeof p->said);
	memcpy(p->said + (p->in.end - p->said), bytes, n);
	p->in.end += n;
	p->out = wr_of(p->answers, sizeof p->answers);
	return session_bytes(&p->session, &p->in, &p->out, &p->words);
}

static enum session_wish
play_verdict(struct play *p, bool right)
{
	p->out = wr_of(p->answers, sizeof p->answers);
	return session_verdict(&p->session, right, &p->in, &p->out, &p->words);
}

static enum session_wish
play_answer(struct play *p, int err, const struct addr *bound)
{
	p->out = wr_of(p->answers, sizeof p->answers);
	return session_answer(&p->session, err, bound, &p->out);
}

#define says(p, ...)                                    \
	play_bytes(p, (const uint8_t[]){ __VA_ARGS__ }, \
	    sizeof((const uint8_t[]){ __VA_ARGS__ }))

#define assert_answer(p, ...)                                         \
	do {                                                          \
		const uint8_t want[] = { __VA_ARGS__ };               \
		assert_int_equal(wr_len(&(p)->out), sizeof want);     \
		assert_memory_equal((p)->answers, want, sizeof want); \
	} while (0)

#define assert_silence(p) assert_int_equal(wr_len(&(p)->out), 0)

/* ---- methods */

static void
client_that_needs_no_login_is_let_go_without(void **state)
{
	struct play p;

	(void)state;
	begin(&p, false);
	assert_int_equal(says(&p, 5, 2, 2, 0), WISH_NOTHING);
	assert_answer(&p, 5, 0);
	assert_int_equal(p.session.state, SESSION_REQUEST);
}

static void
client_that_offers_only_a_login_may_log_in(void **state)
{
	struct play p;

	(void)state;
	begin(&p, false);
	assert_int_equal(says(&p, 5, 2, 1, 2), WISH_NOTHING);
	assert_answer(&p, 5, 2);
	assert_int_equal(p.session.state, SESSION_LOGIN);
}

static void
login_is_asked_for_where_it_is_required(void **state)
{
	struct play p;

	(void)state;
	begin(&p, true);
	says(&p, 5, 2, 0, 2);
	assert_answer(&p, 5, 2);
}

static void
client_without_a_method_that_fits_is_refused_with_ff(void **state)
{
	struct play p;

	(void)state;
	begin(&p, true);
	assert_int_equal(says(&p, 5, 2, 0, 1), WISH_CLOSE);
	assert_answer(&p, 5, 0xff);
	begin(&p, false);
	assert_int_equal(says(&p, 5, 0), WISH_CLOSE);
	assert_answer(&p, 5, 0xff);
	assert_int_equal(p.session.state, SESSION_REFUSED);
	assert_false(p.session.asked);
}

static void
other_protocols_are_closed_without_a_word(void **state)
{
	struct play p;

	(void)state;
	begin(&p, false);
	assert_int_equal(says(&p, 4, 1, 0, 80), WISH_CLOSE);
	assert_silence(&p);
	begin(&p, false);
	assert_int_equal(says(&p, 'G', 'E', 'T'), WISH_CLOSE);
	assert_silence(&p);
}

/* ---- logins */

static void
login_is_handed_on_and_the_verdict_is_told(void **state)
{
	struct play p;

	(void)state;
	begin(&p, true);
	says(&p, 5, 1, 2);
	assert_int_equal(
	    says(&p, 1, 2, 'm', 'e', 3, 'p', 'w', '!'), WISH_CHECK_USER);
	assert_silence(&p);
	assert_string_equal(p.words.login.name, "me");
	assert_int_equal(p.words.login.password.len, 3);
	assert_memory_equal(p.words.login.password.bytes, "pw!", 3);
	assert_int_equal(play_verdict(&p, true), WISH_NOTHING);
	assert_answer(&p, 1, 0);
	assert_int_equal(p.session.state, SESSION_REQUEST);
}

static void
refused_login_ends_the_conversation(void **state)
{
	struct play p;

	(void)state;
	begin(&p, true);
	says(&p, 5, 1, 2);
	says(&p, 1, 1, 'x', 1, 'y');
	assert_int_equal(play_verdict(&p, false), WISH_CLOSE);
	assert_answer(&p, 1, 1);
	assert_int_equal(p.session.state, SESSION_REFUSED);
}

static void
login_of_another_version_is_refused(void **state)
{
	struct play p;

	(void)state;
	begin(&p, true);
	says(&p, 5, 1, 2);
	assert_int_equal(says(&p, 5), WISH_CLOSE);
	assert_answer(&p, 1, 1);
}

/* ---- requests */

static void
request_with_unknown_address_type_is_refused_with_08(void **state)
{
	struct play p;

	(void)state;
	begin(&p, false);
	says(&p, 5, 1, 0);
	assert_int_equal(says(&p, 5, 1, 0, 9, 1, 2, 3, 4, 0, 80), WISH_CLOSE);
	assert_answer(&p, 5, 8, 0, 1, 0, 0, 0, 0, 0, 0);
}

static void
every_unknown_command_is_refused_with_07(void **state)
{
	struct play p;

	(void)state;
	for (unsigned cmd = 0; cmd < 256; cmd++) {
		if (cmd >= SOCKS_CONNECT && cmd <= SOCKS_ASSOCIATE)
			continue;
		begin(&p, false);
		says(&p, 5, 1, 0);
		assert_int_equal(
		    says(&p, 5, (uint8_t)cmd, 0, 1, 1, 2, 3, 4, 0, 80),
		    WISH_CLOSE);
		assert_answer(&p, 5, 7, 0, 1, 0, 0, 0, 0, 0, 0);
		assert_true(p.session.asked);
		assert_int_equal(p.session.rep, SOCKS_BAD_COMMAND);
	}
}

static void
request_of_another_version_is_refused_with_01(void **state)
{
	struct play p;

	(void)state;
	begin(&p, false);
	says(&p, 5, 1, 0);
	assert_int_equal(says(&p, 4), WISH_CLOSE);
	assert_answer(&p, 5, 1, 0, 1, 0, 0, 0, 0, 0, 0);
}

static void
success_is_told_with_the_local_address(void **state)
{
	struct addr bound;
	struct play p;

	(void)state;
	assert_true(addr_parse(&bound, "192.0.2.7:4660", 0));
	begin(&p, false);
	says(&p, 5, 1, 0);
	assert_int_equal(says(&p, 5, 1, 0, 3, 1, 'a', 0, 80), WISH_DIAL);
	assert_int_equal(p.words.request.addr.port, 80);
	assert_int_equal(play_answer(&p, 0, &bound), WISH_RELAY);
	assert_answer(&p, 5, 0, 0, 1, 192, 0, 2, 7, 0x12, 0x34);
	assert_int_equal(p.session.state, SESSION_RELAYING);
}

static void
every_error_of_the_dial_is_told_by_its_reply(void **state)
{
	struct play p;

	(void)state;
	for (int err = 1; err < 134; err++) {
		begin(&p, false);
		says(&p, 5, 1, 0);
		says(&p, 5, 1, 0, 1, 1, 2, 3, 4, 0, 80);
		assert_int_equal(play_answer(&p, err, NULL), WISH_CLOSE);
		assert_answer(&p, 5, (uint8_t)socks_reply_of(err), 0, 1, 0, 0,
		    0, 0, 0, 0);
		assert_int_equal(p.session.rep, socks_reply_of(err));
	}
}

static void
bind_is_answered_twice_and_then_relays(void **state)
{
	struct addr ours, peer;
	struct play p;

	(void)state;
	assert_true(addr_parse(&ours, "192.0.2.7:4660", 0));
	assert_true(addr_parse(&peer, "192.0.2.9:20", 0));
	begin(&p, false);
	says(&p, 5, 1, 0);
	assert_int_equal(says(&p, 5, 2, 0, 1, 192, 0, 2, 9, 0, 21), WISH_BIND);
	assert_int_equal(play_answer(&p, 0, &ours), WISH_AWAIT);
	assert_answer(&p, 5, 0, 0, 1, 192, 0, 2, 7, 0x12, 0x34);
	assert_int_equal(p.session.state, SESSION_AWAITING);
	assert_int_equal(play_answer(&p, 0, &peer), WISH_RELAY);
	assert_answer(&p, 5, 0, 0, 1, 192, 0, 2, 9, 0, 20);
	assert_int_equal(p.session.state, SESSION_RELAYING);
}

static void
bind_may_fail_at_either_reply(void **state)
{
	struct addr ours = { .family = ADDR_V4 };
	struct play p;

	(void)state;
	for (int second = 0; second < 2; second++) {
		begin(&p, false);
		says(&p, 5, 1, 0, 5, 2, 0, 1, 0, 0, 0, 0, 0, 0);
		if (second)
			play_answer(&p, 0, &ours);
		assert_int_equal(play_answer(&p, ETIMEDOUT, NULL), WISH_CLOSE);
		assert_answer(&p, 5, 6, 0, 1, 0, 0, 0, 0, 0, 0);
		assert_int_equal(p.session.state, SESSION_REFUSED);
		assert_int_equal(p.session.rep, SOCKS_EXPIRED);
	}
}

static void
association_is_answered_with_its_address(void **state)
{
	struct addr ours;
	struct play p;

	(void)state;
	assert_true(addr_parse(&ours, "[2001:db8::7]:4660", 0));
	begin(&p, false);
	says(&p, 5, 1, 0);
	assert_int_equal(
	    says(&p, 5, 3, 0, 1, 0, 0, 0, 0, 0, 0), WISH_ASSOCIATE);
	assert_int_equal(play_answer(&p, 0, &ours), WISH_DATAGRAMS);
	assert_answer(&p, 5, 0, 0, 4, 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0,
	    0, 0, 0, 0, 7, 0x12, 0x34);
	assert_int_equal(p.session.state, SESSION_ASSOCIATED);
}

/* ---- fragments */

static const uint8_t greeting[] = { 5, 2, 0, 2 };
static const uint8_t login[] = { 1, 5, 'a', 'l', 'i', 'c', 'e', 2, 'p', 'w' };
static const uint8_t request[] = { 5, 1, 0, 3, 1, 'a', 0, 80 };

static void
each_message_may_arrive_one_byte_at_a_time(void **state)
{
	struct play p;

	(void)state;
	begin(&p, true);
	for (size_t i = 0; i < sizeof greeting; i++)
		assert_int_equal(play_bytes(&p, &greeting[i], 1), WISH_NOTHING);
	assert_answer(&p, 5, 2);
	for (size_t i = 0; i + 1 < sizeof login; i++) {
		assert_int_equal(play_bytes(&p, &login[i], 1), WISH_NOTHING);
		assert_silence(&p);
	}
	assert_int_equal(
	    play_bytes(&p, &login[sizeof login - 1], 1), WISH_CHECK_USER);
	assert_int_equal(play_verdict(&p, true), WISH_NOTHING);
	for (size_t i = 0; i + 1 < sizeof request; i++) {
		assert_int_equal(play_bytes(&p, &request[i], 1), WISH_NOTHING);
		assert_silence(&p);
	}
	assert_int_equal(
	    play_bytes(&p, &request[sizeof request - 1], 1), WISH_DIAL);
	assert_int_equal(rd_left(&p.in), 0);
}

/* All a client has to say, and two bytes of its own for the target. */
static const uint8_t whole[] = { 5, 1, 2, 1, 1, 'u', 1, 'p', 5, 1, 0, 1, 127, 0,
	0, 1, 0, 80, 'h', 'i' };

static void
conversation_may_be_cut_anywhere(void **state)
{
	struct play p;

	(void)state;
	for (size_t cut = 0; cut <= sizeof whole; cut++) {
		enum session_wish wish;

		begin(&p, true);
		wish = cut == 0 ? WISH_NOTHING : play_bytes(&p, whole, cut);
		if (wish == WISH_CHECK_USER)
			wish = play_verdict(&p, true);
		if (wish == WISH_NOTHING)
			wish = play_bytes(&p, whole + cut, sizeof whole - cut);
		else
			p.in.end = p.said + sizeof whole;
		if (wish == WISH_CHECK_USER)
			wish = play_verdict(&p, true);
		assert_int_equal(wish, WISH_DIAL);
		assert_int_equal(rd_left(&p.in), 2);
	}
}

static void
bytes_behind_the_request_are_left_for_the_relay(void **state)
{
	struct play p;

	(void)state;
	begin(&p, false);
	assert_int_equal(says(&p, 5, 1, 0, 5, 1, 0, 1, 1, 2, 3, 4, 0, 80, 'e',
			     'a', 'r', 'l', 'y'),
	    WISH_DIAL);
	assert_answer(&p, 5, 0);
	assert_int_equal(rd_left(&p.in), 5);
	assert_memory_equal(p.in.at, "early", 5);
}

static void
bytes_sent_while_the_password_is_checked_wait(void **state)
{
	struct play p;

	(void)state;
	begin(&p, true);
	says(&p, 5, 1, 2);
	assert_int_equal(
	    says(&p, 1, 1, 'u', 1, 'p', 5, 1, 0, 1, 1, 2, 3, 4, 0, 80),
	    WISH_CHECK_USER);
	assert_int_equal(rd_left(&p.in), 10);
	assert_int_equal(play_verdict(&p, true), WISH_DIAL);
	assert_int_equal(rd_left(&p.in), 0);
}

/* ---- the table: properties of every row, now and later */

static void
every_state_leads_somewhere_or_ends(void **state)
{
	(void)state;
	for (size_t i = 0; i < SESSION_NSTATES; i++) {
		const struct session_row *row = &session_states[i];
		bool ends = row->waits == WAITS_RELAY ||
			    row->waits == WAITS_DATAGRAMS ||
			    row->waits == WAITS_FLUSH;

		assert_int_equal(row->next == 0, ends);
		assert_int_equal(row->next & 1u << i, 0);
		assert_true(row->limit < SESSION_NLIMITS);
		assert_true(row->next < 1u << SESSION_NSTATES);
	}
}

static void
every_state_can_be_reached_from_the_first(void **state)
{
	unsigned reached = 1u << SESSION_GREETING;

	(void)state;
	for (size_t round = 0; round < SESSION_NSTATES; round++)
		for (size_t i = 0; i < SESSION_NSTATES; i++)
			if (reached & 1u << i)
				reached |= session_states[i].next;
	assert_int_equal(reached, (1u << SESSION_NSTATES) - 1);
}

static void
every_limit_belongs_to_one_kind_of_waiting(void **state)
{
	(void)state;
	for (size_t i = 0; i < SESSION_NSTATES; i++)
		for (size_t j = 0; j < SESSION_NSTATES; j++)
			if (session_states[i].limit == session_states[j].limit)
				assert_int_equal(session_states[i].waits,
				    session_states[j].waits);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(client_that_needs_no_login_is_let_go_without),
		cmocka_unit_test(client_that_offers_only_a_login_may_log_in),
		cmocka_unit_test(login_is_asked_for_where_it_is_required),
		cmocka_unit_test(
		    client_without_a_method_that_fits_is_refused_with_ff),
		cmocka_unit_test(other_protocols_are_closed_without_a_word),
		cmocka_unit_test(login_is_handed_on_and_the_verdict_is_told),
		cmocka_unit_test(refused_login_ends_the_conversation),
		cmocka_unit_test(login_of_another_version_is_refused),
		cmocka_unit_test(
		    request_with_unknown_address_type_is_refused_with_08),
		cmocka_unit_test(every_unknown_command_is_refused_with_07),
		cmocka_unit_test(request_of_another_version_is_refused_with_01),
		cmocka_unit_test(success_is_told_with_the_local_address),
		cmocka_unit_test(every_error_of_the_dial_is_told_by_its_reply),
		cmocka_unit_test(bind_is_answered_twice_and_then_relays),
		cmocka_unit_test(bind_may_fail_at_either_reply),
		cmocka_unit_test(association_is_answered_with_its_address),
		cmocka_unit_test(each_message_may_arrive_one_byte_at_a_time),
		cmocka_unit_test(conversation_may_be_cut_anywhere),
		cmocka_unit_test(
		    bytes_behind_the_request_are_left_for_the_relay),
		cmocka_unit_test(bytes_sent_while_the_password_is_checked_wait),
		cmocka_unit_test(every_state_leads_somewhere_or_ends),
		cmocka_unit_test(every_state_can_be_reached_from_the_first),
		cmocka_unit_test(every_limit_belongs_to_one_kind_of_waiting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

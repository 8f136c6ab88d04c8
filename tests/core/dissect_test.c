/*
 * Transcripts of sessions in which somebody logs in. Each is played whole, one
 * octet at a time, and cut in two at every place of every piece: what is found
 * must not depend on it.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/dissect.h"

/* A piece begins with C (client) or S (server); the last one is NULL. */
struct play {
	struct dissect *d;
	bool wanted;
	char found[4096];
};

static uint16_t port;

static void
on_found(const struct dissect_finding *f, void *arg)
{
	struct play *p = arg;
	size_t at = strlen(p->found);

	(void)snprintf(p->found + at, sizeof p->found - at, "%s %.*s %.*s %s\n",
	    f->protocol, (int)f->login_len, f->login,
	    f->password == NULL ? 1 : (int)f->password_len,
	    f->password == NULL ? "-" : f->password,
	    f->confirmed ? "yes" : "no");
}

static void
begin(struct play *p)
{
	*p = (struct play){ .wanted = true };
	p->d = dissect_begin(malloc(dissect_size()), port, on_found, p);
}

/* As the relay does: nothing more once it is not wanted. */
static void
pass(struct play *p, char side, const char *bytes, size_t len)
{
	char *copy = malloc(len + 1); /* so that a sanitizer sees its ends */

	memcpy(copy, bytes, len);
	if (p->wanted && len > 0)
		p->wanted = dissect_feed(p->d,
		    side == 'C' ? DISSECT_CLIENT : DISSECT_SERVER, copy, len);
	free(copy);
}

static void
end(struct play *p)
{
	if (p->wanted)
		dissect_end(p->d);
	dissect_wipe(p->d);
	free(p->d);
}

static void
pass_in(struct play *p, const char *piece, size_t size)
{
	size_t len = strlen(piece) - 1;

	for (size_t at = 0; at < len; at += size)
		pass(p, piece[0], piece + 1 + at,
		    size < len - at ? size : len - at);
}

/* Piece `which` is cut at `where`. */
static void
play_cut(struct play *p, const char *const *pieces, size_t which, size_t where)
{
	begin(p);
	for (size_t i = 0; pieces[i] != NULL; i++) {
		size_t len = strlen(pieces[i]) - 1, first = len;

		if (i == which && where < len)
			first = where;
		pass(p, pieces[i][0], pieces[i] + 1, first);
		pass(p, pieces[i][0], pieces[i] + 1 + first, len - first);
	}
	end(p);
}

static bool
finds(const char *want, const char *const *pieces)
{
	struct play p;
	bool wanted;

	play_cut(&p, pieces, 0, SIZE_MAX);
	assert_string_equal(p.found, want);
	wanted = p.wanted;
	for (size_t size = 1; size < 8; size++) {
		begin(&p);
		for (size_t i = 0; pieces[i] != NULL; i++)
			pass_in(&p, pieces[i], size);
		end(&p);
		assert_string_equal(p.found, want);
		assert_int_equal(p.wanted, wanted);
	}
	for (size_t i = 0; pieces[i] != NULL; i++)
		for (size_t at = 1; at + 1 < strlen(pieces[i]); at++) {
			play_cut(&p, pieces, i, at);
			assert_string_equal(p.found, want);
			assert_int_equal(p.wanted, wanted);
		}
	return wanted;
}

/* Some programs end their lines with a bare LF. */
static void
finds_with_bare_lf(const char *want, const char *const *pieces)
{
	char texts[16][512];
	const char *bare[16] = { NULL };

	for (size_t i = 0; pieces[i] != NULL; i++) {
		char *to = texts[i];

		for (const char *p = pieces[i]; *p != '\0'; p++)
			if (*p != '\r')
				*to++ = *p;
		*to = '\0';
		bare[i] = texts[i];
	}
	finds(want, bare);
}

#define FINDS(want, ...) finds(want, (const char *const[]){ __VA_ARGS__, NULL })
#define FINDS_ALSO_LF(want, ...)                                       \
	do {                                                           \
		FINDS(want, __VA_ARGS__);                              \
		finds_with_bare_lf(                                    \
		    want, (const char *const[]){ __VA_ARGS__, NULL }); \
	} while (0)
#define TEST(name) static void name(void **state)

/* ---- POP3 */

TEST(pop3_login_is_confirmed_or_refused)
{
	(void)state;
	FINDS_ALSO_LF("POP3 bob secret yes\n", "S+OK ready\r\n",
	    "CUSER bob\r\n", "S+OK\r\n", "CPASS secret\r\n", "S+OK in\r\n",
	    "CSTAT\r\n", "S+OK 0 0\r\n");
	FINDS_ALSO_LF("POP3 bob wrong no\nPOP3 eve x y yes\n", "S+OK ready\r\n",
	    "Cuser bob\r\n", "S+OK\r\n", "Cpass wrong\r\n", "S-ERR no\r\n",
	    "CUser eve\r\n", "S+OK\r\n", "CPaSs x y\r\n", "S+OK\r\n");
}

TEST(pop3_login_ends_what_is_wanted)
{
	(void)state;
	assert_false(FINDS("POP3 b s yes\n", "S+OK ready\r\n", "CCAPA\r\n",
	    "S+OK\r\nUSER\r\n-ERR is no answer here\r\n.\r\n", "CUSER b\r\n",
	    "S+OK\r\n", "CPASS s\r\n", "S+OK in\r\n"));
	assert_true(FINDS("POP3 b s no\n", "S+OK ready\r\n", "CUSER b\r\n",
	    "S+OK\r\n", "CPASS s\r\n", "S-ERR\r\n"));
}

TEST(pop3_may_be_pipelined_even_before_the_greeting)
{
	(void)state;
	FINDS("POP3 b s no\nPOP3 c t yes\n",
	    "CCAPA\r\nUSER b\r\nPASS s\r\nUSER c\r\nPASS t\r\nQUIT\r\n",
	    "S+OK ready\r\n+OK\r\nUSER\r\n.\r\n+OK\r\n-ERR\r\n+OK\r\n+OK\r\n");
}

TEST(pop3_auth_plain_and_login_are_read)
{
	(void)state;
	/* NUL bob NUL secret */
	FINDS_ALSO_LF("POP3 bob secret yes\n", "S+OK\r\n", "CAUTH\r\n",
	    "S+OK\r\nPLAIN\r\n.\r\n", "CAUTH PLAIN\r\n", "S+ \r\n",
	    "CAGJvYgBzZWNyZXQ=\r\n", "S+OK\r\n");
	FINDS_ALSO_LF("POP3 bob secret no\nPOP3 bob secret yes\n", "S+OK\r\n",
	    "Cauth plain AGJvYgBzZWNyZXQ=\r\n", "S-ERR\r\n", "CAUTH LOGIN\r\n",
	    "S+ VXNlcm5hbWU6\r\n", "CYm9i\r\n", "S+ UGFzc3dvcmQ6\r\n",
	    "Cc2VjcmV0\r\n", "S+OK\r\n");
}

TEST(pop3_apop_tells_a_name_without_a_password)
{
	(void)state;
	FINDS("POP3 bob - yes\n", "S+OK <1.2@host>\r\n",
	    "CAPOP bob c4c9334bac560ecc979e58001b3e22fb\r\n", "S+OK\r\n");
}

TEST(refused_auth_leaves_the_next_line_a_command)
{
	(void)state;
	FINDS("POP3 bob pw yes\n", "S+OK\r\n", "CAUTH PLAIN\r\n", "S-ERR\r\n",
	    "CUSER bob\r\n", "S+OK\r\n", "CPASS pw\r\n", "S+OK\r\n");
	FINDS("POP3 bob pw yes\n", "S+OK\r\n", "CAUTH CRAM-MD5\r\n",
	    "S+ PDEuMkBob3N0Pg==\r\n", "Cabc\r\n", "S-ERR\r\n", "CUSER bob\r\n",
	    "S+OK\r\n", "CPASS pw\r\n", "S+OK\r\n");
	FINDS("POP3 bob pw yes\n", "S+OK\r\n", "CAUTH LOGIN\r\n", "S+ \r\n",
	    "C*\r\n", "S-ERR\r\n", "CUSER bob\r\n", "S+OK\r\n", "CPASS pw\r\n",
	    "S+OK\r\n");
}

TEST(tls_ends_the_reading_if_the_server_agrees)
{
	(void)state;
	assert_false(FINDS("", "S+OK\r\n", "CSTLS\r\n", "S+OK\r\n",
	    "C\x16\x03\x01USER b\r\nPASS s\r\n", "S+OK\r\n+OK\r\n"));
	FINDS("POP3 b s yes\n", "S+OK\r\n", "CSTLS\r\n", "S-ERR\r\n",
	    "CUSER b\r\n", "S+OK\r\n", "CPASS s\r\n", "S+OK\r\n");
	assert_false(FINDS("", "S* OK\r\n", "Ca STARTTLS\r\n", "Sa OK\r\n"));
	assert_false(FINDS("", "S220 x\r\n", "CEHLO x\r\n", "S250 x\r\n",
	    "CSTARTTLS\r\n", "S220 go\r\n"));
	assert_false(FINDS("", "S220 x\r\n", "CAUTH TLS\r\n", "S234 go\r\n"));
	FINDS("FTP b s yes\n", "S220 x\r\n", "CAUTH TLS\r\n", "S504 no\r\n",
	    "CUSER b\r\n", "S331\r\n", "CPASS s\r\n", "S230 in\r\n");
	assert_false(FINDS("", "S200 x\r\n", "CSTARTTLS\r\n", "S382 go\r\n"));
}

TEST(login_without_an_answer_was_not_accepted)
{
	(void)state;
	FINDS("POP3 b s no\n", "S+OK\r\n", "CUSER b\r\n", "S+OK\r\n",
	    "CPASS s\r\n");
}

/* ---- IMAP */

TEST(imap_login_takes_atoms_quoted_strings_and_literals)
{
	(void)state;
	FINDS_ALSO_LF("IMAP bob secret yes\n", "S* OK ready\r\n",
	    "Ca1 LOGIN bob secret\r\n", "S* CAPABILITY\r\na1 OK in\r\n");
	FINDS_ALSO_LF("IMAP b\"o b s\\t no\n", "S* OK ready\r\n",
	    "Ca1 login \"b\\\"o b\" \"s\\\\t\"\r\n", "Sa1 NO\r\n");
	FINDS("IMAP bob se\r\nt yes\n", "S* OK ready\r\n", "Ca1 LOGIN {3}\r\n",
	    "S+ go\r\n", "Cbob {5}\r\n", "S+ go\r\n", "Cse\r\nt\r\n",
	    "Sa1 OK\r\n");
	FINDS("IMAP bob {3} yes\n", "S* OK ready\r\n",
	    "Ca1 LOGIN {3+}\r\nbob {3+}\r\n{3}\r\n", "Sa1 OK\r\n");
	FINDS("IMAP  s yes\n", "S* OK ready\r\n", "Ca LOGIN {0+}\r\n \"s\"\r\n",
	    "Sa OK\r\n");
}

TEST(imap_answers_are_matched_by_tag)
{
	(void)state;
	FINDS("IMAP a 1 no\nIMAP b 2 yes\n", "S* OK ready\r\n",
	    "Cx CAPABILITY\r\nt1 LOGIN a 1\r\nt2 LOGIN b 2\r\n",
	    "S* CAPABILITY X\r\nx OK\r\nt1 NO\r\nt2 OK\r\n");
}

TEST(imap_literal_that_is_refused_is_no_literal)
{
	(void)state;
	FINDS("IMAP bob pw yes\n", "S* OK\r\n", "Ca LOGIN {900}\r\n",
	    "Sa BAD too long\r\n", "Cb LOGIN bob pw\r\n", "Sb OK\r\n");
}

TEST(imap_literal_that_ends_in_a_carriage_return_keeps_it)
{
	(void)state;
	FINDS("IMAP bob se\r yes\n", "S* OK\r\n", "Ca LOGIN bob {3+}\r\nse\r\n",
	    "Sa OK\r\n");
	FINDS("IMAP bob se\r yes\n", "S* OK\r\n",
	    "Ca LOGIN bob {3+}\r\nse\r\r\n", "Sa OK\r\n");
}

TEST(imap_authenticate_plain_and_login_are_read)
{
	(void)state;
	FINDS_ALSO_LF("IMAP bob secret no\nIMAP bob secret yes\n", "S* OK\r\n",
	    "Ca AUTHENTICATE PLAIN\r\n", "S+ \r\n", "CAGJvYgBzZWNyZXQ=\r\n",
	    "Sa NO\r\n", "Cb authenticate plain AGJvYgBzZWNyZXQ=\r\n",
	    "Sb OK\r\n");
	FINDS("IMAP bob secret yes\n", "S* OK\r\n", "Ca AUTHENTICATE LOGIN\r\n",
	    "S+ \r\n", "CYm9i\r\n", "S+ \r\n", "Cc2VjcmV0\r\n", "Sa OK\r\n");
}

/* ---- SMTP */

TEST(smtp_auth_plain_and_login_are_read)
{
	(void)state;
	FINDS_ALSO_LF("SMTP bob secret yes\n", "S220-x\r\n220 y\r\n",
	    "CEHLO me\r\n", "S250-AUTH PLAIN\r\n250 OK\r\n",
	    "CAUTH PLAIN AGJvYgBzZWNyZXQ=\r\n", "S235 in\r\n");
	FINDS_ALSO_LF("SMTP bob secret no\nSMTP bob secret yes\n", "S220 y\r\n",
	    "Cehlo me\r\n", "S250 OK\r\n", "Cauth login\r\n",
	    "S334 VXNlcm5hbWU6\r\n", "CYm9i\r\n", "S334 UGFzc3dvcmQ6\r\n",
	    "Cc2VjcmV0\r\n", "S535 no\r\n", "CAUTH LOGIN Ym9i\r\n",
	    "S334 UGFzc3dvcmQ6\r\n", "Cc2VjcmV0\r\n", "S235 in\r\n");
}

TEST(smtp_message_is_not_read)
{
	(void)state;
	assert_false(FINDS("", "S220 y\r\n", "CHELO me\r\n", "S250 OK\r\n",
	    "CMAIL FROM:<>\r\nRCPT TO:<a>\r\nDATA\r\n",
	    "S250 a\r\n250 b\r\n354 go\r\n",
	    "CAUTH PLAIN AGJvYgBzZWNyZXQ=\r\n.\r\n", "S235 no login\r\n"));
}

/* ---- FTP */

TEST(ftp_login_is_confirmed_or_refused)
{
	(void)state;
	FINDS_ALSO_LF("FTP bob wrong no\nFTP bob right yes\n",
	    "S220-Hello\r\n220 is not the end of it\r\n220 now\r\n",
	    "CUSER bob\r\n", "S331 who\r\n", "CPASS wrong\r\n", "S530 no\r\n",
	    "CUSER bob\r\n", "S331 who\r\n", "CPASS right\r\n",
	    "S230-in\r\n 530 not this\r\n230 in\r\n");
	FINDS("FTP a p yes\nFTP b q yes\n", "S120 wait\r\n220 now\r\n",
	    "CFEAT\r\n", "S211-x\r\n UTF8\r\n211 end\r\n", "CUSER a\r\n",
	    "S331\r\n", "CPASS p\r\n", "S230\r\n", "CLIST\r\n",
	    "S150 a\r\n226 b\r\n", "CUSER b\r\n", "S331\r\n", "CPASS q\r\n",
	    "S230\r\n");
}

/* ---- NNTP */

TEST(nntp_authinfo_is_read)
{
	(void)state;
	FINDS_ALSO_LF("NNTP bob secret no\nNNTP bob s2 yes\n", "S200 hi\r\n",
	    "CMODE READER\r\n", "S200 hi\r\n", "CAUTHINFO USER bob\r\n",
	    "S381 more\r\n", "Cauthinfo pass secret\r\n", "S481 no\r\n",
	    "CAUTHINFO USER bob\r\n", "S381 more\r\n", "CAUTHINFO PASS s2\r\n",
	    "S281 in\r\n");
	FINDS("NNTP bob secret yes\n", "S201 hi\r\n",
	    "CAUTHINFO SASL PLAIN AGJvYgBzZWNyZXQ=\r\n", "S281 in\r\n");
}

/* ---- HTTP: bob:secret is Ym9iOnNlY3JldA==, eve:x is ZXZlOng= */

TEST(http_basic_is_read_in_every_request)
{
	(void)state;
	FINDS_ALSO_LF("HTTP bob secret no\nHTTP eve x yes\nHTTP eve x yes\n",
	    "CGET / HTTP/1.1\r\nHost: a\r\n\r\n",
	    "SHTTP/1.1 401 no\r\nContent-Length: 2\r\n\r\nno",
	    "CGET / HTTP/1.1\r\nAuthorization: Basic Ym9iOnNlY3JldA==\r\n\r\n",
	    "SHTTP/1.1 401 no\r\nContent-Length: 0\r\n\r\n",
	    "CGET / HTTP/1.1\r\nauthorization:basic   ZXZlOng=\r\n\r\n",
	    "SHTTP/1.1 200 ok\r\nContent-Length: 5\r\n\r\nHTTP/",
	    "CGET /2 HTTP/1.1\r\nAuthorization: Basic ZXZlOng=\r\n\r\n",
	    "SHTTP/1.1 304 ok\r\nContent-Length: 5\r\n\r\n");
}

TEST(http_bodies_are_passed_over)
{
	(void)state;
	FINDS("HTTP eve x yes\nHTTP bob secret no\n",
	    "CPOST / HTTP/1.1\r\nContent-Length: 34\r\n\r\n"
	    "GET / HTTP/1.1\r\nAuthorization: Ba"
	    "PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n"
	    "Authorization: Basic ZXZlOng=\r\n\r\n"
	    "a;x=y\r\n0123456789\r\n3\r\n0\r\n\r\n0\r\nTrailer: x\r\n\r\n"
	    "HEAD / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n"
	    "Authorization: Basic Ym9iOnNlY3JldA==\r\n\r\n",
	    "SHTTP/1.1 100 go\r\n\r\nHTTP/1.1 200 ok\r\n"
	    "Transfer-Encoding: chunked\r\n\r\n4\r\nHTTP\r\n0\r\n\r\n"
	    "HTTP/1.1 201 ok\r\nContent-Length: 3\r\n\r\nabc"
	    "HTTP/1.1 200 ok\r\nContent-Length: 999\r\n\r\n"
	    "HTTP/1.1 403 no\r\nContent-Length: 0\r\n\r\n");
}

TEST(http_proxies_are_logged_in_to_as_well)
{
	(void)state;
	FINDS("HTTP bob secret no\nHTTP bob secret yes\nHTTP eve x no\n",
	    "CGET http://a/ HTTP/1.1\r\n"
	    "Proxy-Authorization: Basic Ym9iOnNlY3JldA==\r\n\r\n",
	    "SHTTP/1.1 407 no\r\nContent-Length: 0\r\n\r\n",
	    "CGET http://a/ HTTP/1.1\r\n"
	    "Proxy-Authorization: Basic Ym9iOnNlY3JldA==\r\n"
	    "Authorization: Basic ZXZlOng=\r\n\r\n",
	    "SHTTP/1.1 401 no\r\nContent-Length: 0\r\n\r\n");
}

TEST(connect_and_upgrades_end_the_reading)
{
	(void)state;
	assert_false(FINDS("HTTP eve x yes\n",
	    "CCONNECT a:443 HTTP/1.1\r\n"
	    "Proxy-Authorization: Basic ZXZlOng=\r\n\r\n",
	    "SHTTP/1.1 200 ok\r\n\r\n",
	    "CGET / HTTP/1.1\r\nAuthorization: Basic ZXZlOng=\r\n\r\n"));
	assert_true(FINDS("", "CCONNECT a:443 HTTP/1.1\r\n\r\n",
	    "SHTTP/1.1 407 no\r\nContent-Length: 0\r\n\r\n"));
	assert_false(FINDS("", "CGET / HTTP/1.1\r\nUpgrade: x\r\n\r\n",
	    "SHTTP/1.1 101 go\r\n\r\n"));
}

TEST(other_schemes_and_broken_base64_are_no_findings)
{
	(void)state;
	FINDS("",
	    "CGET / HTTP/1.1\r\nAuthorization: Bearer ZXZlOng=\r\n"
	    "Authorization: Basic ?\r\nAuthorization: Basic ZXZl\r\n\r\n",
	    "SHTTP/1.1 200 ok\r\nContent-Length: 0\r\n\r\n");
}

/* ---- what it is */

TEST(ports_decide_only_where_words_leave_a_doubt)
{
	(void)state;
	port = 21;
	FINDS("FTP b s yes\n", "S220 x\r\n", "CNOOP\r\n", "S200 ok\r\n",
	    "CUSER b\r\n", "S331 x\r\n", "CPASS s\r\n", "S230 x\r\n");
	FINDS("POP3 b s yes\n", "S+OK\r\n", "CUSER b\r\n", "S+OK\r\n",
	    "CPASS s\r\n", "S+OK\r\n");
	port = 4711;
	FINDS("FTP b s yes\n", "S220 x\r\n", "CNOOP\r\n", "S200 ok\r\n",
	    "CUSER b\r\n", "S331 x\r\n", "CPASS s\r\n", "S230 x\r\n");
}

TEST(what_is_of_no_interest_is_let_go_within_a_few_octets)
{
	(void)state;
	assert_false(FINDS("", "C\x16"));
	assert_false(FINDS("", "SSS"));
	assert_false(FINDS("", "CSSH-2.0-x\r\n", "SS"));
	assert_false(FINDS("", "S220 x\r\n", "CXYZZY "));
	assert_false(FINDS("", "S22\r\n"));
	assert_false(FINDS("", "S\x05"));
	assert_true(FINDS("", "CGET /"));
}

TEST(nothing_is_awaited_for_ever)
{
	char *much = malloc(100001);
	struct play p;

	(void)state;
	memset(much, 'x', 100000);
	begin(&p);
	pass(&p, 'C', much, 100000);
	assert_false(p.wanted);
	end(&p);
	memcpy(much, "220-", 4);
	begin(&p);
	pass(&p, 'S', much, 100000);
	assert_false(p.wanted);
	end(&p);
	free(much);
}

TEST(endless_pipelining_is_given_up)
{
	struct play p;

	(void)state;
	begin(&p);
	pass(&p, 'S', "+OK\r\n", 5);
	for (int i = 0; i < 1000 && p.wanted; i++)
		pass(&p, 'C', "NOOP\r\n", 6);
	assert_false(p.wanted);
	end(&p);
}

TEST(longest_names_and_passwords_are_read_and_longer_ones_cut)
{
	char user[512], pass_line[512];
	char want[1024];

	(void)state;
	for (int len = 254; len <= 257; len++) {
		int n = len > 255 ? 255 : len;

		(void)snprintf(user, sizeof user, "CUSER %0*d\r\n", len, 1);
		(void)snprintf(
		    pass_line, sizeof pass_line, "CPASS %0*d\r\n", len, 0);
		(void)snprintf(want, sizeof want, "POP3 %.*s %0*d yes\n", n,
		    user + 6, n, 0);
		FINDS(
		    want, "S+OK\r\n", user, "S+OK\r\n", pass_line, "S+OK\r\n");
	}
}

TEST(lines_too_long_to_be_a_login_are_passed_over)
{
	char line[4000];

	(void)state;
	(void)snprintf(line, sizeof line,
	    "CGET /%03000d HTTP/1.1\r\nCookie: x\r\n"
	    "Authorization: Basic ZXZlOng=\r\n\r\n",
	    0);
	FINDS("HTTP eve x yes\n", line,
	    "SHTTP/1.1 200 ok\r\nContent-Length: 0\r\n\r\n");
}

/* ---- anything */

static uint32_t
chance(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

TEST(octets_at_random_do_no_harm)
{
	static const char *const heads[] = { "+OK\r\n", "* OK\r\n", "220 x\r\n",
		"200 x\r\n", "" };
	static const char *const words[] = { "USER ", "PASS ", "AUTH PLAIN ",
		"AUTH LOGIN", "\r\n", "\n", "a LOGIN ", "{3}\r\n", "{300+}\r\n",
		"\"", "\\", "EHLO x\r\n", "250 ", "+OK", "-ERR", "a OK", "a NO",
		"GET / HTTP/1.1\r\n", "Authorization: Basic QTpC\r\n",
		"HTTP/1.1 200 ok\r\n", "Content-Length: 3\r\n", "\r\n\r\n",
		"Transfer-Encoding: chunked\r\n", "3\r\n", "0\r\n", "*\r\n",
		"AUTHENTICATE PLAIN\r\n", "AEEAQg==\r\n", "AUTHINFO PASS b\r\n",
		"281 ", "ffffffffffffffff\r\n", "334 \r\n", "230 \r\n", ".\r\n",
		"Content-Length: 18446744073709551615\r\n" };
	uint32_t seed = 6;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		struct play p;
		const char *head = heads[chance(&seed) % 5];

		begin(&p);
		pass(&p, 'S', head, strlen(head));
		for (int k = 0; k < 40 && p.wanted; k++) {
			char side = chance(&seed) % 3 != 0 ? 'C' : 'S';
			char noise = (char)chance(&seed);
			const char *word =
			    words[chance(&seed) %
				  (sizeof words / sizeof *words)];

			p.found[0] = '\0';
			if (chance(&seed) % 8 == 0)
				pass(&p, side, &noise, 1);
			else
				pass(&p, side, word, strlen(word));
		}
		p.found[0] = '\0';
		end(&p);
	}
}

/* ---- masks */

static void
assert_masked(const char *password, const char *want)
{
	char out[DISSECT_MASKED + 1];

	out[dissect_mask(
	    out, password, password != NULL ? strlen(password) : 0)] = '\0';
	assert_string_equal(out, want);
}

TEST(mask_tells_the_first_character_and_a_class_of_length)
{
	(void)state;
	assert_masked("secret", "s***");
	assert_masked("secrets", "s***");
	assert_masked("password", "p******");
	assert_masked("123456789012345", "1******");
	assert_masked("1234567890123456", "1*********");
	assert_masked("\xc3\xa4rger", "\xc3\xa4***");
	assert_masked("\xff\xfe", "***");
	assert_masked("\tx", "***");
	assert_masked("", "***");
	assert_masked(NULL, "-");
}

TEST(state_of_a_session_is_at_most_4_kib)
{
	(void)state;
	assert_true(dissect_size() <= 4096);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pop3_login_is_confirmed_or_refused),
		cmocka_unit_test(pop3_login_ends_what_is_wanted),
		cmocka_unit_test(
		    pop3_may_be_pipelined_even_before_the_greeting),
		cmocka_unit_test(pop3_auth_plain_and_login_are_read),
		cmocka_unit_test(pop3_apop_tells_a_name_without_a_password),
		cmocka_unit_test(refused_auth_leaves_the_next_line_a_command),
		cmocka_unit_test(tls_ends_the_reading_if_the_server_agrees),
		cmocka_unit_test(login_without_an_answer_was_not_accepted),
		cmocka_unit_test(
		    imap_login_takes_atoms_quoted_strings_and_literals),
		cmocka_unit_test(imap_answers_are_matched_by_tag),
		cmocka_unit_test(imap_literal_that_is_refused_is_no_literal),
		cmocka_unit_test(
		    imap_literal_that_ends_in_a_carriage_return_keeps_it),
		cmocka_unit_test(imap_authenticate_plain_and_login_are_read),
		cmocka_unit_test(smtp_auth_plain_and_login_are_read),
		cmocka_unit_test(smtp_message_is_not_read),
		cmocka_unit_test(ftp_login_is_confirmed_or_refused),
		cmocka_unit_test(nntp_authinfo_is_read),
		cmocka_unit_test(http_basic_is_read_in_every_request),
		cmocka_unit_test(http_bodies_are_passed_over),
		cmocka_unit_test(http_proxies_are_logged_in_to_as_well),
		cmocka_unit_test(connect_and_upgrades_end_the_reading),
		cmocka_unit_test(
		    other_schemes_and_broken_base64_are_no_findings),
		cmocka_unit_test(ports_decide_only_where_words_leave_a_doubt),
		cmocka_unit_test(
		    what_is_of_no_interest_is_let_go_within_a_few_octets),
		cmocka_unit_test(nothing_is_awaited_for_ever),
		cmocka_unit_test(endless_pipelining_is_given_up),
		cmocka_unit_test(
		    longest_names_and_passwords_are_read_and_longer_ones_cut),
		cmocka_unit_test(lines_too_long_to_be_a_login_are_passed_over),
		cmocka_unit_test(octets_at_random_do_no_harm),
		cmocka_unit_test(
		    mask_tells_the_first_character_and_a_class_of_length),
		cmocka_unit_test(state_of_a_session_is_at_most_4_kib),
	};

	return cmocka_run_group_tests_name("dissect", tests, NULL, NULL);
}

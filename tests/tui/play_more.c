/* The daemon with the extension: its answers to all the console asks. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/tui/play.h"

enum { SESSIONS = 187, LINES = 40 };

static const char *const targets[] = { "cdn.example.net:443",
	"198.51.100.20:8443", "img.example.net:443", "203.0.113.9:22",
	"mail.example.org:995", "api.example.com:443", "store.example.com:443",
	"[2001:db8:1::1]:443", "irc.example.net:6697" };

static void
put(struct layout_text *to, const char *text)
{
	layout_text_set(to, text, strlen(text));
}

static uint64_t
step_of(const struct play *p)
{
	return (p->now - 51600000) / 1000;
}

static void
answer(struct play *p, enum admin_id id, const void *rows, size_t n)
{
	struct event e = { .kind = EVENT_ANSWER,
		.id = id,
		.rows = rows,
		.count = n,
		.first = true };

	play_happen(p, &e);
}

static void
answer_overview(struct play *p)
{
	uint64_t step = step_of(p);
	struct admin_overview o = {
		.clock = p->now * 1000,
		.uptime = 273175 + step,
		.sessions = p->nsessions,
		.peak = 412,
		.most = 1021,
		.relaying = p->nsessions - 4,
		.users_connected = 7,
		.users = 10,
		.accepted = 1204331 + play_grown(step, 45, 1) / 100,
		.refused = 2117 + step / 9,
		.denied = 3,
		.auth_ok = 9812 + step,
		.auth_failed = 44 + step / 40,
		.up = 611000000000 + play_grown(step, 70, 16000),
		.down = 1920000000000 + play_grown(step, 50, 42000),
		.cpu = 88000000 + step * 112000,
		.resident = 21400000,
		.pid = 4211,
		.descriptors = 391,
		.descriptors_most = 65536,
		.running = !p->stopped,
		.authentication = 1,
		.dissector = 1,
		.cleanup = 1,
		.findings = 3,
		.revision = 17 + p->revision,
		.lag_p50 = 100,
		.lag_p99 = 600,
	};

	if (p->fresh)
		o = (struct admin_overview){ .clock = o.clock,
			.uptime = 4 + step,
			.most = o.most,
			.users = o.users,
			.resident = 4400000,
			.pid = o.pid,
			.descriptors = 21,
			.descriptors_most = o.descriptors_most,
			.running = o.running,
			.authentication = 1 };
	answer(p, ADMIN_status, &o, 1);
}

static void
fill_session(const struct play *p, struct admin_live *row, unsigned i)
{
	uint64_t step = step_of(p);
	unsigned user = (i * 7 + i / 5) % 11;
	char text[64];

	memset(row, 0, sizeof *row);
	row->id = 10400 + p->shift + i;
	if (user < 10)
		put(&row->user, p->names[user]);
	(void)snprintf(text, sizeof text, "10.0.%u.%u:%u", user, 9 + i % 40,
	    33000 + i * 37 % 30000);
	put(&row->client, text);
	put(&row->state, i % 31 == 7 ? "dialing" : "relaying");
	put(&row->target, targets[i % 9]);
	if (i % 31 != 7)
		put(&row->address, "198.51.100.88:443");
	row->age = 9 + (i * 977) % 90000;
	row->idle = i % 4 == 3 ? 300 + i : 0;
	step = i % 4 == 3 ? 0 : step;
	row->up = 1000 + play_grown(step + i, 40, i % 17);
	row->down = 9000 + play_grown(step + i, 50, (i * i) % 4001);
	row->up_rate = i % 4 == 3 ? 0 : (i % 17) * 700;
	row->down_rate = i % 4 == 3 ? 0 : (i * i) % 4001 * 900;
	row->handshake = 200 + i;
	row->resolve = i % 3 == 0 ? 3000 : 0;
	row->connect = 9000 + 13 * i;
}

void
play_sessions(struct play *p, unsigned n)
{
	struct admin_live *rows = calloc(255, sizeof *rows);

	if (rows == NULL)
		abort();
	p->nsessions = n;
	for (unsigned at = 0; at < n || at == 0; at += 255) {
		struct event e = { .kind = EVENT_ANSWER,
			.id = ADMIN_session_list,
			.rows = rows,
			.first = at == 0,
			.more = at + 255 < n };

		for (; e.count < 255 && at + e.count < n; e.count++)
			fill_session(p, &rows[e.count], at + (unsigned)e.count);
		play_happen(p, &e);
	}
	free(rows);
}

void
play_account(struct play *p, const char *name, bool first, bool more)
{
	struct admin_account row = { .enabled = 1, .revision = 1 };
	struct event e = { .kind = EVENT_ANSWER,
		.id = ADMIN_account_list,
		.rows = &row,
		.count = 1,
		.first = first,
		.more = more };

	put(&row.name, name);
	play_happen(p, &e);
}

static void
answer_accounts(struct play *p)
{
	struct admin_account rows[16] = { 0 };
	uint64_t step = step_of(p), wall = 1795564800 + p->now / 1000;
	size_t n = 0;

	for (; p->names[n] != NULL && n < 16; n++) {
		struct admin_account *a = &rows[n];

		put(&a->name, p->names[n]);
		a->role = n == 7 ? 2 : n == 8;
		a->enabled = n != 6;
		a->created = 1795616400 - 86400 * (n + 1);
		a->revision = 100 + n;
		if (p->fresh)
			continue;
		a->sessions = n > 6 && n < 9 ? 0 : (41 + n * 5) / (n + 1);
		a->opened = a->sessions * 30;
		a->up = play_grown(step, 60, 900 * (10 - n));
		a->down = play_grown(step, 50, 9000 * (10 - n)) * (n % 3);
		a->last = n == 6 ? 0 : wall - n * n * 20;
		put(&a->target, targets[n % 9]);
		if (n == 0 && (p->others_role != 0 || p->others_name != NULL)) {
			a->role = (uint64_t)p->others_role;
			a->revision = 900;
		}
		if (n == 0 && p->others_name != NULL)
			put(&a->name, p->others_name);
		a->udp_up = n == 3 ? 18204 : 0;
		a->udp_down = n == 3 ? 91011 : 0;
		a->auth_failed = n == 1 ? 3 : n == 6 ? 19 : 0;
		if (n == 6) {
			a->quota = UINT64_C(5) << 30;
			a->used = UINT64_C(2) << 30;
			a->max_sessions = 4;
			put(&a->own, "max-sessions quota");
		}
	}
	answer(p, ADMIN_account_list, rows, n);
}

static void
answer_settings(struct play *p)
{
	static const struct {
		const char *key, *value, *kind, *form, *meaning;
		uint64_t least, most, origin, effect;
	} from[] = {
		{ "listen", "0.0.0.0:1080", "listen", "ADDR[:PORT]",
		    "address to serve SOCKS on; repeatable", 0, 0, 1, 1 },
		{ "buffer-size", "65536", "bytes", "bytes",
		    "buffer for each direction of a relay", 50, 16777216, 0,
		    0 },
		{ "splice", "yes", "flag", "yes|no",
		    "move bulk data inside the kernel", 0, 1, 0, 0 },
		{ "selector-timeout", "7", "seconds", "seconds",
		    "no event loop sleeps longer than this", 1, 255, 0, 0 },
		{ "connection-timeout", "60", "seconds", "seconds",
		    "close a relay that was silent this long", 1, 255, 3, 0 },
		{ "cleanup", "yes", "flag", "yes|no",
		    "close relays that were silent for connection-timeout", 0,
		    1, 0, 0 },
		{ "auth", "auto", "choice", "auto|yes|no",
		    "ask clients for name and password", 0, 0, 0, 0 },
		{ "dissector", "yes", "flag", "yes|no",
		    "look for credentials sent in clear", 0, 1, 1, 0 },
		{ "max-connections", "1021", "count", "connections",
		    "clients served at once", 1, 1000000, 0, 0 },
		{ "log-level", "info", "choice", "error|warn|info|debug",
		    "least important lines that are logged", 0, 0, 0, 0 },
		{ "store", "sqlite:/var/lib/socks5d/socks5d.db", "text",
		    "memory:|sqlite:*", "where accounts are kept", 0, 0, 1, 1 },
	};
	enum { N = sizeof from / sizeof *from };
	struct admin_setting rows[N] = { 0 };

	for (int i = 0; i < N; i++) {
		put(&rows[i].key, from[i].key);
		put(&rows[i].value, from[i].value);
		put(&rows[i].fallback, i == 4 ? "255" : from[i].value);
		put(&rows[i].kind, from[i].kind);
		put(&rows[i].form, from[i].form);
		put(&rows[i].meaning, from[i].meaning);
		rows[i].least = from[i].least;
		rows[i].most = from[i].most;
		rows[i].origin = from[i].origin;
		rows[i].effect = from[i].effect;
	}
	answer(p, ADMIN_get, rows, N);
}

static void
answer_lines(struct play *p)
{
	static const struct {
		uint64_t level;
		const char *tag, *text, *more;
	} from[] = {
		{ 2, "access", "dave A 10.0.5.80 48990 192.0.2.9 80 5", "" },
		{ 2, "access", "frank A 10.0.7.31 42777 news.example.org 119 0",
		    "" },
		{ 1, "login", "wrong password",
		    "user=\"bob\" client=10.0.3.44" },
		{ 2, "admin", "setting changed",
		    "by=root key=dissector value=yes" },
		{ 2, "access",
		    "alice C 10.0.3.17 51388 mail.example.org 995 0 9800000 "
		    "1100000 69 client",
		    "" },
		{ 0, "store", "cannot write", "why=\"disk full\"" },
	};
	uint64_t step = step_of(p), first = p->m.lines.last + 1;
	struct admin_log_row rows[LINES] = { 0 };
	size_t n = 0;

	for (uint64_t id = first; id <= LINES + step / 4 && n < LINES;
	     id++, n++) {
		size_t k = id % (sizeof from / sizeof *from);

		rows[n].id = id;
		rows[n].time = (1795616400000 + id * 2000) * UINT64_C(1000);
		rows[n].level = from[k].level;
		put(&rows[n].tag, from[k].tag);
		put(&rows[n].text, from[k].text);
		put(&rows[n].more, from[k].more);
	}
	answer(p, ADMIN_log_list, rows, n);
}

static void
answer_findings(struct play *p)
{
	static const char *const from[][6] = {
		{ "frank", "10.0.7.31:42777", "ftp.example.net:21", "FTP",
		    "anonymous", "m***" },
		{ "dave", "10.0.5.80:48990", "192.0.2.9:80", "HTTP", "dave",
		    "secret" },
		{ "erin", "10.0.4.12:55233", "pop.example.org:110", "POP3",
		    "erin@example.org", "h******" },
	};
	struct admin_finding rows[3] = { 0 };
	size_t n = 0;

	for (uint64_t id = p->m.findings.last + 1; id <= 3; id++, n++) {
		const char *const *f = from[id - 1];

		rows[n].id = id;
		rows[n].time = 51300 + id * 97;
		put(&rows[n].user, f[0]);
		put(&rows[n].client, f[1]);
		put(&rows[n].target, f[2]);
		put(&rows[n].protocol, f[3]);
		put(&rows[n].login, f[4]);
		put(&rows[n].password, f[5]);
		rows[n].confirmed = id != 2;
		rows[n].session = 10400 + id * 20;
	}
	answer(p, ADMIN_finding_list, rows, n);
}

static void
answer_rules(struct play *p)
{
	static const char *const from[] = { "deny to 10.0.0.0/8",
		"allow user alice to 192.168.7.0/24",
		"deny user guest to *.example.com port 25",
		"allow from 10.0.0.0/16", "deny to localhost" };
	struct admin_rule rows[5] = { 0 };

	for (size_t i = 0; i < 5; i++) {
		rows[i].id = 7 + i;
		rows[i].place = i + 1;
		put(&rows[i].text, from[i]);
		rows[i].origin = i == 2 ? 3 : i == 4 ? 4 : 1;
		rows[i].hits = i == 1 ? 0 : 12331 / (i + 1);
	}
	answer(p, ADMIN_rule_list, rows, 5);
}

static void
answer_histograms(struct play *p)
{
	static const char *const names[] = { "resolve", "connect", "setup" };
	struct admin_bucket rows[3 * 8] = { 0 };
	uint64_t step = step_of(p);

	for (size_t i = 0; i < 24; i++) {
		put(&rows[i].name, names[i / 8]);
		rows[i].most =
		    i % 8 == 7 ? UINT64_MAX : UINT64_C(250) << (2 * (i % 8));
		rows[i].count = (1 + step) * (i % 8 == 2 ? 60 : 8 - i % 8) *
				(1 + play_wave(step, 40) / 300 * (i % 8 == 4));
	}
	answer(p, ADMIN_histogram_list, rows, 24);
}

static void
answer_metrics(struct play *p)
{
	struct admin_metric rows[3] = { 0 };
	uint64_t step = step_of(p);

	put(&rows[0].name, "auth_failed");
	rows[0].value = 44 + step / 40;
	put(&rows[1].name, "rep_refused");
	rows[1].value = 900 + step / 11;
	put(&rows[2].name, "rep_host_down");
	rows[2].value = 80 + step / 30;
	answer(p, ADMIN_metrics, rows, 3);
}

static void
answer_listeners(struct play *p)
{
	struct admin_listener rows[2] = { { .open = 1 }, { .open = 1 } };

	put(&rows[0].address, "127.0.0.1:1080");
	put(&rows[1].address, "[::1]:1080");
	answer(p, ADMIN_listener_list, rows, 2);
}

static void
answer_sessions(struct play *p)
{
	play_sessions(p, p->nsessions);
}

void
play_answer_more(struct play *p)
{
	static const struct {
		enum admin_id id;
		void (*answer)(struct play *);
	} lists[] = {
		{ ADMIN_account_list, answer_accounts },
		{ ADMIN_session_list, answer_sessions },
		{ ADMIN_get, answer_settings },
		{ ADMIN_log_list, answer_lines },
		{ ADMIN_finding_list, answer_findings },
		{ ADMIN_rule_list, answer_rules },
		{ ADMIN_histogram_list, answer_histograms },
		{ ADMIN_metrics, answer_metrics },
		{ ADMIN_listener_list, answer_listeners },
	};
	struct event done = { .kind = EVENT_POLLED, .rtt_ms = 0.8 };

	answer_overview(p);
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
		if (p->asked[lists[i].id]) {
			p->asked[lists[i].id] = false;
			lists[i].answer(p);
		}
	done.at = p->now;
	play_happen(p, &done);
}

void
play_up_extended(struct play *p)
{
	struct admin_hello hello = { .version = 1,
		.role = 1,
		.queries = UINT64_MAX,
		.modifications = UINT64_MAX };
	bool knows[ADMIN_COMMANDS];
	struct event e = { .kind = EVENT_UP, .hello = &hello, .knows = knows };

	for (int i = 0; i < ADMIN_COMMANDS; i++)
		knows[i] = admin_extended_code((enum admin_id)i) >= 0 ||
			   admin_base_code((enum admin_id)i) >= 0;
	put(&hello.node, "edge-1");
	put(&hello.program, "socks5d 0.1.0");
	play_happen(p, &e);
}

void
play_begin_extended(struct play *p)
{
	play_start(p);
	p->extended = true;
	p->nsessions = SESSIONS;
	play_up_extended(p);
}

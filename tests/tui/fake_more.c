#include "tests/tui/fake_more.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { USERS = 40, PAGE = 255 };

static void
text(struct layout_text *to, const char *format, unsigned a, unsigned b)
{
	char line[200];

	(void)snprintf(line, sizeof line, format, a, b);
	layout_text_set(to, line, strlen(line));
}

static uint64_t
bit(enum admin_id id)
{
	return UINT64_C(1) << (admin_extended_code(id) & 0xff);
}

static void
hello(struct wr *out, const struct frame_request *r)
{
	struct admin_hello h = { .version = 1, .role = 1, .uptime = 11560 };

	text(&h.node, "fake-%u", 1, 0);
	text(&h.program, "fake %u.%u", 0, 1);
	h.queries = bit(ADMIN_hello) | bit(ADMIN_status) |
		    bit(ADMIN_session_list) | bit(ADMIN_account_list);
	frame_answer_write(out, r, ADMIN_OK, &h, NULL);
}

static void
status(struct wr *out, const struct frame_request *r, unsigned n, double t)
{
	struct admin_overview o = {
		.clock = (uint64_t)(t * 1e6) + 1,
		.uptime = 11560 + (uint64_t)t,
		.sessions = n,
		.peak = n,
		.most = n * 2,
		.relaying = n - n / 50,
		.users_connected = USERS,
		.users = USERS,
		.accepted = 1204331 + (uint64_t)(40 * t),
		.refused = 2117,
		.auth_ok = 9812 + (uint64_t)t,
		.auth_failed = 44,
		.up = (uint64_t)(38e6 * (t + sin(t / 9))),
		.down = (uint64_t)(12e6 * (t + sin(t / 5))),
		.cpu = (uint64_t)(t * 1e5),
		.resident = 21400000,
		.pid = 4211,
		.running = 1,
		.cleanup = 1,
	};

	frame_answer_write(out, r, ADMIN_OK, &o, NULL);
}

static void
session(struct admin_live *l, unsigned id, double t)
{
	static const char *const states[] = { "relaying", "relaying",
		"resolving", "dialing" };
	const char *state = states[id % 50 < 48 ? 0 : id % 50 - 46];

	l->id = id;
	text(&l->user, "user-%02u", id % USERS, 0);
	text(&l->client, "10.0.%u.17:%u", id % 250, 1024 + id % 60000);
	layout_text_set(&l->state, state, strlen(state));
	text(&l->target, "host-%u.example.net:%u", id % 3000, 443);
	text(&l->address, "198.51.100.%u:%u", id % 250, 443);
	l->age = id % 5000 + (uint64_t)t;
	l->idle = id % 7;
	l->up = (uint64_t)(id * 977 + t * (id % 91) * 1e4);
	l->down = (uint64_t)(id * 353 + t * (id % 37) * 1e4);
}

static void
sessions(struct wr *out, const struct frame_request *r, unsigned n, double t)
{
	uint64_t after = r->record.session_list.after;
	struct frame_list list;
	unsigned id = after < n ? (unsigned)after + 1 : n + 1;

	frame_list_begin(&list, out, r);
	for (unsigned rows = 0; id <= n; id++, rows++) {
		struct admin_live l = { 0 };

		session(&l, id, t);
		if (rows == PAGE || !frame_list_row(&list, &l)) {
			frame_list_more(&list);
			break;
		}
	}
	frame_list_end(&list);
}

static void
accounts(struct wr *out, const struct frame_request *r, unsigned n)
{
	struct frame_list list;

	frame_list_begin(&list, out, r);
	for (unsigned i = 0; i < USERS; i++) {
		struct admin_account a = { .enabled = 1,
			.sessions = n / USERS,
			.opened = n + i,
			.revision = i + 1 };

		text(&a.name, "user-%02u", i, 0);
		(void)frame_list_row(&list, &a);
	}
	frame_list_end(&list);
}

bool
more_answer(struct wr *out, const struct frame_request *r, unsigned n, double t)
{
	switch (r->id) {
	case ADMIN_hello:
		hello(out, r);
		return true;
	case ADMIN_status:
		status(out, r, n, t);
		return true;
	case ADMIN_session_list:
		sessions(out, r, n, t);
		return true;
	case ADMIN_account_list:
		accounts(out, r, n);
		return true;
	default:
		return false;
	}
}

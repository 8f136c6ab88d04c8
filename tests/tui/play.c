#include "tests/tui/play.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/screen.h"
#include "tui/utf8.h"

static const char *const accounts[] = { "alice", "bob", "carol", "dave", "erin",
	"frank", "guest", "ops", "root", "svc-backup", NULL };

static void
note_reads(struct play *p)
{
	for (size_t i = 0; i < p->fx.n; i++)
		if (p->fx.list[i].kind == EFFECT_READ)
			p->asked[p->fx.list[i].id] = true;
}

static void
happen(struct play *p, struct event *e)
{
	char clock[12];
	unsigned s = (unsigned)(p->now / 1000);

	(void)snprintf(clock, sizeof clock, "%02u:%02u:%02u", s / 3600 % 24,
	    s / 60 % 60, s % 60);
	e->now = p->now;
	e->clock = clock;
	effects_wipe(&p->fx);
	e->wall = 1795564800 + p->now / 1000;
	update(&p->m, e, &p->fx);
	note_reads(p);
}

void
play_happen(struct play *p, struct event *e)
{
	happen(p, e);
}

void
play_start(struct play *p)
{
	memset(p, 0, sizeof *p);
	p->now = 51600000; /* 14:20:00 */
	p->buffer_size = 65536;
	p->idle = 255;
	p->selector = 7;
	p->names = accounts;
	model_open(&p->m, "unix:/run/socks5d/admin.sock", "");
	p->m.now = p->now;
}

void
play_begin(struct play *p)
{
	play_start(p);
	play_up(p);
}

void
play_end(struct play *p)
{
	model_close(&p->m);
	canvas_close(&p->c);
	effects_wipe(&p->fx);
}

static int
set_up(void **state, void (*begin)(struct play *))
{
	struct play *p = calloc(1, sizeof *p);

	if (p == NULL)
		return -1;
	begin(p);
	play_polls(p, 3);
	*state = p;
	return 0;
}

int
play_set_up(void **state)
{
	return set_up(state, play_begin);
}

int
play_set_up_extended(void **state)
{
	return set_up(state, play_begin_extended);
}

int
play_set_up_at(void **state, const char *keys)
{
	if (play_set_up_extended(state) != 0)
		return -1;
	play_type(*state, keys);
	return 0;
}

int
play_tear_down(void **state)
{
	play_end(*state);
	free(*state);
	return 0;
}

void
play_pass(struct play *p, uint64_t ms)
{
	uint64_t until = p->now + ms, next;

	while ((next = model_wake(&p->m)) < until) {
		struct event e = { .kind = EVENT_TICK };

		p->now = next;
		happen(p, &e);
	}
	p->now = until;
}

void
play_key(struct play *p, uint32_t code)
{
	struct event e = { .kind = EVENT_KEY, .key = { code, false } };

	happen(p, &e);
}

static void
type(struct play *p, const char *text, bool pasted)
{
	const char *end = text + strlen(text);

	while (text < end) {
		struct event e = { .kind = EVENT_KEY,
			.key = {
			    utf8_next(&text, (size_t)(end - text)), pasted } };

		happen(p, &e);
	}
}

void
play_type(struct play *p, const char *text)
{
	type(p, text, false);
}

void
play_paste(struct play *p, const char *text)
{
	type(p, text, true);
}

/* Up and down again in `period` steps: 0 to 1000. */
uint64_t
play_wave(uint64_t step, uint64_t period)
{
	uint64_t at = step % period * 2000 / period;

	return at <= 1000 ? at : 2000 - at;
}

static uint64_t
sessions_of(uint64_t step, size_t user)
{
	return user % 4 == 3
		   ? 0
		   : (20 + play_wave(step + user * 7, 60) / 40) / (user + 1);
}

/* The wave's parts of so many steps together. */
static uint64_t
wave_sum(uint64_t steps, uint64_t period, uint64_t part)
{
	uint64_t whole = 0, rest = 0;

	for (uint64_t i = 0; i < period; i++) {
		uint64_t one = play_wave(i, period) / part;

		whole += one;
		rest += i < steps % period ? one : 0;
	}
	return steps / period * whole + rest;
}

/* The sum over all seconds so far, so that it only grows. */
uint64_t
play_grown(uint64_t step, uint64_t period, uint64_t unit)
{
	step %= 100000;
	return (200 * step + wave_sum(step, period, 1) +
		   wave_sum(step, 13, 5)) *
	       unit;
}

static uint64_t
figure(const struct play *p, enum admin_id id)
{
	uint64_t step = (p->now - 51600000) / 1000, sum = 0, users = 0, n = 0;

	for (; p->names[n] != NULL; n++) {
		sum += sessions_of(step, n);
		users += sessions_of(step, n) > 0;
	}
	switch (id) {
	case ADMIN_total_connections:
		return 1204331 + play_grown(step, 45, 1) / 100;
	case ADMIN_connections:
		return sum;
	case ADMIN_peak_connections:
		return 412;
	case ADMIN_sent_bytes:
		return 611000000000 + play_grown(step, 70, 16000);
	case ADMIN_received_bytes:
		return 1920000000000 + play_grown(step, 50, 42000);
	case ADMIN_users_connected:
		return users;
	case ADMIN_users:
		return n;
	case ADMIN_get_buffer_size:
		return p->buffer_size;
	case ADMIN_get_connection_timeout:
		return p->idle;
	default:
		return p->selector;
	}
}

static void
answer_users(struct play *p)
{
	struct admin_user_row rows[300];
	struct event e = {
		.kind = EVENT_ANSWER, .id = ADMIN_user_list, .first = true
	};

	for (; p->names[e.count] != NULL; e.count++)
		layout_text_set(&rows[e.count].name, p->names[e.count],
		    strlen(p->names[e.count]));
	e.rows = rows;
	happen(p, &e);
}

static void
answer_sessions(struct play *p)
{
	uint64_t step = (p->now - 51600000) / 1000;

	for (size_t i = 0; p->names[i] != NULL; i++) {
		struct event e = { .kind = EVENT_ANSWER,
			.id = ADMIN_user_connections };
		struct layout_text name;

		layout_text_set(&name, p->names[i], strlen(p->names[i]));
		e.name = &name;
		e.value = sessions_of(step, i);
		happen(p, &e);
	}
}

static void
answer_poll(struct play *p)
{
	static const enum admin_id ids[] = { ADMIN_total_connections,
		ADMIN_connections, ADMIN_peak_connections, ADMIN_sent_bytes,
		ADMIN_received_bytes, ADMIN_users_connected, ADMIN_users,
		ADMIN_get_buffer_size, ADMIN_get_selector_timeout,
		ADMIN_get_connection_timeout };
	struct event done = { .kind = EVENT_POLLED, .rtt_ms = 0.8 };

	if (p->extended) {
		play_answer_more(p);
		return;
	}
	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
		struct event e = { .kind = EVENT_ANSWER, .id = ids[i] };

		e.value = figure(p, ids[i]);
		happen(p, &e);
	}
	answer_users(p);
	answer_sessions(p);
	done.at = p->now;
	happen(p, &done);
}

void
play_polls(struct play *p, int n)
{
	for (int i = 0; i < n; i++) {
		if (p->m.polling)
			answer_poll(p);
		play_pass(p, 1000);
	}
	if (p->m.polling)
		answer_poll(p);
}

void
play_users(struct play *p, const char *const *names)
{
	p->names = names;
	play_pass(p, 1001);
	answer_poll(p);
}

void
play_up(struct play *p)
{
	struct event e = { .kind = EVENT_UP };

	happen(p, &e);
}

void
play_down(struct play *p, const char *why, bool refused)
{
	struct event e = { .kind = EVENT_DOWN, .why = why, .refused = refused };

	happen(p, &e);
}

void
play_resize(struct play *p, int w, int h)
{
	struct event e = { .kind = EVENT_RESIZE, .w = w, .h = h };

	happen(p, &e);
}

void
play_done(struct play *p, const struct effect *asked, enum admin_status status)
{
	struct event e = { .kind = EVENT_DONE,
		.id = asked->id,
		.tag = asked->tag,
		.status = status };

	happen(p, &e);
}

const struct effect *
play_effect(const struct play *p, enum effect_kind kind, int n)
{
	for (size_t i = 0; i < p->fx.n; i++)
		if (p->fx.list[i].kind == kind && n-- == 0)
			return &p->fx.list[i];
	return NULL;
}

bool
play_shows(struct play *p, int w, int h, const char *text)
{
	char line[4 * 1000 + 1];

	play_resize(p, w, h);
	if (canvas_open(&p->c, w, h, GLYPHS_ASCII) != 0)
		abort();
	screen_draw(&p->m, &p->c);
	for (int y = 0; y < h; y++) {
		(void)canvas_row(&p->c, y, line, sizeof line);
		if (strstr(line, text) != NULL)
			return true;
	}
	return false;
}

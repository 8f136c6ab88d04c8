/*
 * A hostile server and the whole console: what it answers goes through client,
 * model, views and painter, and what then goes to the terminal must be cells
 * and the painter's own sequences, nothing of the server's.
 *
 * The first octet chooses how the server behaves (bit 0: it sends the rest as
 * it is; else it answers each request with records made of the rest), the
 * second the screen, the third how many octets at the end are keys. Behind one
 * of the mouse's are its column and its row.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "proto/frame.h"
#include "tui/feed.h"
#include "tui/paint.h"
#include "tui/screen.h"
#include "tui/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

enum { TURNS = 24, ROOM = 1 << 18, KEYS = 32, ENDS = 4 };

struct server {
	int fd;
	bool in, raw;
	size_t len;
	uint8_t bytes[8192];
};

static struct {
	struct event_base *base;
	int listener, screen;
	char path[64], endpoint[80];
} fixed;

static struct {
	const uint8_t *at, *end;
	struct model model;
	struct effects effects;
	struct feed *feed;
	struct server servers[ENDS];
	size_t nservers;
	uint64_t now;
	bool acting;
} run;

/* ---- the server's octets */

static uint8_t
next(void)
{
	return run.at < run.end ? *run.at++ : 0;
}

static uint64_t
next_number(void)
{
	unsigned n = next() % 9;
	uint64_t value = 0;

	while (n-- > 0)
		value = value << 8 | next();
	return value;
}

static void
fill(const struct layout *layout, void *record)
{
	for (size_t i = 0; i < layout->nfields; i++) {
		const struct layout_field *f = &layout->fields[i];
		void *member = (char *)record + f->offset;
		struct layout_text *text = member;

		if (f->kind == LAYOUT_SECRET)
			continue;
		if (f->kind != LAYOUT_TEXT) {
			*(uint64_t *)member = next_number();
			continue;
		}
		text->len = next() % 64;
		for (unsigned k = 0; k < text->len; k++)
			text->bytes[k] = (char)next();
	}
}

static void
answer(struct wr *out, const struct frame_request *r)
{
	const struct admin_command *c = &admin_commands[r->id];
	union admin_answer record = { 0 };
	struct frame_list list;
	unsigned rows = next() % 8;
	char why[32];

	/* A query of the base protocol has no way to be refused. */
	if (rows == 7 &&
	    (r->form == ADMIN_EXTENDED || c->result != ADMIN_RESULT_NONE)) {
		for (size_t i = 0; i < sizeof why - 1; i++)
			why[i] = (char)next();
		why[sizeof why - 1] = '\0';
		frame_answer_write(out, r, ADMIN_INVALID, NULL, why);
		return;
	}
	if (!c->many) {
		fill(c->answer, &record);
		if (r->id == ADMIN_hello && rows > 2) /* all it could know */
			record.hello.queries = record.hello.modifications =
			    UINT64_MAX;
		frame_answer_write(out, r, ADMIN_OK, &record, NULL);
		return;
	}
	frame_list_begin(&list, out, r);
	for (unsigned i = 0; i < rows; i++) {
		fill(c->answer, &record);
		if (!frame_list_row(&list, &record))
			break;
	}
	if (rows == 6)
		frame_list_more(&list);
	frame_list_end(&list);
}

static void
serve(struct server *s)
{
	static uint8_t bytes[ROOM];
	struct wr out = wr_of(bytes, sizeof bytes);
	struct rd in = rd_of(s->bytes, s->len);
	struct frame_login login;
	struct frame_request r;

	if (!s->in && frame_login_parse(&in, &login) == PARSE_DONE) {
		s->in = true;
		frame_verdict_write(&out, FRAME_ACCEPTED);
	}
	while (s->in && frame_request_parse(&in, &r) == PARSE_DONE) {
		if (r.id == ADMIN_COMMANDS || r.found != ADMIN_OK)
			frame_answer_write(&out, &r, ADMIN_UNKNOWN, NULL, NULL);
		else
			answer(&out, &r);
	}
	s->len = rd_left(&in);
	memmove(s->bytes, in.at, s->len);
	(void)!send(s->fd, bytes, wr_len(&out), MSG_NOSIGNAL);
}

static void
hear(struct server *s)
{
	ssize_t n = recv(s->fd, s->bytes + s->len, sizeof s->bytes - s->len, 0);

	if (n > 0)
		s->len += (size_t)n;
	if (n > 0 && !s->raw)
		serve(s);
}

static void
hear_all(bool raw)
{
	int fd = accept4(fixed.listener, NULL, NULL, SOCK_NONBLOCK);

	if (fd != -1 && run.nservers == ENDS) {
		(void)close(fd);
	} else if (fd != -1) {
		struct server *s = &run.servers[run.nservers++];

		*s = (struct server){ .fd = fd, .raw = raw };
		if (raw) {
			(void)!send(fd, run.at, (size_t)(run.end - run.at),
			    MSG_NOSIGNAL);
			(void)shutdown(fd, SHUT_WR);
		}
	}
	for (size_t i = 0; i < run.nservers; i++)
		hear(&run.servers[i]);
}

/* ---- the console, without its clock */

static void
carry_out(void)
{
	struct effects *fx = &run.effects;

	if (run.acting)
		return;
	run.acting = true;
	for (size_t i = 0; i < fx->n; i++)
		if (fx->list[i].kind == EFFECT_RECONNECT)
			feed_again(run.feed);
		else
			(void)feed_do(run.feed, &fx->list[i], &run.model.users);
	run.acting = false;
	effects_wipe(fx);
}

static void
happen(struct event *e, void *arg)
{
	(void)arg;
	e->now = run.now;
	e->clock = "12:34:56";
	update(&run.model, e, &run.effects);
	carry_out();
}

static void
pass(uint64_t ms)
{
	struct event e = { .kind = EVENT_TICK };

	run.now += ms;
	happen(&e, NULL);
}

/* ---- what reaches the terminal */

static void
check_cells(const struct canvas *c)
{
	for (int i = 0; i < c->w * c->h; i++) {
		uint32_t cp = c->cells[i].cp;

		if (c->cells[i].width != 0 && utf8_width(cp) == 0)
			abort();
	}
}

static bool
one_of(const char *list, uint8_t c)
{
	return c != 0 && strchr(list, c) != NULL;
}

/* Behind ESC [: parameters and a final that a painter uses. */
static const uint8_t *
check_csi(const uint8_t *at, const uint8_t *end)
{
	while (at < end &&
	       (*at == '?' || *at == ';' || (*at >= '0' && *at <= '9')))
		at++;
	if (at == end || !one_of("@ABCDGHJKLMPSTXbdhlmr", *at))
		abort();
	return at + 1;
}

static void
check_stream(const uint8_t *at, const uint8_t *end)
{
	const char *text;

	while (at < end) {
		if (*at == 0x1b && end - at >= 2 && at[1] == '[') {
			at = check_csi(at + 2, end);
		} else if (*at == 0x1b && end - at >= 3 &&
			   (at[1] == '(' || at[1] == ')')) {
			at += 3;
		} else if (*at == 0x1b && end - at >= 2 &&
			   one_of("78=>M", at[1])) {
			at += 2;
		} else if (*at < 0x20) {
			if (!one_of("\b\t\n\r\x0e\x0f", *at))
				abort();
			at++;
		} else {
			text = (const char *)at;
			if (utf8_width(utf8_next(&text, (size_t)(end - at))) ==
			    0)
				abort();
			at = (const uint8_t *)text;
		}
	}
}

static void
show(struct canvas *c)
{
	static uint8_t bytes[1 << 20];
	off_t size;

	screen_draw(&run.model, c);
	check_cells(c);
	paint_frame(c);
	size = lseek(fixed.screen, 0, SEEK_CUR);
	if (size <= 0 || size > (off_t)sizeof bytes ||
	    pread(fixed.screen, bytes, (size_t)size, 0) != size)
		size = 0;
	check_stream(bytes, bytes + size);
	(void)lseek(fixed.screen, 0, SEEK_SET);
}

/* ---- begin, go, end */

static void
clean_up(void)
{
	(void)unlink(fixed.path);
}

/* What the painter says once, to begin with. */
static void
skip_greeting(void)
{
	struct canvas blank = { 0 };

	if (canvas_open(&blank, 80, 24, GLYPHS_ASCII) == 0)
		paint_frame(&blank);
	canvas_close(&blank);
	(void)lseek(fixed.screen, 0, SEEK_SET);
}

static void
set_up(void)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	const char *why = "sockets";

	(void)setenv("NCURSES_NO_UTF8_ACS", "1", 1);
	(void)snprintf(fixed.path, sizeof fixed.path,
	    "/tmp/socks5-console-fuzz-%d", (int)getpid());
	(void)snprintf(
	    fixed.endpoint, sizeof fixed.endpoint, "unix:%s", fixed.path);
	(void)snprintf(a.sun_path, sizeof a.sun_path, "%s", fixed.path);
	(void)unlink(fixed.path);
	fixed.base = event_base_new();
	fixed.listener =
	    socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	fixed.screen = memfd_create("screen", MFD_CLOEXEC);
	if (fixed.base == NULL || fixed.screen == -1 ||
	    bind(fixed.listener, (struct sockaddr *)&a, sizeof a) == -1 ||
	    listen(fixed.listener, ENDS) == -1 ||
	    !paint_open(
		fixed.screen, "xterm-256color", 80, 24, THEME_DARK, &why)) {
		fprintf(stderr, "console_fuzz: %s\n", why);
		exit(1);
	}
	(void)atexit(clean_up);
	skip_greeting();
}

/* Octets that were the mouse's place. */
static size_t
point(struct event *e, const uint8_t *place, size_t n, const struct canvas *c)
{
	uint32_t code = e->key.code;

	if (code < INPUT_CLICK || code > INPUT_WHEEL_RIGHT || n < 2)
		return 0;
	e->kind = EVENT_MOUSE;
	if (c->scene == screen_scene(&run.model))
		e->spot = canvas_hit(c, place[0], place[1]);
	return 2;
}

static void
type(const uint8_t *keys, size_t n, struct canvas *c, bool raw)
{
	for (size_t i = 0; i < n; i++) {
		struct event e = { .kind = EVENT_KEY,
			.key = { keys[i] < 0x80 ? keys[i]
						: INPUT_UP + keys[i] - 0x80,
			    false } };

		if (e.key.code == 0)
			continue;
		i += point(&e, keys + i + 1, n - i - 1, c);
		run.now += 400;
		happen(&e, NULL);
		(void)event_base_loop(fixed.base, EVLOOP_NONBLOCK);
		hear_all(raw);
		show(c);
	}
}

static void
go(const uint8_t *keys, size_t nkeys, struct canvas *c, bool raw)
{
	static const char views[] = "1234567";

	for (int i = 0; i < TURNS; i++) {
		(void)event_base_loop(fixed.base, EVLOOP_NONBLOCK);
		hear_all(raw);
		if (i % 8 == 7)
			pass(1000);
	}
	show(c);
	for (const char *v = views; *v != '\0'; v++)
		type((const uint8_t *)v, 1, c, raw);
	type(keys, nkeys, c, raw);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static const int sizes[][2] = { { 80, 24 }, { 140, 40 }, { 40, 10 },
		{ 60, 16 } };
	struct event e = { .kind = EVENT_RESIZE };
	struct secret none = { 0 };
	struct canvas c = { 0 };
	const char *why;
	size_t nkeys;

	if (len < 3)
		return 0;
	if (fixed.base == NULL)
		set_up();
	nkeys = bytes[2] % KEYS;
	nkeys = nkeys < len - 3 ? nkeys : len - 3;
	run.at = bytes + 3;
	run.end = bytes + len - nkeys;
	run.now = 1000;
	run.nservers = 0;
	e.w = sizes[bytes[1] % 4][0];
	e.h = sizes[bytes[1] % 4][1];
	if (canvas_open(&c, e.w, e.h, (enum glyphs)(bytes[1] / 4 % 3)) != 0)
		return 0;
	memset(&run.model, 0, sizeof run.model);
	model_open(&run.model, fixed.endpoint, "");
	run.model.mouse = true;
	run.feed = feed_open(fixed.base, true, happen, NULL);
	if (run.feed == NULL ||
	    !feed_connect(run.feed, fixed.endpoint, "", &none, &why))
		abort();
	happen(&e, NULL);
	go(bytes + len - nkeys, nkeys, &c, bytes[0] & 1);
	feed_close(run.feed);
	for (size_t i = 0; i < run.nservers; i++)
		(void)close(run.servers[i].fd);
	model_close(&run.model);
	canvas_close(&c);
	effects_wipe(&run.effects);
	return 0;
}

/*
 * A peer for tests of the console: speaks the base admin protocol over a Unix
 * socket, as docs and proto/admin.def have it, with figures that move by
 * themselves and accounts and settings that can be changed.
 *
 *     fake_server [-u NAME:PASSWORD] [-n SESSIONS] [-vx] PATH
 *
 * -v: print "list" each time the accounts are listed. -u: this login is right,
 * any other wrong; without it every one is right. -n: it has the extension,
 * with so many sessions. -x: one that cannot tell the
 * sessions of a named user (00 0B). Prints "ready" when it listens. Runs until
 * its standard input ends.
 */

#include <math.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "proto/frame.h"
#include "tests/tui/fake_more.h"

enum { USERS = 200, PEERS = 16, ROOM = 1 << 17 };

struct peer {
	int fd; /* -1: free */
	bool in;
	size_t len;
	uint8_t bytes[4096];
};

static struct {
	struct layout_text users[USERS];
	size_t nusers;
	uint64_t buffer_size, selector_timeout, connection_timeout;
	const char *login;
	bool no_user_connections, told;
	unsigned sessions; /* of the extension; 0: it has none */
	struct peer peers[PEERS];
} server = {
	.buffer_size = 65536, .selector_timeout = 7, .connection_timeout = 255
};

static double
seconds(void)
{
	struct timespec t;
	static double first;
	double now;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	now = (double)t.tv_sec + (double)t.tv_nsec / 1e9;
	if (first == 0)
		first = now;
	return now - first;
}

static size_t
find(const struct layout_text *name)
{
	for (size_t i = 0; i < server.nusers; i++)
		if (server.users[i].len == name->len &&
		    memcmp(server.users[i].bytes, name->bytes, name->len) == 0)
			return i;
	return USERS;
}

static void
user_add(const char *name)
{
	layout_text_set(&server.users[server.nusers++], name, strlen(name));
}

static uint64_t
sessions_of(size_t user)
{
	double t = seconds();

	if (user >= server.nusers || user % 4 == 3)
		return 0;
	return (uint64_t)(40.0 / (double)(user + 1) *
			  (1.4 + sin(t / (7.0 + (double)user) + (double)user)));
}

static uint64_t
sessions(void)
{
	uint64_t n = 0;

	for (size_t i = 0; i < server.nusers; i++)
		n += sessions_of(i);
	return n;
}

static uint64_t
users_connected(void)
{
	uint64_t n = 0;

	for (size_t i = 0; i < server.nusers; i++)
		n += sessions_of(i) > 0;
	return n;
}

/* Grows all the time, at a speed that comes and goes. */
static uint64_t
grown(double from, double speed, double period)
{
	double t = seconds();
	double wave = t - period / 7 * cos(7 * t / period) * 0.4 -
		      period / 3 * cos(3 * t / period) * 0.5;

	return (uint64_t)(from + speed * (wave + period));
}

static uint64_t
figure(enum admin_id id)
{
	switch (id) {
	case ADMIN_total_connections:
		return grown(1204331, 4, 20);
	case ADMIN_connections:
		return sessions();
	case ADMIN_peak_connections:
		return 412;
	case ADMIN_sent_bytes:
		return grown(611e9, 12.7e6, 40);
	case ADMIN_received_bytes:
		return grown(1.92e12, 38.2e6, 30);
	case ADMIN_users_connected:
		return users_connected();
	case ADMIN_users:
		return server.nusers;
	case ADMIN_get_buffer_size:
		return server.buffer_size;
	case ADMIN_get_selector_timeout:
		return server.selector_timeout;
	case ADMIN_get_connection_timeout:
		return server.connection_timeout;
	default:
		return 0;
	}
}

static enum admin_status
add(const struct admin_user_new *user)
{
	if (user->name.len == 0 || user->password.len == 0 || user->role > 1 ||
	    server.nusers == USERS)
		return ADMIN_INVALID;
	if (find(&user->name) < USERS)
		return ADMIN_TAKEN;
	server.users[server.nusers++] = user->name;
	return ADMIN_OK;
}

static enum admin_status
del(const struct admin_user_name *user)
{
	size_t at = find(&user->name);

	if (at == USERS)
		return ADMIN_MISSING;
	if (server.nusers == 1)
		return ADMIN_REFUSED;
	memmove(&server.users[at], &server.users[at + 1],
	    (--server.nusers - at) * sizeof *server.users);
	return ADMIN_OK;
}

static enum admin_status
set(uint64_t *value, uint64_t to, uint64_t least, uint64_t most)
{
	if (to < least || to > most)
		return ADMIN_INVALID;
	*value = to;
	return ADMIN_OK;
}

static enum admin_status
change(const struct frame_request *r)
{
	switch (r->id) {
	case ADMIN_user_add:
		return add(&r->record.user_add);
	case ADMIN_user_del:
		return del(&r->record.user_del);
	case ADMIN_set_buffer_size:
		return set(&server.buffer_size,
		    r->record.set_buffer_size.buffer_size, 50, 1 << 24);
	case ADMIN_set_selector_timeout:
		return set(&server.selector_timeout,
		    r->record.set_selector_timeout.selector_timeout, 1, 255);
	case ADMIN_set_connection_timeout:
		return set(&server.connection_timeout,
		    r->record.set_connection_timeout.connection_timeout, 1,
		    255);
	default:
		return ADMIN_OK;
	}
}

static void
list(struct wr *out, const struct frame_request *r)
{
	struct frame_list rows;
	struct admin_user_row row = { 0 };

	if (server.told) {
		(void)puts("list");
		(void)fflush(stdout);
	}
	frame_list_begin(&rows, out, r);
	for (size_t i = 0; i < server.nusers; i++) {
		row.name = server.users[i];
		if (!frame_list_row(&rows, &row))
			break;
	}
}

static void
answer(struct wr *out, const struct frame_request *r)
{
	const struct admin_command *command = &admin_commands[r->id];
	struct {
		char record;
		uint64_t value;
	} number = { 0 };

	if (r->id == ADMIN_user_list) {
		list(out, r);
	} else if (command->need == ADMIN_CHANGE) {
		frame_answer_write(out, r, change(r), NULL, NULL);
	} else {
		number.value =
		    r->id == ADMIN_user_connections
			? sessions_of(find(&r->record.user_connections.name))
			: figure(r->id);
		frame_answer_write(out, r, ADMIN_OK, &number, NULL);
	}
}

static void
hang_up(struct peer *p)
{
	(void)close(p->fd);
	p->fd = -1;
}

static bool
login_ok(const struct frame_login *login)
{
	char text[600];

	if (server.login == NULL)
		return true;
	(void)snprintf(text, sizeof text, "%.*s:%.*s", login->name.len,
	    login->name.bytes, login->password.len, login->password.bytes);
	return strcmp(text, server.login) == 0;
}

/* Answer all that is there; false: the peer is done. */
static bool
serve(struct peer *p, struct rd *in, struct wr *out)
{
	struct frame_login login;
	struct frame_request r;
	enum parse parse = PARSE_DONE;

	if (!p->in) {
		parse = frame_login_parse(in, &login);
		if (parse == PARSE_DONE) {
			p->in = login_ok(&login);
			frame_verdict_write(
			    out, p->in ? FRAME_ACCEPTED : FRAME_REFUSED);
			if (!p->in)
				return false;
		}
	}
	while (parse == PARSE_DONE &&
	       (parse = frame_request_parse(in, &r)) == PARSE_DONE) {
		if (server.sessions > 0 && r.found == ADMIN_OK &&
		    r.form == ADMIN_EXTENDED &&
		    more_answer(out, &r, server.sessions, seconds()))
			continue;
		if (r.id == ADMIN_COMMANDS || admin_base_code(r.id) < 0 ||
		    (r.id == ADMIN_user_connections &&
			server.no_user_connections)) {
			r.found = ADMIN_UNKNOWN;
			frame_answer_write(out, &r, r.found, NULL, NULL);
		} else {
			answer(out, &r);
		}
	}
	return parse != PARSE_BAD;
}

static void
on_peer(struct peer *p)
{
	static uint8_t bytes[ROOM];
	struct wr out = wr_of(bytes, sizeof bytes);
	ssize_t n = recv(p->fd, p->bytes + p->len, sizeof p->bytes - p->len, 0);
	struct rd in;
	bool more;

	if (n <= 0) {
		hang_up(p);
		return;
	}
	p->len += (size_t)n;
	in = rd_of(p->bytes, p->len);
	more = serve(p, &in, &out);
	p->len = rd_left(&in);
	memmove(p->bytes, in.at, p->len);
	if (send(p->fd, bytes, wr_len(&out), MSG_NOSIGNAL) == -1 || !more)
		hang_up(p);
}

static void
on_new(int listener)
{
	int fd = accept(listener, NULL, NULL);

	for (int i = 0; i < PEERS; i++)
		if (server.peers[i].fd == -1) {
			server.peers[i] = (struct peer){ .fd = fd };
			return;
		}
	(void)close(fd);
}

static int
listen_at(const char *path)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	(void)snprintf(a.sun_path, sizeof a.sun_path, "%s", path);
	(void)unlink(path);
	if (bind(fd, (struct sockaddr *)&a, sizeof a) == -1 ||
	    listen(fd, 16) == -1) {
		perror(path);
		exit(1);
	}
	return fd;
}

static void
run(int listener)
{
	struct pollfd p[PEERS + 2];
	char drop[64];

	for (;;) {
		p[0] = (struct pollfd){ .fd = STDIN_FILENO, .events = POLLIN };
		p[1] = (struct pollfd){ .fd = listener, .events = POLLIN };
		for (int i = 0; i < PEERS; i++)
			p[i + 2] = (struct pollfd){ .fd = server.peers[i].fd,
				.events = POLLIN };
		if (poll(p, PEERS + 2, -1) == -1)
			return;
		if (p[0].revents != 0 &&
		    read(STDIN_FILENO, drop, sizeof drop) <= 0)
			return;
		for (int i = 0; i < PEERS; i++)
			if (p[i + 2].fd != -1 && p[i + 2].revents != 0)
				on_peer(&server.peers[i]);
		if (p[1].revents != 0)
			on_new(listener);
	}
}

int
main(int argc, char **argv)
{
	static const char *const names[] = { "alice", "bob", "carol", "dave",
		"erin", "frank", "guest", "ops", "root", "svc-backup" };
	int c;

	while ((c = getopt(argc, argv, "n:u:vx")) != -1) {
		if (c == 'u')
			server.login = optarg;
		else if (c == 'n')
			server.sessions = (unsigned)atoi(optarg);
		else if (c == 'v')
			server.told = true;
		else if (c == 'x')
			server.no_user_connections = true;
		else
			return 2;
	}
	if (optind + 1 != argc)
		return 2;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		user_add(names[i]);
	for (int i = 0; i < PEERS; i++)
		server.peers[i].fd = -1;
	(void)seconds();
	c = listen_at(argv[optind]);
	(void)puts("ready");
	(void)fflush(stdout);
	run(c);
	(void)unlink(argv[optind]);
	return 0;
}

#include "base/log_target.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <syslog.h>
#include <unistd.h>

enum {
	BATCH = 64,          /* lines in one writev */
	ROUNDS = 64,         /* batches before another ring has its turn */
	ONE_TURN = PIPE_BUF, /* what a writable pipe takes for sure */
	MODE = 0640,
};

static int
open_path(const char *path)
{
	/* A FIFO without a reader is refused instead of waited for. */
	int fd = open(path,
	    O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK,
	    MODE);

	return fd == -1 ? -errno : fd;
}

static bool
may_be_full(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && !S_ISREG(st.st_mode);
}

int
log_sink_open(struct log_sink *s, enum log_which which, const char *name)
{
	memset(s, 0, sizeof *s);
	s->which = which;
	s->fd = -1;
	if (strcmp(name, "off") == 0)
		return 0;
	if (strcmp(name, "syslog") == 0) {
		s->kind = LOG_TO_SYSLOG;
		openlog("socks5d", LOG_PID | LOG_NDELAY, LOG_DAEMON);
		return 0;
	}
	if (strcmp(name, "-") == 0) {
		s->fd = STDERR_FILENO;
	} else {
		if (strlen(name) >= sizeof s->path)
			return -ENAMETOOLONG;
		strcpy(s->path, name);
		s->fd = open_path(name);
		if (s->fd < 0)
			return s->fd;
		s->own = true;
	}
	s->kind = LOG_TO_FILE;
	s->polls = may_be_full(s->fd);
	return 0;
}

void
log_sink_close(struct log_sink *s)
{
	if (s->own)
		close(s->fd);
	s->kind = LOG_TO_NOTHING;
	s->own = false;
	s->fd = -1;
}

static bool
writable(const struct log_sink *s)
{
	struct pollfd p = { .fd = s->fd, .events = POLLOUT };

	return !s->polls || poll(&p, 1, 0) == 1;
}

/* The octets that went out, or -1: stuck. */
static ssize_t
put_out(struct log_sink *s, const struct iovec *iov, int n)
{
	ssize_t done = -1;

	s->failed = EAGAIN;
	while (writable(s)) {
		done = writev(s->fd, iov, n);
		s->failed = done == -1 ? errno : 0;
		if (s->failed != EINTR)
			break;
	}
	s->stuck = done == -1;
	return done;
}

/* A pipe that can be written takes that much; more might block. */
static size_t
at_once(const struct log_sink *s, size_t len)
{
	return s->polls && len > ONE_TURN ? ONE_TURN : len;
}

static bool
finish_rest(struct log_sink *s)
{
	struct iovec iov = { s->rest, s->nrest };
	ssize_t n;

	while (s->nrest > 0) {
		iov.iov_len = at_once(s, s->nrest);
		n = put_out(s, &iov, 1);
		if (n <= 0)
			return false;
		s->nrest -= (size_t)n;
		memmove(s->rest, s->rest + n, s->nrest);
	}
	return true;
}

int
log_sink_reopen(struct log_sink *s)
{
	int fd;

	if (!s->own)
		return 0;
	fd = open_path(s->path);
	if (fd < 0)
		return fd;
	/* A torn line's end belongs into the old file or nowhere. */
	(void)finish_rest(s);
	s->nrest = 0;
	close(s->fd);
	s->fd = fd;
	s->polls = may_be_full(fd);
	s->stuck = false;
	return 0;
}

/* Of n lines `done` octets are out: keep the rest of the one that was torn. */
static int
lines_begun(struct log_sink *s, const struct iovec *iov, int n, size_t done)
{
	int i = 0;

	while (i < n && done >= iov[i].iov_len)
		done -= iov[i++].iov_len;
	if (i == n || done == 0)
		return i;
	s->nrest = iov[i].iov_len - done;
	memcpy(s->rest, (const char *)iov[i].iov_base + done, s->nrest);
	return i + 1;
}

/* Up to BATCH lines, for a pipe no more than it takes at once. */
static int
gather(const struct log_sink *s, struct log_ring *r, struct iovec iov[BATCH],
    const struct log_record *records[BATCH], uint64_t ends[BATCH])
{
	uint64_t at = log_ring_start(r);
	const struct log_record *record;
	const char *text;
	size_t octets = 0;
	int n = 0;

	while (n < BATCH && (record = log_ring_next(r, &at, &text)) != NULL) {
		octets += record->len;
		if (n > 0 && s->polls && octets > ONE_TURN)
			break;
		iov[n] = (struct iovec){ (char *)text, record->len };
		records[n] = record;
		ends[n++] = at;
	}
	return n;
}

static int
write_batch(struct log_sink *s, struct log_ring *r)
{
	const struct log_record *records[BATCH];
	struct iovec iov[BATCH];
	uint64_t ends[BATCH];
	ssize_t done;
	size_t len;
	int n;

	if (!finish_rest(s) || (n = gather(s, r, iov, records, ends)) == 0)
		return 0;
	len = iov[0].iov_len;
	iov[0].iov_len = at_once(s, len);
	done = put_out(s, iov, n);
	if (done <= 0)
		return 0;
	iov[0].iov_len = len;
	n = lines_begun(s, iov, n, (size_t)done);
	for (int i = 0; i < n; i++)
		log_keep(s->which, records[i], iov[i].iov_base);
	log_ring_release(r, ends[n - 1]);
	return n;
}

/* Time and level are syslog's to write. */
void
log_syslog(const struct log_record *record, const char *text)
{
	static const int priorities[] = { LOG_ERR, LOG_WARNING, LOG_INFO,
		LOG_DEBUG };

	syslog(priorities[record->level & 3], "%.*s",
	    (int)(record->len - record->body), text + record->body);
}

static size_t
to_syslog(const struct log_sink *s, struct log_ring *r)
{
	uint64_t at = log_ring_start(r);
	const struct log_record *record;
	const char *text;
	size_t n = 0;

	while (n < BATCH * ROUNDS &&
	       (record = log_ring_next(r, &at, &text)) != NULL) {
		log_syslog(record, text);
		log_keep(s->which, record, text);
		log_ring_release(r, at);
		n++;
	}
	return n;
}

size_t
log_sink_drain(struct log_sink *s, struct log_ring *r)
{
	size_t total = 0;
	int n;

	if (s->kind == LOG_TO_SYSLOG)
		return to_syslog(s, r);
	if (s->kind == LOG_TO_NOTHING)
		return log_ring_discard(r);
	for (int i = 0; i < ROUNDS && (n = write_batch(s, r)) > 0; i++)
		total += (size_t)n;
	return total;
}

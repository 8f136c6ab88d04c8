#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/log_desk.h"
#include "base/log_target.h"
#include "base/thread.h"

enum {
	NAP_MS = 5, /* lines that come one by one are written together */
	DUE_MS =
	    50, /* while a log cannot be written, or a loss is to be told */
	PACE_MS = 1000,        /* between two lines about losses */
	STUCK_PACE_MS = 60000, /* the same while the log cannot be written */
	LEAVE_MS = 1000,       /* how long log_stop() waits for a full pipe */
	BURIED_S = 3,          /* and for a disk that does not answer */
};

static struct {
	pthread_t thread; /* main's */

	/* From main to the writer. */
	_Atomic bool leave, reopen;
	_Atomic(struct log_sink *) next; /* LOG_KINDS of them */

	/* The writer's own. */
	struct log_sink *sinks;
	uint64_t told[LOG_KINDS];    /* lost lines that were reported */
	uint64_t told_at[LOG_KINDS]; /* clock_ms(); 0: never */
	uint64_t stuck_told_at;      /* the same, of the access log's trouble */
	uint64_t leave_at;           /* clock_ms(); 0: stay */
} writer;

static uint64_t
dropped(enum log_which which)
{
	uint64_t n = 0;

	for (struct log_desk *d = atomic_load(&log_shared.desks); d != NULL;
	     d = d->next)
		n += atomic_load_explicit(
		    &d->rings[which].dropped, memory_order_relaxed);
	return n;
}

uint64_t
log_dropped(void)
{
	return dropped(LOG_DAEMON_LINES) + dropped(LOG_ACCESS_LINES) +
	       atomic_load(&log_shared.homeless);
}

/* ---- the writer */

static size_t
drain(enum log_which which)
{
	size_t n = 0;

	for (struct log_desk *d = atomic_load(&log_shared.desks); d != NULL;
	     d = d->next)
		n += log_sink_drain(&writer.sinks[which], &d->rings[which]);
	return n;
}

static bool
is_empty(enum log_which which)
{
	for (struct log_desk *d = atomic_load(&log_shared.desks); d != NULL;
	     d = d->next)
		if (log_ring_used(&d->rings[which]) > 0)
			return false;
	return writer.sinks[which].nrest == 0;
}

static bool
is_due(uint64_t told_at, uint64_t now, uint64_t pace_ms)
{
	return told_at == 0 || now - told_at >= pace_ms;
}

/* Tell of one log's lost lines. True: later. */
static bool
tell_loss(enum log_which which, bool leaving)
{
	static const char *const names[LOG_KINDS] = { "daemon", "access" };
	uint64_t lost = dropped(which) - writer.told[which], now = clock_ms();

	if (lost == 0)
		return false;
	/* Not yet: a line about it would be lost as well. */
	if (writer.sinks[LOG_DAEMON_LINES].stuck)
		return true;
	if (!leaving &&
	    !is_due(writer.told_at[which], now,
		writer.sinks[which].stuck ? STUCK_PACE_MS : PACE_MS))
		return true;
	log_line(LOG_LEVEL_WARN, "log", "lines lost", "log=%s lines=%llu",
	    names[which], (unsigned long long)lost);
	writer.told[which] += lost;
	writer.told_at[which] = now;
	return false;
}

/* A full disk is told while lines still wait, before any is lost. */
static void
tell_trouble(void)
{
	const struct log_sink *s = &writer.sinks[LOG_ACCESS_LINES];
	uint64_t now = clock_ms();

	if (!s->stuck || s->failed == EAGAIN ||
	    writer.sinks[LOG_DAEMON_LINES].stuck ||
	    !is_due(writer.stuck_told_at, now, STUCK_PACE_MS))
		return;
	log_line(LOG_LEVEL_ERROR, "log", "cannot write",
	    "log=access path=%s why=\"%s\"", s->path, strerror(s->failed));
	writer.stuck_told_at = now;
}

static void
close_sinks(struct log_sink *sinks)
{
	for (int i = 0; sinks != NULL && i < LOG_KINDS; i++)
		log_sink_close(&sinks[i]);
	free(sinks);
}

/* What main asked for. */
static void
take_orders(void)
{
	struct log_sink *next = atomic_exchange(&writer.next, NULL);
	int err;

	if (next != NULL) {
		close_sinks(writer.sinks);
		writer.sinks = next;
	}
	if (!atomic_exchange(&writer.reopen, false))
		return;
	for (int i = 0; i < LOG_KINDS; i++)
		if ((err = log_sink_reopen(&writer.sinks[i])) < 0)
			log_line(LOG_LEVEL_ERROR, "log",
			    "cannot open again, the old file stays",
			    "path=%s why=%s", writer.sinks[i].path,
			    strerror(-err));
}

/* Wait for a line, an order, or room in a pipe that was full. */
static void
wait_for_work(int timeout)
{
	struct pollfd p[1 + LOG_KINDS] = { { .fd = log_shared.wake,
	    .events = POLLIN } };
	nfds_t n = 1;
	uint64_t count;

	for (int i = 0; i < LOG_KINDS; i++) {
		const struct log_sink *s = &writer.sinks[i];

		if (s->stuck && s->polls && s->failed == EAGAIN)
			p[n++] =
			    (struct pollfd){ .fd = s->fd, .events = POLLOUT };
	}
	if (poll(p, n, timeout) > 0 && (p[0].revents & POLLIN) != 0 &&
	    read(log_shared.wake, &count, sizeof count) == -1)
		return; /* nothing to reset */
}

/* Nothing to write that could be written now. */
static bool
is_idle(void)
{
	for (enum log_which i = LOG_DAEMON_LINES; i < LOG_KINDS; i++)
		if (!writer.sinks[i].stuck && !is_empty(i))
			return false;
	return true;
}

static bool
any_stuck(void)
{
	return writer.sinks[LOG_DAEMON_LINES].stuck ||
	       writer.sinks[LOG_ACCESS_LINES].stuck;
}

/* Wait: for long only when nothing can be done and nothing is due. */
static void
rest(bool wrote, bool due)
{
	int timeout = wrote ? NAP_MS : -1;

	if (!wrote && (due || any_stuck() || atomic_load(&writer.leave)))
		timeout = DUE_MS;
	atomic_store(
	    &log_shared.rest, timeout < 0 ? LOG_SLEEPING : LOG_NAPPING);
	if (timeout >= 0 || is_idle())
		wait_for_work(timeout);
	atomic_store(&log_shared.rest, LOG_AWAKE);
}

static bool
may_leave(void)
{
	if (!atomic_load(&writer.leave))
		return false;
	if (writer.leave_at == 0)
		writer.leave_at = clock_ms() + LEAVE_MS;
	return (is_empty(LOG_DAEMON_LINES) && is_empty(LOG_ACCESS_LINES)) ||
	       clock_ms() >= writer.leave_at;
}

/* What could not be written before the end is lost. */
static void
give_up(void)
{
	struct log_desk *d = atomic_load(&log_shared.desks);

	for (; d != NULL; d = d->next)
		for (int i = 0; i < LOG_KINDS; i++)
			atomic_fetch_add(&log_shared.homeless,
			    log_ring_discard(&d->rings[i]));
}

static void *
run(void *arg)
{
	bool due, wrote, leaving;

	(void)arg;
	for (;;) {
		take_orders();
		leaving = atomic_load(&writer.leave);
		wrote = drain(LOG_DAEMON_LINES) > 0;
		wrote = drain(LOG_ACCESS_LINES) > 0 || wrote;
		tell_trouble();
		due = tell_loss(LOG_DAEMON_LINES, leaving);
		due = tell_loss(LOG_ACCESS_LINES, leaving) || due;
		if (!wrote && may_leave())
			break;
		rest(wrote, due);
	}
	give_up();
	return NULL;
}

/* ---- main */

static struct log_sink *
open_sinks(const struct log_target *t, const char **what)
{
	const char *names[LOG_KINDS] = { t->daemon, t->access };
	struct log_sink *sinks = calloc(LOG_KINDS, sizeof *sinks);
	int err;

	*what = "memory";
	if (sinks == NULL)
		return NULL;
	for (int i = 0; i < LOG_KINDS; i++) {
		err = log_sink_open(&sinks[i], (enum log_which)i, names[i]);
		if (err < 0) {
			*what = names[i];
			close_sinks(sinks);
			errno = -err;
			return NULL;
		}
	}
	return sinks;
}

static void
note_targets(const struct log_sink *sinks)
{
	atomic_store(
	    &log_shared.syslog, sinks[LOG_DAEMON_LINES].kind == LOG_TO_SYSLOG);
	atomic_store(
	    &log_shared.access, sinks[LOG_ACCESS_LINES].kind != LOG_TO_NOTHING);
}

int
log_start(const struct log_target *t, const char **what)
{
	int err;

	writer.sinks = open_sinks(t, what);
	if (writer.sinks == NULL)
		return -errno;
	*what = "the log's thread";
	log_shared.wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	atomic_store(&writer.leave, false);
	writer.leave_at = 0;
	err = log_shared.wake == -1 ? -errno
				    : thread_start(&writer.thread, run, NULL);
	if (err != 0) {
		if (log_shared.wake != -1)
			close(log_shared.wake);
		close_sinks(writer.sinks);
		writer.sinks = NULL;
		return err;
	}
	note_targets(writer.sinks);
	atomic_store(&log_shared.running, true);
	return 0;
}

int
log_try(const char *name)
{
	struct log_sink sink;
	struct stat st;
	int err;

	if (stat(name, &st) == 0 && S_ISFIFO(st.st_mode))
		return 0;
	if ((err = log_sink_open(&sink, LOG_ACCESS_LINES, name)) == 0)
		log_sink_close(&sink);
	return err;
}

int
log_retarget(const struct log_target *t, const char **what)
{
	struct log_sink *sinks = open_sinks(t, what);

	if (sinks == NULL)
		return -errno;
	note_targets(sinks);
	close_sinks(atomic_exchange(&writer.next, sinks));
	log_wake();
	return 0;
}

void
log_reopen(void)
{
	if (!atomic_load(&log_shared.running))
		return;
	atomic_store(&writer.reopen, true);
	log_wake();
}

void
log_stop(void)
{
	struct timespec until;

	if (!atomic_exchange(&log_shared.running, false))
		return;
	atomic_store(&writer.leave, true);
	log_wake();
	(void)clock_gettime(CLOCK_REALTIME, &until); /* cannot fail */
	until.tv_sec += BURIED_S;
	/* A writer that hangs on a dead disk is left behind: we are going. */
	if (pthread_timedjoin_np(writer.thread, NULL, &until) != 0)
		return;
	close_sinks(atomic_exchange(&writer.next, NULL));
	close_sinks(writer.sinks);
	writer.sinks = NULL;
	close(log_shared.wake);
	log_shared.wake = -1;
}

#include "ctl/watch.h"

#include <errno.h>
#include <event2/event.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "ctl/flight.h"
#include "ctl/reader.h"
#include "ctl/screen.h"

enum {
	USUAL_MS = 2000,
	LOST_MS = 1000,
	LEAST_MS = 100,
	MOST_MS = 24 * 3600 * 1000,
};

/* How a round went: what it printed, and what it complained about. */
struct round {
	char *text, *errors;
	size_t text_len, errors_len;
	int status;
};

struct watch {
	const struct options *options;
	char *const *words;
	size_t n;
	unsigned ms;
	struct event_base *base;
	struct stream stream;
	struct screen screen;
	bool drawn; /* on a screen; else blocks */
	bool known; /* it has answered before */
	bool lost;  /* the last round was not answered */
	bool stop, again;
	bool gone; /* nobody reads standard output any more */
	struct event *timer;
	int signal; /* that ends us, or 0 */
	char *text; /* of the last round that went well; owned */
};

/* ---- one round */

static struct job *
new_job(const struct watch *w, char why[JOB_WHY])
{
	static char *const usual[] = { (char *)"status" };

	return job_new(w->n > 0 ? w->words : usual, w->n > 0 ? w->n : 1,
	    options_form(w->options), why);
}

static void
fly(struct watch *w, struct job *job, struct round *r, FILE *text, FILE *errors)
{
	struct paper paper;
	struct flight f = { .options = w->options,
		.jobs = &job,
		.njobs = 1,
		.paper = &paper,
		.errors = errors,
		.stop = &w->stop };

	paper_of(&paper, stdout, w->options->json);
	paper.out = text;
	if (w->drawn)
		f.most = (size_t)w->screen.rows;
	r->status = w->options->bottled ? flight_bottler(&f)
					: stream_fly(&w->stream, &f);
	if (f.njobs == 1)
		job_free(job); /* it may have become another */
}

/* False: out of memory; the texts are to be freed in any case. */
static bool
go(struct watch *w, struct round *r)
{
	FILE *text = open_memstream(&r->text, &r->text_len);
	FILE *errors = open_memstream(&r->errors, &r->errors_len);
	char why[JOB_WHY];
	struct job *job = new_job(w, why);
	bool right = text != NULL && errors != NULL && job != NULL;

	if (right)
		fly(w, job, r, text, errors);
	else
		job_free(job);
	if (text != NULL && fclose(text) != 0)
		right = false;
	if (errors != NULL && fclose(errors) != 0)
		right = false;
	return right;
}

/* ---- showing it */

static void
title(const struct watch *w, char *left, size_t size)
{
	size_t n =
	    (size_t)snprintf(left, size, "Every %.3gs:", (double)w->ms / 1000);

	if (w->n == 0)
		(void)snprintf(left + n, size - n, " status");
	for (size_t i = 0; i < w->n && n < size; i++)
		n += (size_t)snprintf(left + n, size - n, " %s", w->words[i]);
}

static void
local_time(char *text, size_t size)
{
	time_t now = time(NULL);
	struct tm tm;

	*text = '\0';
	if (localtime_r(&now, &tm) != NULL)
		(void)strftime(text, size, "%Y-%m-%d %H:%M:%S", &tm);
}

static bool
draw(struct watch *w, const char *warning)
{
	char left[200], right[40], line[700] = "";

	title(w, left, sizeof left);
	local_time(right, sizeof right);
	if (*warning != '\0')
		(void)snprintf(line, sizeof line, "lost, trying again: %.*s",
		    (int)strcspn(warning, "\n"), warning);
	return screen_show(
	    &w->screen, left, right, line, w->text == NULL ? "" : w->text);
}

/* On a pipe a block each round; what was lost is told once. */
static bool
print(struct watch *w, const struct round *r)
{
	char left[200], right[40];

	if (r->status == EXIT_LOST) {
		if (!w->lost)
			fprintf(stderr, "%.*s; trying again\n",
			    (int)strcspn(r->errors, "\n"), r->errors);
		return true;
	}
	fputs(r->errors, stderr);
	if (!w->options->json) {
		title(w, left, sizeof left);
		local_time(right, sizeof right);
		printf("%s  %s\n", left, right);
	}
	fputs(r->text, stdout);
	if (!w->options->json)
		putchar('\n');
	return fflush(stdout) == 0;
}

/* A refusal is shown in place of an answer. */
static void
keep(struct watch *w, struct round *r)
{
	if (r->status == EXIT_LOST)
		return;
	free(w->text);
	if (r->status == EXIT_OK) {
		w->text = r->text;
		r->text = NULL;
	} else {
		w->text = r->errors;
		r->errors = NULL;
	}
}

/* -1: go on; else the exit status. */
static int
show(struct watch *w, struct round *r)
{
	bool there;

	if (w->stop)
		return EXIT_OK;
	if (r->status == EXIT_LOGIN || (r->status == EXIT_LOST && !w->known)) {
		screen_leave(&w->screen);
		fputs(r->errors, stderr);
		return r->status;
	}
	if (w->drawn) {
		keep(w, r);
		there = draw(w, r->status == EXIT_LOST ? r->errors : "");
	} else {
		there = print(w, r);
	}
	w->lost = r->status == EXIT_LOST;
	w->known = true;
	return there ? -1
		     : complain(EXIT_LOST, "standard output", strerror(errno));
}

/* ---- what comes in between */

static void
on_signal(evutil_socket_t number, short what, void *arg)
{
	struct watch *w = arg;

	(void)what;
	switch (number) {
	case SIGWINCH:
		screen_measure(&w->screen);
		w->again = true;
		break;
	case SIGTSTP:
		screen_leave(&w->screen);
		(void)raise(SIGSTOP);
		screen_enter(&w->screen);
		screen_measure(&w->screen);
		w->again = true;
		break;
	default:
		w->signal = (int)number;
		w->stop = true;
	}
}

static void
on_key(evutil_socket_t fd, short what, void *arg)
{
	struct watch *w = arg;
	char key;
	ssize_t n = read(fd, &key, 1);

	(void)what;
	if (n <= 0 || key == 'q')
		w->stop = true;
	else if (key == ' ' || key == '\n')
		w->again = true;
}

static void
on_time(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	((struct watch *)arg)->again = true;
}

/* Until the next round is due; a server that is lost is tried every second. */
static void
rest(struct watch *w, uint64_t began)
{
	uint64_t pause = w->lost && w->ms > LOST_MS ? LOST_MS : w->ms;
	uint64_t spent = clock_ms() - began;
	uint64_t ms = spent < pause ? pause - spent : 0;
	const struct timeval tv = { (time_t)(ms / 1000),
		(suseconds_t)(ms % 1000 * 1000) };

	w->again = false;
	if (event_add(w->timer, &tv) != 0)
		w->stop = true;
	while (!w->stop && !w->again && !w->gone)
		(void)event_base_loop(w->base, EVLOOP_ONCE);
}

static int
run(struct watch *w)
{
	int status = -1;

	while (status == -1 && !w->stop && !w->gone) {
		struct round r = { 0 };
		uint64_t began = clock_ms();

		status = go(w, &r) ? show(w, &r)
				   : complain(EXIT_LOST, "out of memory", "");
		free(r.text);
		free(r.errors);
		if (status == -1)
			rest(w, began);
	}
	if (status == -1 && w->gone)
		return complain(EXIT_LOST, "standard output", strerror(EPIPE));
	return status == -1 ? EXIT_OK : status;
}

/* ---- beginning and end */

enum { EVENTS = 8 };

/* Signals and keys matter where there is a screen to restore. */
static size_t
listen_to(struct watch *w, struct event *events[EVENTS])
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT,
		SIGWINCH, SIGTSTP };
	size_t n = 0;

	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
		events[n] = evsignal_new(w->base, signals[i], on_signal, w);
		if (events[n] != NULL && event_add(events[n], NULL) == 0)
			n++;
		else if (events[n] != NULL)
			event_free(events[n]);
	}
	if (!w->screen.keys)
		return n;
	events[n] =
	    event_new(w->base, STDIN_FILENO, EV_READ | EV_PERSIST, on_key, w);
	if (events[n] != NULL && event_add(events[n], NULL) == 0)
		n++;
	else if (events[n] != NULL)
		event_free(events[n]);
	return n;
}

static int
on_screen(struct watch *w)
{
	struct event *events[EVENTS];
	size_t n;
	int status;

	screen_measure(&w->screen);
	screen_enter(&w->screen);
	n = listen_to(w, events);
	status = run(w);
	screen_leave(&w->screen);
	while (n > 0)
		event_free(events[--n]);
	return status;
}

static int
on_pipe(struct watch *w)
{
	struct event *end = reader_watch(w->base, &w->gone);
	int status = run(w);

	if (end != NULL)
		event_free(end);
	return status;
}

static int
begin(struct watch *w)
{
	int status;

	w->base = w->stream.base = event_base_new();
	if (w->base == NULL)
		return complain(EXIT_LOST, "cannot make an event loop", "");
	w->timer = event_new(w->base, -1, 0, on_time, w);
	if (w->timer == NULL)
		status = complain(EXIT_LOST, "out of memory", "");
	else
		status = w->drawn ? on_screen(w) : on_pipe(w);
	stream_close(&w->stream);
	if (w->timer != NULL)
		event_free(w->timer);
	event_base_free(w->base);
	free(w->text);
	return status;
}

/* Its first word, if that is a number. False: one that cannot be. */
static bool
take_seconds(struct watch *w)
{
	char *end;
	double seconds;

	w->ms = USUAL_MS;
	if (w->n == 0 || strchr("0123456789.-", *w->words[0]) == NULL)
		return true;
	seconds = strtod(w->words[0], &end);
	if (*end != '\0' || !(seconds * 1000 >= LEAST_MS) ||
	    seconds * 1000 > MOST_MS) {
		(void)complain(EXIT_USAGE, w->words[0],
		    "watch takes 0.1 to 86400 seconds");
		return false;
	}
	w->ms = (unsigned)lround(seconds * 1000);
	w->words++;
	w->n--;
	return true;
}

/* What changes something is not for doing again and again. */
static bool
is_fit(const struct watch *w)
{
	char why[JOB_WHY] = "watch is for commands that only look";
	struct job *job = new_job(w, why);
	bool fit =
	    job != NULL && admin_commands[job->items[0].id].need == ADMIN_LOOK;

	if (!fit)
		(void)complain(EXIT_USAGE, why, "");
	job_free(job);
	return fit;
}

int
watch(const struct options *o, char *const words[], size_t n)
{
	struct watch w = { .options = o,
		.words = words,
		.n = n,
		.drawn = screen_possible() && !o->json };
	int status;

	if (!take_seconds(&w) || !is_fit(&w))
		return EXIT_USAGE;
	status = begin(&w);
	if (w.signal != 0 && w.signal != SIGINT) {
		(void)signal(w.signal, SIG_DFL);
		(void)raise(w.signal);
	}
	return status;
}

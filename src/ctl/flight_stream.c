/* A connection: the login first, so that its refusal is told as such; then all
 * that was asked, in one flight. */

#include <errno.h>

#include "base/clock.h"
#include "ctl/flight.h"

static bool ask(struct stream *, struct job *, size_t i);

/* Not the last page: ask for the next one. */
static bool
go_on(struct stream *s, struct job *job, const struct client_answer *answer)
{
	if (!job->paged || flight_full(s->flight) ||
	    !client_next(answer, &job->request))
		return false;
	job->answered = 0;
	return ask(s, job, 0);
}

static void
on_answer(const struct client_answer *answer, void *arg)
{
	struct stream *s = arg;
	struct job *job = s->flight->jobs[s->at];

	if (answer->status == ADMIN_LOST)
		return; /* told once, at the end */
	if (!flight_answer(s->flight, job, answer))
		return;
	if (answer->status == ADMIN_OK && go_on(s, job, answer))
		return;
	flight_next(s->flight);
	s->at++;
}

static bool
ask(struct stream *s, struct job *job, size_t i)
{
	int err;

	job->asked_us = clock_us();
	do {
		err = client_ask(s->client, job->items[i].id,
		    job->count == 1 ? &job->request : NULL, on_answer, s);
		if (err == -ENOBUFS)
			(void)event_base_loop(s->base, EVLOOP_ONCE);
	} while (err == -ENOBUFS);
	return err == 0;
}

/* Until all is answered: true. False: down, or a signal says stop. */
static bool
wait(struct stream *s)
{
	const bool *stop = s->flight->stop;

	while (client_state(s->client) != CLIENT_DOWN &&
	       (client_state(s->client) == CLIENT_CONNECTING ||
		   client_pending(s->client) > 0) &&
	       (stop == NULL || !*stop))
		if (event_base_loop(s->base, EVLOOP_ONCE) != 0)
			break;
	return client_state(s->client) == CLIENT_UP && (stop == NULL || !*stop);
}

/* All of a job; the pages of a list one by one, before anything else. */
static bool
ask_all(struct stream *s, struct job *job)
{
	for (size_t i = 0; i < job->count; i++)
		if (!ask(s, job, i))
			return false;
	return !job->paged || wait(s);
}

/* What this server can do of what was asked, in its own protocol. */
static void
translate(struct stream *s)
{
	struct flight *f = s->flight;
	bool base = client_hello(s->client) == NULL;
	size_t kept = 0;
	struct job *job;

	for (size_t i = 0; i < f->njobs; i++) {
		job = f->jobs[i];
		if (job->base != NULL && base) {
			f->jobs[kept++] = job->base;
			job->base->number = job->number;
			job->base = NULL;
			job_free(job);
		} else if (!client_knows(s->client, job->items[0].id)) {
			f->status = flight_complain(f, job, EXIT_REFUSED,
			    base ? "not in the base protocol, and this server "
				   "has no other"
				 : "this server is too old for it");
			job_free(job);
		} else {
			f->jobs[kept++] = job;
		}
	}
	f->njobs = kept;
}

static int
converse(struct stream *s)
{
	struct flight *f = s->flight;
	bool up = wait(s);

	f->hello = client_hello(s->client);
	if (up)
		translate(s);
	for (size_t i = 0; up && i < f->njobs; i++)
		up = ask_all(s, f->jobs[i]);
	if (up && wait(s))
		return f->status;
	if (f->stop != NULL && *f->stop)
		return EXIT_LOST;
	if (client_end(s->client) == CLIENT_REFUSED)
		return complain_to(
		    f->errors, EXIT_LOGIN, client_why(s->client), "");
	return complain_to(f->errors, EXIT_LOST, client_why(s->client),
	    f->hello == NULL ? options_hint(f->options) : "");
}

int
stream_fly(struct stream *s, struct flight *f)
{
	s->flight = f;
	s->at = 0;
	if (s->client != NULL && client_state(s->client) == CLIENT_DOWN)
		stream_close(s);
	if (s->client == NULL)
		s->client = client_open(s->base, &f->options->config);
	if (s->client == NULL)
		return complain_to(f->errors, EXIT_LOST, "out of memory", "");
	return converse(s);
}

void
stream_close(struct stream *s)
{
	client_close(s->client);
	s->client = NULL;
}

int
flight_stream(struct flight *f)
{
	struct stream s = { .base = event_base_new() };
	int status;

	if (s.base == NULL)
		return complain(EXIT_LOST, "cannot make an event loop", "");
	status = stream_fly(&s, f);
	stream_close(&s);
	event_base_free(s.base);
	return status;
}

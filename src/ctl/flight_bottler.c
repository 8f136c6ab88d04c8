/* Datagrams: one command after the other, a page after the other. */

#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "client/bottler.h"
#include "ctl/flight.h"

static int
lost(struct flight *f, const struct job *job, int err)
{
	switch (-err) {
	case ETIMEDOUT:
		return flight_complain(
		    f, job, EXIT_LOST, "no answer to three tries");
	case EPROTO:
		return flight_complain(f, job, EXIT_LOST,
		    "the server sent what is no answer to us");
	case EMSGSIZE:
		return flight_complain(
		    f, job, EXIT_USAGE, "too long for a datagram");
	case ECONNREFUSED:
		return flight_complain(f, job, EXIT_LOST,
		    "nobody listens there: is Bottler on, with a token?");
	default:
		return flight_complain(f, job, EXIT_LOST, strerror(-err));
	}
}

/* -1: it was answered; else the exit status. */
static int
ask(struct flight *f, struct bottler_client *b, struct job *job, size_t i,
    struct client_answer *answer)
{
	int err;

	job->asked_us = clock_us();
	err = bottler_ask(b, job->items[i].id,
	    job->count == 1 ? &job->request : NULL, answer);
	if (err != 0)
		return lost(f, job, err);
	if (answer->status == ADMIN_TOKEN)
		return flight_complain(f, job, EXIT_LOGIN, answer->why);
	return -1;
}

/* All pages; one that is not there is behind the last. */
static int
ask_pages(struct flight *f, struct bottler_client *b, struct job *job,
    const struct layout_field *field)
{
	struct client_answer answer;
	int status;

	for (uint64_t page = 1; page <= BOTTLER_PAGES_MOST; page++) {
		memcpy(
		    (char *)&job->request + field->offset, &page, sizeof page);
		status = ask(f, b, job, 0, &answer);
		if (status != -1 || answer.status == ADMIN_INVALID)
			return status;
		job->answered = 0;
		(void)flight_answer(f, job, &answer);
		if (answer.status != ADMIN_OK || flight_full(f))
			return -1;
	}
	f->status = flight_complain(f, job, EXIT_REFUSED,
	    "there may be more: Bottler has no more pages");
	return -1;
}

static int
ask_job(struct flight *f, struct bottler_client *b, struct job *job)
{
	const struct layout_field *page = job_page(job);
	struct client_answer answer;
	int status = -1;

	flight_next(f);
	if (page != NULL)
		return ask_pages(f, b, job, page);
	for (size_t i = 0; i < job->count && status == -1; i++) {
		status = ask(f, b, job, i, &answer);
		if (status == -1)
			(void)flight_answer(f, job, &answer);
	}
	return status;
}

int
flight_bottler(struct flight *f)
{
	const struct options *o = f->options;
	struct bottler_client b;
	const char *why = bottler_open(&b, &o->bottler);
	int status = -1;

	memcpy(b.token, o->token, sizeof b.token);
	if (why != NULL)
		status =
		    complain_to(f->errors, EXIT_LOST, o->bottler.host, why);
	for (size_t i = 0; i < f->njobs && status == -1; i++)
		status = ask_job(f, &b, f->jobs[i]);
	bottler_close(&b);
	return status == -1 ? f->status : status;
}

#include "ctl/flight.h"

#include <string.h>

#include "base/clock.h"
#include "ctl/summary.h"

int
flight_complain(
    struct flight *f, const struct job *job, int status, const char *why)
{
	char what[JOB_WHY];

	if (job->number == 0)
		return complain_to(f->errors, status, job->line, why);
	(void)snprintf(
	    what, sizeof what, "line %u: %.500s", job->number, job->line);
	return complain_to(f->errors, status, what, why);
}

bool
flight_full(const struct flight *f)
{
	return f->most > 0 && f->rows >= f->most;
}

void
flight_next(struct flight *f)
{
	f->table = (struct table){ 0 };
	f->rows = 0;
}

static void
show(struct flight *f, struct job *job, const struct client_answer *answer)
{
	const struct admin_command *c = &admin_commands[answer->id];

	if (job->ping)
		print_ping(f->paper, clock_us() - job->asked_us);
	else if (job->one && answer->count == 1)
		print_record(f->paper, c->answer, answer->rows);
	else if (c->many)
		print_rows(f->paper, &f->table, c->answer, answer->rows,
		    answer->count);
	else if (f->paper->json || job->count > 1 ||
		 !summary_put(f->paper, c->answer, answer->rows, f->hello))
		print_job(f->paper, job);
}

bool
flight_answer(
    struct flight *f, struct job *job, const struct client_answer *answer)
{
	const struct admin_command *c = &admin_commands[answer->id];

	if (answer->status != ADMIN_OK)
		f->status = flight_complain(f, job, EXIT_REFUSED, answer->why);
	else if (answer->count == 1 && !c->many)
		memcpy(&job->items[job->answered].answer, answer->rows,
		    c->answer->size);
	if (++job->answered < job->count)
		return false;
	if (answer->status == ADMIN_OK)
		show(f, job, answer);
	f->rows += answer->count;
	return true;
}

#include "ctl/follow.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/client.h"
#include "ctl/job.h"
#include "ctl/print.h"
#include "ctl/reader.h"

enum {
	LAST = 10,    /* rows shown of what was there before, as tail does */
	PULSE_S = 15, /* a question so often, to notice that nobody is there */
	AGAIN_S = 1,
};

struct follow {
	const struct options *options;
	const char *line;
	enum admin_id list;
	enum admin_event event;
	const struct layout *layout;     /* of a row */
	const struct layout_field *time; /* in it */
	union admin_request page;

	struct paper paper;
	struct event_base *base;
	struct client *client;
	struct event *pulse;
	bool known;    /* it has been connected */
	bool catching; /* the list is being read: it has what is told now */
	bool told;     /* that it was lost */
	struct event *end;
	bool gone;       /* nobody reads standard output any more */
	int broken;      /* standard output is: errno */
	int refused;     /* the exit status of a refusal, or EXIT_OK */
	bool checking;   /* is the last row printed still there? */
	uint64_t id;     /* of the last row printed, or 0 */
	uint64_t seen;   /* its time */
	uint64_t before; /* what is not younger was printed by another run */
	char *last;      /* LAST rows, of the first list; then NULL */
	size_t nlast;    /* rows that came, the newest are kept */
};

/* ---- rows */

static uint64_t
id_of(const struct follow *f, const void *row)
{
	return layout_number(f->layout->fields, row);
}

static void
print(struct follow *f, const void *row)
{
	f->id = id_of(f, row);
	f->seen = layout_number(f->time, row);
	print_line(&f->paper, f->layout, row);
}

static void
take(struct follow *f, const char *row)
{
	if (id_of(f, row) <= f->id || layout_number(f->time, row) <= f->before)
		return;
	if (f->last == NULL)
		print(f, row);
	else
		memcpy(f->last + f->nlast++ % LAST * f->layout->size, row,
		    f->layout->size);
}

/* The first list is over: what is kept of it. */
static void
print_last(struct follow *f)
{
	size_t i = f->nlast > LAST ? f->nlast - LAST : 0;

	for (; f->last != NULL && i < f->nlast; i++)
		print(f, f->last + i % LAST * f->layout->size);
	free(f->last);
	f->last = NULL;
}

static void
flush(struct follow *f)
{
	if (fflush(stdout) != 0 && f->broken == 0)
		f->broken = errno;
}

/* ---- what the server says */

static void
on_event(struct client *c, enum admin_event event,
    const union admin_event_record *record, void *arg)
{
	struct follow *f = arg;

	(void)c;
	if (event == ADMIN_EVENT_lost)
		(void)complain(0, f->line, "rows were lost here");
	if (event != f->event || f->catching)
		return;
	take(f, (const char *)record);
	flush(f);
}

static void on_page(const struct client_answer *, void *);

static void
refuse(struct follow *f, const struct client_answer *answer)
{
	if (answer->status != ADMIN_LOST)
		f->refused = complain(EXIT_REFUSED, f->line, answer->why);
}

/* The page behind that id. */
static bool
ask_behind(struct follow *f, uint64_t id)
{
	const struct layout *request = admin_commands[f->list].request;

	f->page = (union admin_request){ 0 };
	for (size_t i = 0; i < request->nfields; i++)
		if (request->fields[i].given == LAYOUT_CURSOR)
			memcpy((char *)&f->page + request->fields[i].offset,
			    &id, sizeof id);
	return client_ask(f->client, f->list, &f->page, on_page, f) == 0;
}

/*
 * We are back. If the row printed last is not there, the daemon has begun anew,
 * its ids too: then all rows that are younger are.
 */
static bool
is_same_run(struct follow *f, const struct client_answer *answer)
{
	f->checking = false;
	if (answer->count > 0 && id_of(f, answer->rows) == f->id &&
	    layout_number(f->time, answer->rows) == f->seen)
		return true;
	f->before = f->seen;
	f->id = 0;
	return false;
}

static void
on_page(const struct client_answer *answer, void *arg)
{
	struct follow *f = arg;

	if (answer->status != ADMIN_OK) {
		refuse(f, answer);
		return;
	}
	if (f->checking && !is_same_run(f, answer)) {
		(void)ask_behind(f, 0);
		return;
	}
	for (size_t i = 0; i < answer->count; i++)
		take(f, (const char *)answer->rows + i * f->layout->size);
	f->catching = client_next(answer, &f->page) &&
		      client_ask(f->client, f->list, &f->page, on_page, f) == 0;
	if (f->catching)
		return;
	print_last(f);
	flush(f);
}

static void
on_answer(const struct client_answer *answer, void *arg)
{
	if (answer->status != ADMIN_OK)
		refuse(arg, answer);
}

static void
on_pulse(evutil_socket_t fd, short what, void *arg)
{
	struct follow *f = arg;

	(void)fd;
	(void)what;
	if (client_state(f->client) == CLIENT_UP)
		(void)client_ask(f->client, ADMIN_hello, NULL, on_answer, f);
}

/* ---- one connection */

static void
wish_for(struct admin_subscription *wish, enum admin_event event)
{
	const uint64_t yes = 1, no = 0;

	for (size_t i = 0; i < admin_subscription.nfields; i++) {
		void *at = (char *)wish + admin_subscription.fields[i].offset;

		if (admin_subscription.fields[i].kind != LAYOUT_FLAG)
			continue;
		memcpy(at, &yes, sizeof yes);
		if (admin_event_is_wanted(event, wish))
			return;
		memcpy(at, &no, sizeof no);
	}
}

/* Events first: what they tell while the list is read is in the list. */
static bool
begin(struct follow *f)
{
	struct admin_subscription wish = { 0 };

	wish_for(&wish, f->event);
	f->catching = true;
	f->checking = f->id > 0;
	return client_ask(f->client, ADMIN_subscribe, &wish, on_answer, f) ==
		   0 &&
	       ask_behind(f, f->id > 0 ? f->id - 1 : 0);
}

/* Until it is lost, or refused. -1: it is to be tried again. */
static int
converse(struct follow *f)
{
	if (client_wait(f->client) == 0) {
		f->known = true;
		f->told = false;
		if (!client_knows(f->client, ADMIN_subscribe) ||
		    !client_knows(f->client, f->list) || !begin(f))
			return complain(EXIT_REFUSED, f->line,
			    "this server is too old for it");
		while (client_state(f->client) == CLIENT_UP &&
		       f->refused == EXIT_OK && !f->broken && !f->gone)
			(void)event_base_loop(f->base, EVLOOP_ONCE);
	}
	if (f->gone && f->broken == 0)
		f->broken = EPIPE;
	if (f->broken)
		return complain(
		    EXIT_LOST, "standard output", strerror(f->broken));
	if (f->refused != EXIT_OK)
		return f->refused;
	if (client_end(f->client) == CLIENT_REFUSED)
		return complain(EXIT_LOGIN, client_why(f->client), "");
	if (!f->known)
		return complain(
		    EXIT_LOST, client_why(f->client), options_hint(f->options));
	return -1;
}

static int
connect_once(struct follow *f)
{
	struct client_config config = f->options->config;
	int status;

	config.told = on_event;
	config.arg = f;
	f->client = client_open(f->base, &config);
	secret_wipe(&config.password);
	if (f->client == NULL)
		return complain(EXIT_LOST, "out of memory", "");
	status = converse(f);
	client_close(f->client);
	f->client = NULL;
	return status;
}

static int
run(struct follow *f)
{
	const struct timeval pulse = { .tv_sec = PULSE_S };
	int status;

	if (f->pulse == NULL || f->last == NULL ||
	    event_add(f->pulse, &pulse) != 0)
		return complain(EXIT_LOST, "out of memory", "");
	for (;;) {
		status = connect_once(f);
		if (status != -1)
			return status;
		if (!f->told)
			(void)complain(
			    0, f->line, "the server is lost; trying again");
		f->told = true;
		(void)sleep(AGAIN_S);
	}
}

/* ---- contract */

static bool
is_flag(const char *word)
{
	return strcmp(word, "-f") == 0 || strcmp(word, "--follow") == 0;
}

bool
follow_is_meant(char *const words[], size_t n)
{
	return n > 1 && is_flag(words[n - 1]);
}

static const struct layout_field *
time_of(const struct layout *layout)
{
	for (size_t i = 0; i < layout->nfields; i++)
		if (strcmp(layout->fields[i].name, "time") == 0)
			return &layout->fields[i];
	return NULL;
}

/* The event that tells a new row of a list: it has the same fields. */
static enum admin_event
event_of(enum admin_id list)
{
	unsigned i = 0;

	while (i < ADMIN_EVENTS &&
	       admin_events[i].fields != admin_commands[list].answer)
		i++;
	return (enum admin_event)i;
}

static bool
understand(struct follow *f, char *const words[], size_t n)
{
	char why[JOB_WHY] = "-f is for lists that grow: log, findings";
	struct job *job = job_new(words, n, ADMIN_EXTENDED, why);
	bool right = job != NULL;

	if (right) {
		f->list = job->items[0].id;
		f->layout = admin_commands[f->list].answer;
		f->time = time_of(f->layout);
		f->event = event_of(f->list);
		right = admin_commands[f->list].many && f->time != NULL &&
			f->event < ADMIN_EVENTS;
	}
	job_free(job);
	if (!right)
		(void)complain(EXIT_USAGE, why, "");
	return right;
}

int
follow(const struct options *o, char *const words[], size_t n)
{
	struct follow f = { .options = o, .line = words[0] };
	int status;

	if (options_form(o) != ADMIN_EXTENDED)
		return complain(EXIT_USAGE, "-f", "only the extension has it");
	if (!understand(&f, words, n - 1))
		return EXIT_USAGE;
	paper_of(&f.paper, stdout, o->json);
	f.base = event_base_new();
	if (f.base == NULL)
		return complain(EXIT_LOST, "cannot make an event loop", "");
	f.pulse = event_new(f.base, -1, EV_PERSIST, on_pulse, &f);
	f.end = reader_watch(f.base, &f.gone);
	f.last = calloc(LAST, f.layout->size);
	status = run(&f);
	if (f.pulse != NULL)
		event_free(f.pulse);
	if (f.end != NULL)
		event_free(f.end);
	event_base_free(f.base);
	free(f.last);
	return status;
}

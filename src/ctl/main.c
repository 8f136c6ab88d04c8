/* socks5ctl: administer a socks5d from the command line. */

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "client/client.h"
#include "ctl/options.h"
#include "ctl/password.h"
#include "ctl/print.h"
#include "ctl/words.h"

struct ctl {
	struct event_base *base;
	struct client *client;
	struct options options;
	struct job **jobs;
	size_t njobs, at; /* jobs[at] is the next to be answered */
	int status;
};

static uint64_t
now_us(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

/* ---- commands */

/* What the new account's password is: the next line, or asked for. */
static int
read_secret(struct job *job)
{
	struct secret *secret =
	    (void *)((char *)&job->request + job->secret->offset);
	char prompt[600];
	int err;

	if (!isatty(STDIN_FILENO))
		return password_read(secret, stdin);
	(void)snprintf(
	    prompt, sizeof prompt, "new password (%.500s): ", job->line);
	err = password_ask(secret, prompt, true);
	return err;
}

static bool
add_job(struct ctl *ctl, char *const words[], size_t n)
{
	struct job **more =
	    realloc(ctl->jobs, (ctl->njobs + 1) * sizeof(struct job *));
	char why[WORDS_WHY] = "out of memory";
	struct job *job = NULL;
	int err;

	if (more != NULL) {
		ctl->jobs = more;
		job = job_new(words, n, !ctl->options.config.extended, why);
	}
	if (job == NULL) {
		(void)complain(EXIT_USAGE, why, "");
		return false;
	}
	ctl->jobs[ctl->njobs++] = job;
	if (job->secret == NULL)
		return true;
	err = read_secret(job);
	if (err == 0)
		return true;
	(void)complain(EXIT_USAGE, job->line,
	    err == -EINVAL ? "a password has 1 to 255 octets, the same twice"
			   : strerror(-err));
	return false;
}

static bool
add_text(struct ctl *ctl, char *line)
{
	char *words[WORDS_MOST];
	int n = words_split(line, words);

	if (n == -1) {
		(void)complain(EXIT_USAGE, line,
		    "too many words, or a quote is not closed");
		return false;
	}
	return add_job(ctl, words, (size_t)n);
}

static bool
read_commands(struct ctl *ctl)
{
	char *line = NULL;
	size_t size = 0;
	bool right = true;

	while (right && getline(&line, &size, stdin) != -1) {
		size_t blank = strspn(line, " \t\r\n");

		if (line[blank] != '\0' && line[blank] != '#')
			right = add_text(ctl, line);
	}
	free(line);
	return right;
}

static bool
gather(struct ctl *ctl, int argc, char *argv[])
{
	for (size_t i = 0; i < ctl->options.nlines; i++)
		if (!add_text(ctl, ctl->options.lines[i]))
			return false;
	if (argc > 0)
		return add_job(ctl, argv, (size_t)argc);
	if (ctl->options.nlines > 0)
		return true;
	if (!isatty(STDIN_FILENO))
		return read_commands(ctl);
	usage(stderr);
	return false;
}

/* ---- the connection */

static void
show(struct ctl *ctl, struct job *job, const struct client_answer *answer)
{
	const struct admin_command *c = &admin_commands[answer->id];

	if (job->ping)
		print_ping(stdout, ctl->options.json, now_us() - job->asked_us);
	else if (c->many)
		print_rows(stdout, ctl->options.json, &job->table, c->answer,
		    answer->rows, answer->count);
	else
		print_job(stdout, ctl->options.json, job);
}

static bool ask(struct ctl *, struct job *, size_t i);

/* Not the last page: ask for the next one. */
static bool
go_on(struct ctl *ctl, struct job *job, const struct client_answer *answer)
{
	if (!job->paged || !client_next(answer, &job->request))
		return false;
	return ask(ctl, job, 0);
}

static void
on_answer(const struct client_answer *answer, void *arg)
{
	struct ctl *ctl = arg;
	struct job *job = ctl->jobs[ctl->at];
	const struct admin_command *c = &admin_commands[answer->id];

	if (answer->status == ADMIN_LOST)
		return; /* told once, at the end */
	if (answer->status != ADMIN_OK)
		ctl->status = complain(EXIT_REFUSED, job->line, answer->why);
	else if (answer->count == 1 && !c->many)
		memcpy(&job->items[job->answered].answer, answer->rows,
		    c->answer->size);
	if (job->answered + 1 == job->count && answer->status == ADMIN_OK) {
		show(ctl, job, answer);
		if (go_on(ctl, job, answer))
			return;
	}
	if (++job->answered == job->count)
		ctl->at++;
}

static bool
ask(struct ctl *ctl, struct job *job, size_t i)
{
	int err;

	job->asked_us = now_us();
	do {
		err = client_ask(ctl->client, job->items[i].id,
		    job->count == 1 ? &job->request : NULL, on_answer, ctl);
		if (err == -ENOBUFS)
			(void)event_base_loop(ctl->base, EVLOOP_ONCE);
	} while (err == -ENOBUFS);
	return err == 0;
}

/* All of a job; the pages of a list one by one, before anything else. */
static bool
ask_all(struct ctl *ctl, struct job *job)
{
	for (size_t i = 0; i < job->count; i++)
		if (!ask(ctl, job, i))
			return false;
	return !job->paged || client_wait(ctl->client) == 0;
}

/* What this server can do of what was asked, in its own protocol. */
static void
translate(struct ctl *ctl)
{
	size_t kept = 0;
	struct job *job;

	for (size_t i = 0; i < ctl->njobs; i++) {
		job = ctl->jobs[i];
		if (job->base != NULL && client_hello(ctl->client) == NULL) {
			ctl->jobs[kept++] = job->base;
			job->base = NULL;
			job_free(job);
		} else if (!client_knows(ctl->client, job->items[0].id)) {
			ctl->status = complain(EXIT_REFUSED, job->line,
			    client_hello(ctl->client) == NULL
				? "not in the base protocol, and this server "
				  "has no other"
				: "this server is too old for it");
			job_free(job);
		} else {
			ctl->jobs[kept++] = job;
		}
	}
	ctl->njobs = kept;
}

/* Login first, so that its refusal is told as such; then one flight. */
static int
converse(struct ctl *ctl)
{
	bool up = client_wait(ctl->client) == 0;

	if (up)
		translate(ctl);
	for (size_t i = 0; up && i < ctl->njobs; i++)
		up = ask_all(ctl, ctl->jobs[i]);
	if (up && client_wait(ctl->client) == 0)
		return ctl->status;
	return complain(
	    client_end(ctl->client) == CLIENT_REFUSED ? EXIT_LOGIN : EXIT_LOST,
	    client_why(ctl->client), "");
}

static int
run(struct ctl *ctl)
{
	int status;

	ctl->base = event_base_new();
	if (ctl->base == NULL)
		return complain(EXIT_LOST, "cannot make an event loop", "");
	ctl->client = client_open(ctl->base, &ctl->options.config);
	secret_wipe(&ctl->options.config.password);
	status = ctl->client == NULL ? complain(EXIT_LOST, "out of memory", "")
				     : converse(ctl);
	client_close(ctl->client);
	event_base_free(ctl->base);
	if (fflush(stdout) != 0 || ferror(stdout))
		status =
		    complain(EXIT_LOST, "standard output", strerror(errno));
	return status;
}

int
main(int argc, char *argv[])
{
	struct ctl ctl = { .status = EXIT_OK };
	int status = options_read(&ctl.options, argc, argv);

	if (status == -1) {
		status = gather(&ctl, argc - optind, argv + optind)
			     ? options_password(&ctl.options)
			     : EXIT_USAGE;
		if (status == EXIT_OK)
			status = run(&ctl);
	}
	for (size_t i = 0; i < ctl.njobs; i++)
		job_free(ctl.jobs[i]);
	free(ctl.jobs);
	free(ctl.options.lines);
	return status;
}

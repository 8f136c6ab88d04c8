/* socks5ctl: administer a socks5d from the command line. */

#include <errno.h>
#include <getopt.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl/complete.h"
#include "ctl/flight.h"
#include "ctl/follow.h"
#include "ctl/help.h"
#include "ctl/job.h"
#include "ctl/options.h"
#include "ctl/password.h"
#include "ctl/watch.h"
#include "ctl/words.h"

struct ctl {
	struct options options;
	struct job **jobs;
	size_t njobs;
	unsigned line; /* of standard input that is being read, or 0 */
};

/* ---- commands */

/* What the new account's password is: the next line, or asked for. */
static int
read_secret(struct ctl *ctl, struct job *job)
{
	struct secret *secret =
	    (void *)((char *)&job->request + job->secret->offset);
	char prompt[600];
	int err;

	if (!isatty(STDIN_FILENO)) {
		ctl->line += ctl->line > 0;
		return password_read(secret, stdin);
	}
	(void)snprintf(
	    prompt, sizeof prompt, "new password (%.500s): ", job->line);
	err = password_ask(secret, prompt, true);
	return err;
}

/* False, having said what is wrong, and on which line of standard input. */
static bool
refuse(const struct ctl *ctl, const char *what, const char *why)
{
	char where[JOB_WHY + 32];

	if (ctl->line == 0)
		(void)snprintf(where, sizeof where, "%s", what);
	else
		(void)snprintf(
		    where, sizeof where, "line %u: %s", ctl->line, what);
	(void)complain(EXIT_USAGE, where, why);
	return false;
}

static bool
add_job(struct ctl *ctl, char *const words[], size_t n)
{
	struct job **more =
	    realloc(ctl->jobs, (ctl->njobs + 1) * sizeof(struct job *));
	char why[JOB_WHY] = "out of memory";
	struct job *job = NULL;
	int err;

	if (more != NULL) {
		ctl->jobs = more;
		job = job_new(words, n, options_form(&ctl->options), why);
	}
	if (job == NULL)
		return refuse(ctl, why, "");
	job->number = ctl->line;
	ctl->jobs[ctl->njobs++] = job;
	if (job->secret == NULL)
		return true;
	err = read_secret(ctl, job);
	if (err == 0)
		return true;
	return refuse(ctl, job->line,
	    err == -EINVAL ? "a password has 1 to 255 octets, the same twice"
			   : strerror(-err));
}

static bool
add_text(struct ctl *ctl, char *line)
{
	char *words[WORDS_MOST];
	int n = words_split(line, words);

	if (n == -1)
		return refuse(
		    ctl, line, "too many words, or a quote is not closed");
	return add_job(ctl, words, (size_t)n);
}

static bool
add_line(struct ctl *ctl, char *line, size_t len)
{
	size_t blank = strspn(line, " \t\r\n");

	if (strlen(line) != len)
		return refuse(
		    ctl, "an octet 0", "a command is a line of UTF-8 text");
	return line[blank] == '\0' || line[blank] == '#' || add_text(ctl, line);
}

static bool
read_commands(struct ctl *ctl)
{
	char *line = NULL;
	size_t size = 0;
	bool right = true;
	ssize_t len;

	while (right && (len = getline(&line, &size, stdin)) != -1) {
		ctl->line++;
		right = add_line(ctl, line, (size_t)len);
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

/* Is all of it written? Else an exit status, and why not. */
static int
written(void)
{
	if (fflush(stdout) != 0 || ferror(stdout))
		return complain(EXIT_LOST, "standard output", strerror(errno));
	return EXIT_OK;
}

static int
run(struct ctl *ctl)
{
	struct paper paper;
	struct flight flight = { .options = &ctl->options,
		.jobs = ctl->jobs,
		.njobs = ctl->njobs,
		.paper = &paper,
		.errors = stderr };
	int status, lost;

	paper_of(&paper, stdout, ctl->options.json);
	status = ctl->options.bottled ? flight_bottler(&flight)
				      : flight_stream(&flight);
	ctl->njobs = flight.njobs;
	lost = written();
	return lost != EXIT_OK ? lost : status;
}

/* One command, or several in one flight. */
static int
fly(struct ctl *ctl, int argc, char *argv[])
{
	int status = gather(ctl, argc, argv) ? options_secrets(&ctl->options)
					     : EXIT_USAGE;

	return status == EXIT_OK ? run(ctl) : status;
}

/* What runs by itself, and until somebody ends it. */
static int
alone(struct ctl *ctl, int argc, char *argv[])
{
	size_t n = (size_t)argc;
	int status;

	if (ctl->options.nlines > 0)
		return complain(
		    EXIT_USAGE, argv[0], "it goes without other commands");
	status = options_secrets(&ctl->options);
	if (status != EXIT_OK)
		return status;
	return follow_is_meant(argv, n) ? follow(&ctl->options, argv, n)
					: watch(&ctl->options, argv + 1, n - 1);
}

/* "help user add", "user add --help", "user add -h". */
static bool
wants_help(int argc, char *argv[])
{
	return argc > 0 && (strcmp(argv[0], "help") == 0 ||
			       strcmp(argv[argc - 1], "--help") == 0 ||
			       strcmp(argv[argc - 1], "-h") == 0);
}

static int
help(int argc, char *argv[])
{
	bool first = strcmp(argv[0], "help") == 0;
	size_t n = (size_t)argc - 1;

	/* "log -f --help", "watch user list --help". */
	if (!first && n > 1 && follow_is_meant(argv, n))
		n--;
	if (!first && strcmp(argv[0], "watch") == 0)
		n = 1;
	if (n == 0)
		usage(stdout);
	else if (!help_words(stdout, argv + first, n))
		return complain(EXIT_USAGE, argv[first],
		    "is no command; socks5ctl help lists them");
	return EXIT_OK;
}

int
main(int argc, char *argv[])
{
	struct ctl ctl = { 0 };
	int status;

	(void)setlocale(LC_CTYPE, ""); /* else text is octets */
	status = options_read(&ctl.options, argc, argv);

	argc -= optind;
	argv += optind;
	if (status == -1 && wants_help(argc, argv))
		status = help(argc, argv);
	else if (status == -1 && argc > 0 && strcmp(argv[0], "completion") == 0)
		status = complete(argc, argv);
	else if (status == -1 && argc > 0 &&
		 (strcmp(argv[0], "watch") == 0 ||
		     follow_is_meant(argv, (size_t)argc)))
		status = alone(&ctl, argc, argv);
	else if (status == -1)
		status = fly(&ctl, argc, argv);
	if (status == EXIT_OK)
		status = written();
	for (size_t i = 0; i < ctl.njobs; i++)
		job_free(ctl.jobs[i]);
	free(ctl.jobs);
	options_free(&ctl.options);
	return status;
}

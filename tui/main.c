#include <getopt.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/endpoint.h"
#include "base/paths.h"
#include "tui/console.h"

enum option_id {
	OPTION_PASSWORD_FILE = 256,
	OPTION_BASE,
	OPTION_READ_ONLY,
	OPTION_ASCII,
	OPTION_MONO,
	OPTION_PLAIN,
	OPTION_ONCE,
	OPTION_INTERVAL,
};

static const struct option long_options[] = {
	{ "password-file", required_argument, NULL, OPTION_PASSWORD_FILE },
	{ "base", no_argument, NULL, OPTION_BASE },
	{ "read-only", no_argument, NULL, OPTION_READ_ONLY },
	{ "ascii", no_argument, NULL, OPTION_ASCII },
	{ "mono", no_argument, NULL, OPTION_MONO },
	{ "plain", no_argument, NULL, OPTION_PLAIN },
	{ "once", no_argument, NULL, OPTION_ONCE },
	{ "interval", required_argument, NULL, OPTION_INTERVAL },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'v' },
	{ NULL, 0, NULL, 0 },
};

static const char usage[] =
    "usage: socks5tui [-s ENDPOINT] [-U user] [--password-file F] [--base]\n"
    "                 [--read-only] [--ascii] [--mono] [--once]\n"
    "                 [--interval SECONDS]\n"
    "\n"
    "  -s ENDPOINT        unix:PATH, sctp:HOST:PORT or tcp:HOST:PORT; without "
    "it\n"
    "                     the daemon of this machine\n"
    "  -U user            administrator to log in as; not needed over unix: "
    "as\n"
    "                     the daemon's own user or root\n"
    "  --password-file F  its password, the first line of F; else it is taken\n"
    "                     from SOCKS5_PASSWORD, or asked for\n"
    "  --base             use the base protocol only (this version always "
    "does)\n"
    "  --read-only        change nothing\n"
    "  --ascii            no characters outside ASCII\n"
    "  --mono             no colours; also with NO_COLOR in the environment\n"
    "  --once             print the dashboard once, as text\n"
    "  --interval S       seconds between two questions, 0.2 to 60; 1 if not "
    "given\n"
    "  -h, -v             help, version\n";

static bool
scan_interval(const char *text, unsigned *ms)
{
	char *end;
	double s = strtod(text, &end);

	if (end == text || *end != '\0' || !(s >= 0.2 && s <= 60))
		return false;
	*ms = (unsigned)(s * 1000 + 0.5);
	return true;
}

/* The first line of the file. */
static bool
read_password(const char *path, struct secret *password)
{
	char line[sizeof password->bytes + 2];
	FILE *file = fopen(path, "re");
	bool ok;

	if (file == NULL)
		return false;
	setvbuf(file, NULL, _IONBF, 0); /* no copy stays in a buffer */
	ok = fgets(line, sizeof line, file) != NULL;
	(void)fclose(file);
	if (ok)
		secret_set(password, line, strcspn(line, "\r\n"));
	explicit_bzero(line, sizeof line);
	return ok && password->len > 0;
}

/* Taken out of the environment, so that nothing can read it there. */
static void
environment_password(struct secret *password)
{
	char *text = getenv("SOCKS5_PASSWORD");

	if (text == NULL)
		return;
	secret_set(password, text, strlen(text));
	explicit_bzero(text, strlen(text));
	(void)unsetenv("SOCKS5_PASSWORD");
}

/* What the terminal can show, from its codeset and not from LANG's text. */
static enum glyphs
choose_glyphs(bool ascii)
{
	const char *term = getenv("TERM");

	if (ascii || strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
		return GLYPHS_ASCII;
	if (term != NULL && strncmp(term, "linux", 5) == 0)
		return GLYPHS_BLOCK;
	return GLYPHS_BRAILLE;
}

static int
wrong(const char *what, const char *value, const char *right)
{
	fprintf(stderr, "socks5tui: %s: \"%s\" %s\n", what, value, right);
	return CONSOLE_USAGE;
}

struct choices {
	bool ascii, once;
	const char *password_file;
};

/* 0, or the exit status plus one. */
static int
scan(int argc, char **argv, struct console_options *o, struct choices *choices)
{
	int id;

	while ((id = getopt_long(argc, argv, "s:U:hv", long_options, NULL)) !=
	       -1) {
		switch (id) {
		case 's':
			o->endpoint = optarg;
			break;
		case 'U':
			o->user = optarg;
			break;
		case OPTION_PASSWORD_FILE:
			choices->password_file = optarg;
			break;
		case OPTION_BASE: /* there is nothing else yet */
			break;
		case OPTION_READ_ONLY:
			o->read_only = true;
			break;
		case OPTION_ASCII:
			choices->ascii = true;
			break;
		case OPTION_MONO:
			o->mono = true;
			break;
		case OPTION_PLAIN:
			return 1 +
			       wrong("--plain", "line mode",
				   "is not built yet; use socks5ctl or --once");
		case OPTION_ONCE:
			choices->once = true;
			break;
		case OPTION_INTERVAL:
			if (!scan_interval(optarg, &o->interval_ms))
				return 1 +
				       wrong("--interval", optarg,
					   "is not between 0.2 and 60 seconds");
			break;
		case 'h':
			(void)fputs(usage, stdout);
			return 1;
		case 'v':
			(void)puts("socks5tui " PACKAGE_VERSION);
			return 1;
		default:
			(void)fputs(usage, stderr);
			return 1 + CONSOLE_USAGE;
		}
	}
	if (optind < argc)
		return 1 + wrong("argument", argv[optind], "is not expected");
	return 0;
}

int
main(int argc, char **argv)
{
	struct console_options o = { .user = "", .interval_ms = 1000 };
	struct choices choices = { 0 };
	const char *colour = getenv("NO_COLOR"), *why;
	char local[PATHS_TEXT];
	struct endpoint endpoint;
	int status;

	(void)setlocale(LC_ALL, "");
	o.mono = colour != NULL && *colour != '\0';
	paths_admin(local, true);
	o.endpoint = local;
	status = scan(argc, argv, &o, &choices);
	if (status != 0)
		return status - 1;
	if (!endpoint_parse(&endpoint, o.endpoint, &why))
		return wrong("-s", o.endpoint, why);
	o.glyphs = choose_glyphs(choices.ascii);
	environment_password(&o.password);
	if (choices.password_file != NULL &&
	    !read_password(choices.password_file, &o.password))
		return wrong("--password-file", choices.password_file,
		    "cannot be read, or holds no password");
	if (!choices.once)
		return console_run(&o);
	if (console_needs_login(&o))
		return wrong("--once", o.endpoint,
		    "needs -U and --password-file or SOCKS5_PASSWORD");
	return console_once(&o);
}

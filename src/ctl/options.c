#include "ctl/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/option_why.h"
#include "base/paths.h"
#include "base/text.h"
#include "ctl/help.h"
#include "ctl/password.h"

int
complain_to(FILE *to, int status, const char *what, const char *why)
{
	char safe[600], reason[600];

	(void)text_show(safe, sizeof safe, what, strlen(what));
	/* It may be the server's. */
	(void)text_show(reason, sizeof reason, why, strlen(why));
	fprintf(
	    to, "socks5ctl: %s%s%s\n", safe, *why == '\0' ? "" : ": ", reason);
	return status;
}

int
complain(int status, const char *what, const char *why)
{
	return complain_to(stderr, status, what, why);
}

void
usage(FILE *out)
{
	fputs(
	    "usage: socks5ctl [-s ENDPOINT] [-U USER] [--password-file FILE]"
	    " [--json]\n"
	    "                 [--base] COMMAND... | -e COMMAND [-e "
	    "COMMAND]...\n"
	    "       socks5ctl --bottler HOST:PORT [--token-file FILE] [--json]"
	    " COMMAND...\n"
	    "Without a command, commands are read from standard input, one a"
	    " line.\n\n"
	    "  -s, --server ENDPOINT  unix:PATH, sctp:HOST:PORT or"
	    " tcp:HOST:PORT;\n"
	    "                         the local daemon's Unix socket if not"
	    " given\n"
	    "  -U, --user USER        the administrator to log in as\n"
	    "      --password-file F  first line is the password; else"
	    " SOCKS5_PASSWORD,\n"
	    "                         else it is asked for\n"
	    "      --json             one object a row\n"
	    "      --base             only commands of the base protocol\n"
	    "      --bottler H:P      speak Bottler, over UDP, instead\n"
	    "      --token-file F     its token; else BOTTLER_TOKEN\n"
	    "  -e COMMAND             a command as one argument; all go out"
	    " in one flight\n"
	    "  -h, --help  -v, --version\n\n"
	    "commands:\n",
	    out);
	help_commands(out);
}

static bool
set_endpoint(struct options *o, const char *text)
{
	const char *why;

	if (endpoint_parse(&o->config.endpoint, text, &why))
		return true;
	(void)complain(EXIT_USAGE, text, why);
	return false;
}

/* A host and a port; which protocol runs there is known. */
static bool
set_bottler(struct options *o, const char *text)
{
	char tcp[ENDPOINT_TEXT + 8];
	const char *why;

	(void)snprintf(tcp, sizeof tcp, "tcp:%s", text);
	o->bottled = true;
	if (endpoint_parse(&o->bottler, tcp, &why))
		return true;
	(void)complain(EXIT_USAGE, text, why);
	return false;
}

static bool
add_line(struct options *o, char *line)
{
	char **more = realloc(o->lines, (o->nlines + 1) * sizeof *o->lines);

	if (more == NULL)
		return false;
	o->lines = more;
	o->lines[o->nlines++] = line;
	return true;
}

const struct option options_known[] = {
	{ "server", required_argument, NULL, 's' },
	{ "user", required_argument, NULL, 'U' },
	{ "password-file", required_argument, NULL, 'P' },
	{ "json", no_argument, NULL, 'j' },
	{ "base", no_argument, NULL, 'b' },
	{ "bottler", required_argument, NULL, 'B' },
	{ "token-file", required_argument, NULL, 'T' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'v' },
	{ NULL, 0, NULL, 0 },
};

/* Do the options go together? -1, or the status to end with. */
static int
check_together(const struct options *o, bool connects)
{
	if (o->bottled && connects)
		return complain(EXIT_USAGE, "--bottler",
		    "it goes without -s, -U and --base");
	if (o->token_path != NULL && !o->bottled)
		return complain(
		    EXIT_USAGE, "--token-file", "it is for --bottler");
	if (strlen(o->config.user) > 255)
		return complain(EXIT_USAGE, "-U", "at most 255 octets");
	return -1;
}

int
options_read(struct options *o, int argc, char *argv[])
{
	char local[PATHS_TEXT];
	bool connects = false;
	char why[OPTION_WHY];
	int c;

	paths_admin(local, true);
	o->usual = true;
	if (!set_endpoint(o, local))
		return EXIT_USAGE;
	o->config.user = "";
	o->config.extended = true;
	opterr = 0;
	while ((c = getopt_long(
		    argc, argv, "+:s:U:e:hv", options_known, NULL)) != -1)
		switch (c) {
		case 's':
			o->usual = false;
			if (!set_endpoint(o, optarg))
				return EXIT_USAGE;
			connects = true;
			break;
		case 'U':
			connects = true;
			o->config.user = optarg;
			break;
		case 'P':
			o->password_path = optarg;
			break;
		case 'e':
			if (!add_line(o, optarg))
				return complain(
				    EXIT_USAGE, "out of memory", "");
			break;
		case 'j':
			o->json = true;
			break;
		case 'b':
			o->config.extended = false;
			connects = true;
			break;
		case 'B':
			if (!set_bottler(o, optarg))
				return EXIT_USAGE;
			break;
		case 'T':
			o->token_path = optarg;
			break;
		case 'h':
			usage(stdout);
			return EXIT_OK;
		case 'v':
			puts("socks5ctl " PACKAGE_VERSION);
			return EXIT_OK;
		default:
			option_why(why, c, options_known, argv[optind - 1]);
			(void)complain(EXIT_USAGE, why, "");
			fputs("Try socks5ctl -h.\n", stderr);
			return EXIT_USAGE;
		}
	return check_together(o, connects);
}

static int
find_password(struct options *o)
{
	struct client_config *config = &o->config;
	const char *given = getenv("SOCKS5_PASSWORD");
	char prompt[300], name[256];
	int err;

	if (*config->user == '\0' && config->endpoint.kind == ENDPOINT_UNIX)
		return 0;
	if (*config->user == '\0')
		return complain(
		    EXIT_USAGE, "who? -U USER is needed over the network", "");
	if (o->password_path != NULL) {
		err = password_file(&config->password, o->password_path);
		return err == 0 ? 0
				: complain(EXIT_USAGE, o->password_path,
				      strerror(-err));
	}
	if (given != NULL) {
		if (*given == '\0' || strlen(given) > 255)
			return complain(EXIT_USAGE, "SOCKS5_PASSWORD",
			    "a password has 1 to 255 octets");
		secret_set(&config->password, given, strlen(given));
		return 0;
	}
	(void)text_escape(
	    name, sizeof name, config->user, strlen(config->user));
	(void)snprintf(prompt, sizeof prompt, "password of %s: ", name);
	err = password_ask(&config->password, prompt, false);
	return err == 0 ? 0
			: complain(EXIT_USAGE,
			      "no password: give "
			      "--password-file or "
			      "SOCKS5_PASSWORD",
			      strerror(-err));
}

/* ---- Bottler's token */

static int
read_token(struct options *o)
{
	char text[2 * BOTTLER_TOKEN + 2];
	FILE *f = fopen(o->token_path, "r");
	size_t n;
	bool right;

	if (f == NULL)
		return complain(EXIT_USAGE, o->token_path, strerror(errno));
	n = fread(text, 1, sizeof text, f);
	(void)fclose(f);
	right = bottler_token_read(o->token, text, n);
	explicit_bzero(text, sizeof text);
	return right ? 0
		     : complain(EXIT_USAGE, o->token_path,
			   "a token is 8 octets, or 16 hex digits");
}

static int
find_token(struct options *o)
{
	const char *given = getenv("BOTTLER_TOKEN");

	if (o->token_path != NULL)
		return read_token(o);
	if (given == NULL)
		return complain(EXIT_USAGE,
		    "no token: give --token-file or BOTTLER_TOKEN", "");
	if (bottler_token_read(o->token, given, strlen(given)))
		return 0;
	return complain(EXIT_USAGE, "BOTTLER_TOKEN",
	    "a token is 8 octets, or 16 hex digits");
}

/* ---- contract */

int
options_secrets(struct options *o)
{
	return o->bottled ? find_token(o) : find_password(o);
}

enum admin_form
options_form(const struct options *o)
{
	if (o->bottled)
		return ADMIN_BOTTLER;
	return o->config.extended ? ADMIN_EXTENDED : ADMIN_BASE;
}

const char *
options_hint(const struct options *o)
{
	return o->usual ? "is socks5d running? -s names another endpoint" : "";
}

void
options_free(struct options *o)
{
	secret_wipe(&o->config.password);
	explicit_bzero(o->token, sizeof o->token);
	free(o->lines);
}

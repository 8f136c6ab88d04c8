#include "tui/options.h"

#include <getopt.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/option_why.h"
#include "base/paths.h"
#include "tui/model.h"

enum option_id {
#define OPTION(id, ...) OPTION_##id,
#include "tui/options.def"
	OPTION_COUNT,
};

static const struct {
	int letter;
	const char *name, *argument, *meaning;
} rows[OPTION_COUNT] = {
#define OPTION(id, letter, name, argument, meaning) \
	{ letter, name, argument, meaning },
#include "tui/options.def"
};

static const char *const views[VIEW_COUNT] = {
	[VIEW_DASH] = "dashboard",
	[VIEW_SESSIONS] = "sessions",
	[VIEW_USERS] = "users",
	[VIEW_SETTINGS] = "settings",
	[VIEW_LOGS] = "logs",
	[VIEW_FINDINGS] = "findings",
	[VIEW_RULES] = "rules",
	[VIEW_NODES] = "nodes",
};

static const char views_text[] = "dashboard, sessions, users, settings, logs, "
				 "findings, rules and nodes";

enum { FIRST = 256, HELP_AT = 26, HELP_WIDE = 79 };

/* ---- messages */

static int
wrong(const char *what, const char *value, const char *right)
{
	fprintf(stderr, "socks5tui: %s: \"%s\" %s\n", what, value, right);
	return CONSOLE_USAGE;
}

static int
say(const char *why)
{
	fprintf(stderr, "socks5tui: %s\n", why);
	return CONSOLE_USAGE;
}

/* Words in a column of their own. */
static void
put_wrapped(FILE *out, const char *text, int at)
{
	while (*text != '\0') {
		size_t len = strcspn(text, " ");

		if (at + 1 + (int)len > HELP_WIDE) {
			fprintf(out, "\n%*s", HELP_AT, "");
			at = HELP_AT;
		}
		at += fprintf(out, " %.*s", (int)len, text);
		text += len;
		text += *text == ' ';
	}
	fputc('\n', out);
}

static void
usage(FILE *out)
{
	int at;

	fprintf(out,
	    "usage: socks5tui [OPTION]... [VIEW]\n\n"
	    "VIEW is one of %s,\nor how one of them begins.\n\n",
	    views_text);
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		at = rows[i].letter != 0
			 ? fprintf(
			       out, "  -%c, --%s", rows[i].letter, rows[i].name)
			 : fprintf(out, "      --%s", rows[i].name);
		if (*rows[i].argument != '\0')
			at += fprintf(out, " %s", rows[i].argument);
		if (at >= HELP_AT) {
			fputc('\n', out);
			at = 0;
		}
		at += fprintf(out, "%*s", HELP_AT - at, "");
		put_wrapped(out, rows[i].meaning, at);
	}
}

/* ---- values */

static bool
scan_ms(const char *text, double most_s, unsigned *ms)
{
	char *end;
	double s = strtod(text, &end);

	if (end == text || *end != '\0' || !(s >= 0.2 && s <= most_s))
		return false;
	*ms = (unsigned)(s * 1000 + 0.5);
	return true;
}

static bool
scan_times(const char *text, unsigned *times)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	if (*text < '0' || *text > '9' || *end != '\0' || n == 0 ||
	    n > 1000000000)
		return false;
	*times = (unsigned)n;
	return true;
}

static bool
scan_view(const char *text, unsigned *view)
{
	for (unsigned i = 0; i < VIEW_COUNT; i++) {
		*view = i;
		if (*text != '\0' &&
		    strncasecmp(views[i], text, strlen(text)) == 0)
			return true;
	}
	return false;
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

/* ---- one option */

/* -1, or the exit status. */
static int
take_value(struct options *o, int id, const char *value)
{
	struct console_options *c = &o->console;

	switch (id) {
	case OPTION_SERVER:
		c->endpoint = value;
		break;
	case OPTION_USER:
		c->user = value;
		break;
	case OPTION_PASSWORD_FILE:
		o->password_file = value;
		break;
	case OPTION_COMMAND:
		o->command = value;
		o->mode = MODE_COMMAND;
		break;
	case OPTION_COLOR:
		o->color = value;
		if (strcmp(value, "always") != 0 &&
		    strcmp(value, "auto") != 0 && strcmp(value, "never") != 0)
			return wrong("--color", value,
			    "is none of always, auto and never");
		break;
	case OPTION_THEME:
		if (!prefs_set(&o->prefs, PREF_THEME, value))
			return wrong("--theme", value, prefs_words(PREF_THEME));
		break;
	case OPTION_MOUSE:
		if (!prefs_set(&o->prefs, PREF_MOUSE, value))
			return wrong("--mouse", value, prefs_words(PREF_MOUSE));
		break;
	case OPTION_RECORD:
		c->record = value;
		break;
	case OPTION_REPLAY:
		c->replay = value;
		break;
	case OPTION_SAVE:
		o->save = value;
		o->mode = MODE_SAVE;
		break;
	case OPTION_INTERVAL:
		if (!scan_ms(value, 60, &o->prefs.value[PREF_INTERVAL]))
			return wrong("--interval", value,
			    "is not between 0.2 and 60 seconds");
		break;
	case OPTION_DELAY:
		if (!scan_ms(value, 3600, &o->delay_ms))
			return wrong(
			    "-d", value, "is not between 0.2 and 3600 seconds");
		break;
	case OPTION_TIMES:
		if (!scan_times(value, &o->times))
			return wrong("-n", value,
			    "is not a number from 1 to 1000000000");
		break;
	}
	return -1;
}

static int
take_switch(struct options *o, int id)
{
	switch (id) {
	case OPTION_BASE:
		o->console.base = true;
		break;
	case OPTION_READ_ONLY:
		o->console.read_only = true;
		break;
	case OPTION_ASCII:
		o->ascii = true;
		break;
	case OPTION_MONO:
		o->color = "never";
		break;
	case OPTION_PLAIN:
		o->mode = MODE_PLAIN;
		break;
	case OPTION_ONCE:
		o->mode = MODE_ONCE;
		break;
	case OPTION_BATCH:
		o->mode = MODE_BATCH;
		break;
	case OPTION_NO_RECONNECT:
		o->console.no_reconnect = true;
		break;
	case OPTION_JSON:
		o->format = FORMAT_JSON;
		break;
	case OPTION_CSV:
		o->format = FORMAT_CSV;
		break;
	case OPTION_HELP:
		usage(stdout);
		return CONSOLE_OK;
	case OPTION_VERSION:
		(void)puts("socks5tui " PACKAGE_VERSION);
		return CONSOLE_OK;
	}
	return -1;
}

/* ---- all of them */

static int
scan(struct options *o, int argc, char *argv[])
{
	struct option known[OPTION_COUNT + 1] = { 0 };
	char letters[2 * OPTION_COUNT + 2];
	char why[OPTION_WHY];
	size_t n = 0;
	int id, status = -1;

	letters[n++] = ':'; /* a missing argument is told */
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		bool value = *rows[i].argument != '\0';

		known[i].name = rows[i].name;
		known[i].has_arg = value ? required_argument : no_argument;
		known[i].val =
		    rows[i].letter != 0 ? rows[i].letter : FIRST + (int)i;
		if (rows[i].letter == 0)
			continue;
		letters[n++] = (char)rows[i].letter;
		if (value)
			letters[n++] = ':';
	}
	letters[n] = '\0';
	opterr = 0;
	while (status == -1 &&
	       (id = getopt_long(argc, argv, letters, known, NULL)) != -1) {
		int i = id >= FIRST ? id - FIRST : 0;

		while (id < FIRST && i < OPTION_COUNT && rows[i].letter != id)
			i++;
		if (i == OPTION_COUNT) {
			option_why(why, id, known, argv[optind - 1]);
			fprintf(
			    stderr, "socks5tui: %s\nTry socks5tui -h.\n", why);
			return CONSOLE_USAGE;
		}
		status = *rows[i].argument != '\0' ? take_value(o, i, optarg)
						   : take_switch(o, i);
	}
	return status;
}

static int
scan_rest(struct options *o, int argc, char *argv[])
{
	if (optind < argc && !scan_view(argv[optind++], &o->console.view)) {
		fprintf(stderr, "socks5tui: view: \"%s\" is none of %s\n",
		    argv[optind - 1], views_text);
		return CONSOLE_USAGE;
	}
	if (optind < argc)
		return wrong("argument", argv[optind], "is not expected");
	if (o->format != FORMAT_TEXT && o->mode == MODE_SCREEN)
		o->mode = MODE_ONCE;
	if (o->format != FORMAT_TEXT && o->mode != MODE_ONCE &&
	    o->mode != MODE_BATCH)
		return say("--json and --csv go with --once or --batch");
	if (o->console.replay != NULL && o->mode != MODE_SCREEN &&
	    (o->mode != MODE_ONCE || o->format != FORMAT_TEXT))
		return wrong("--replay", o->console.replay,
		    "can only be shown, or printed with --once");
	if (o->console.no_reconnect && o->mode != MODE_BATCH &&
	    o->mode != MODE_PLAIN)
		return say("--no-reconnect needs --batch or --plain");
	if (o->mode != MODE_BATCH && (o->times != 0 || o->delay_ms != 0))
		return say("-n and -d need --batch");
	if (o->mode == MODE_ONCE)
		o->times = 1;
	if (o->mode == MODE_SCREEN && !options_has_screen())
		o->mode = MODE_PLAIN;
	if (o->console.record != NULL && o->mode != MODE_SCREEN)
		return say("--record needs a terminal with a screen");
	if (o->console.replay != NULL && o->mode == MODE_PLAIN)
		return say(
		    "--replay needs a terminal with a screen, or --once");
	if (o->console.view == VIEW_NODES && o->mode != MODE_SCREEN)
		return say("nodes needs a terminal with a screen");
	if (o->delay_ms == 0)
		o->delay_ms = 1000;
	return -1;
}

/* -s may be the name of a saved one. */
static void
use_node(struct options *o)
{
	const struct node *node;

	(void)nodes_load(&o->nodes);
	o->console.nodes = &o->nodes;
	node = nodes_find(&o->nodes, o->console.endpoint);
	if (node == NULL)
		return;
	o->console.endpoint = node->endpoint;
	if (*o->console.user == '\0')
		o->console.user = node->user;
}

int
options_read(struct options *o, int argc, char *argv[])
{
	struct endpoint endpoint;
	const char *why;
	int status;

	*o = (struct options){
		.console = { .user = "" },
	};
	prefs_load(&o->prefs);
	o->console.prefs = o->prefs;
	paths_admin(o->endpoint, true);
	o->console.endpoint = o->endpoint;
	status = scan(o, argc, argv);
	if (status == -1)
		status = scan_rest(o, argc, argv);
	if (status != -1)
		return status;
	use_node(o);
	if (o->console.view == VIEW_NODES && o->nodes.n == 0)
		return say("no daemon has a name: --save NAME gives one");
	if (!endpoint_parse(&endpoint, o->console.endpoint, &why))
		return wrong("-s", o->console.endpoint, why);
	options_look(o);
	environment_password(&o->console.password);
	if (o->password_file != NULL &&
	    !read_password(o->password_file, &o->console.password))
		return wrong("--password-file", o->password_file,
		    "cannot be read, or holds no password");
	return -1;
}

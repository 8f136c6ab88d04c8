#include "daemon/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/option_why.h"
#include "base/paths.h"
#include "base/text.h"
#include "daemon/options_parts.h"

enum {
	MOST_CONNECTIONS = 1000000,
};

static const struct {
	int letter;
	const char *argument, *meaning;
} rows[] = {
#define OPTION(letter, argument, meaning) { letter, argument, meaning },
#include "daemon/options.def"
};

enum options_wish
options_bad(const struct reading *r, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(r->why, OPTIONS_WHY, format, ap);
	va_end(ap);
	return OPTIONS_BAD;
}

enum options_wish
options_set(
    const struct reading *r, int letter, const char *key, const char *value)
{
	char why[160];

	if (settings_set(r->settings, ORIGIN_OPTION, key, value, why) == 0)
		return OPTIONS_RUN;
	return options_bad(r, "-%c: %s", letter, why);
}

/* ---- -u and -a */

static bool
known(const struct reading *r, const char *name)
{
	for (size_t i = 0; i < r->o->nusers; i++)
		if (strcmp(r->o->users[i].name, name) == 0)
			return true;
	for (size_t i = 0; i < r->o->nadmins; i++)
		if (strcmp(r->o->admins[i].name, name) == 0)
			return true;
	return false;
}

/* Messages show the name only when it surely is not a password. */
static enum options_wish
take_account(struct reading *r, int letter, char *text)
{
	bool user = letter == 'u';
	size_t *n = user ? &r->o->nusers : &r->o->nadmins;
	struct options_account *into = user ? r->o->users : r->o->admins;
	char *colon = strchr(text, ':'), why[TEXT_WHY];
	size_t len;

	if (colon == NULL)
		return options_bad(r, "-%c: want name:password", letter);
	len = strlen(colon + 1);
	if (!text_is_name(text, (size_t)(colon - text))) {
		(void)text_refuse(why, "a name", text, (size_t)(colon - text));
		return options_bad(r, "-%c: %s", letter, why);
	}
	*colon = '\0';
	if (len == 0 || len > 255)
		return options_bad(r,
		    "-%c: the password of \"%.80s\" has %zu octets, "
		    "not 1 to 255",
		    letter, text, len);
	if (known(r, text))
		return options_bad(
		    r, "-%c: \"%.80s\" is given twice", letter, text);
	if (*n == OPTIONS_ACCOUNTS)
		return options_bad(r, "-%c: \"%.80s\" is one more than %d",
		    letter, text, OPTIONS_ACCOUNTS);
	into += (*n)++;
	strcpy(into->name, text);
	secret_set(&into->password, colon + 1, len);
	*colon = ':';
	return OPTIONS_RUN;
}

/* Nobody who lists processes shall read a password, or guess its length. */
static void
wipe_password(char *text)
{
	char *colon = strchr(text, ':');
	char *from = colon == NULL ? text : colon + 1;

	explicit_bzero(from, strlen(from));
}

/* ---- -o */

static enum options_wish
take_setting(const struct reading *r, char *text)
{
	char *equals = strchr(text, '='), shown[80];
	enum options_wish wish;

	if (equals == NULL || equals == text) {
		text_escape(shown, sizeof shown, text, strlen(text));
		return options_bad(r, "-o: \"%s\" is not key=value", shown);
	}
	*equals = '\0';
	wish = options_set(r, 'o', text, equals + 1);
	*equals = '=';
	return wish;
}

/* ---- all of them */

static enum options_wish
remember(const struct reading *r, int letter, const char *list[OPTIONS_LIST],
    size_t *n)
{
	if (*n == OPTIONS_LIST)
		return options_bad(
		    r, "-%c: not more than %d", letter, OPTIONS_LIST);
	list[(*n)++] = optarg;
	return OPTIONS_RUN;
}

/* What people try first. */
static const struct option longs[] = {
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'v' },
	{ 0 },
};

static enum options_wish
take(struct reading *r, int letter, const char *word)
{
	char why[OPTION_WHY];

	switch (letter) {
	case 'c':
		r->o->file = optarg;
		break;
	case 'f':
		r->o->foreground = true;
		break;
	case 'r':
		r->o->beside = true;
		break;
	case 'l':
		return remember(r, 'l', r->listen, &r->nlisten);
	case 'p':
		r->listen_port = optarg;
		break;
	case 'L':
		return remember(r, 'L', r->admin, &r->nadmin);
	case 'P':
		r->admin_port = optarg;
		break;
	case 'u':
	case 'a':
		return take_account(r, letter, optarg);
	case 'N':
		return options_set(r, 'N', "dissector", "no");
	case 'o':
		return take_setting(r, optarg);
	case 't':
		return OPTIONS_CHECK;
	case 'h':
		return OPTIONS_HELP;
	case 'v':
		return OPTIONS_VERSION;
	default:
		option_why(why, letter, longs, word);
		return options_bad(r, "%s", why);
	}
	return OPTIONS_RUN;
}

/* Options may not follow operands ('+'), a missing argument is told (':'). */
static void
make_optstring(char *out)
{
	*out++ = '+';
	*out++ = ':';
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		*out++ = (char)rows[i].letter;
		if (*rows[i].argument != '\0')
			*out++ = ':';
	}
	*out = '\0';
}

static enum options_wish
read_all(struct reading *r, int argc, char *argv[])
{
	char optstring[2 * sizeof rows / sizeof *rows + 3];
	enum options_wish wish = OPTIONS_RUN, now;
	int letter;

	make_optstring(optstring);
	optind = 0; /* from the first word, however often we are called */
	while (
	    (letter = getopt_long(argc, argv, optstring, longs, NULL)) != -1) {
		now = wish == OPTIONS_BAD ? wish
					  : take(r, letter, argv[optind - 1]);
		if (letter == 'u' || letter == 'a')
			wipe_password(optarg);
		if (now == OPTIONS_HELP || now == OPTIONS_VERSION ||
		    now == OPTIONS_BAD)
			wish = now;
		else if (now == OPTIONS_CHECK && wish == OPTIONS_RUN)
			wish = now;
	}
	if (wish != OPTIONS_BAD && optind < argc)
		return options_bad(
		    r, "\"%.80s\" is not expected", argv[optind]);
	return wish;
}

enum options_wish
options_parse(struct options *o, struct settings *settings, int argc,
    char *argv[], char why[OPTIONS_WHY])
{
	struct reading r = { .o = o, .settings = settings, .why = why };
	enum options_wish wish;

	memset(o, 0, sizeof *o);
	opterr = 0;
	*why = '\0';
	wish = read_all(&r, argc, argv);
	if (wish == OPTIONS_RUN || wish == OPTIONS_CHECK) {
		if (options_listen(&r) == OPTIONS_BAD ||
		    options_admin(&r) == OPTIONS_BAD)
			wish = OPTIONS_BAD;
	}
	return wish;
}

void
options_wipe(struct options *o)
{
	explicit_bzero(o->users, sizeof o->users);
	explicit_bzero(o->admins, sizeof o->admins);
	o->nusers = o->nadmins = 0;
}

/* Letters first, then what has an argument, in lines of 80 columns. */
static void
print_synopsis(FILE *out)
{
	int column = fprintf(out, "usage: socks5d [-");
	const int margin = column - 2;
	char option[32];

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (*rows[i].argument == '\0')
			column += fprintf(out, "%c", rows[i].letter);
	column += fprintf(out, "]");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		int len = snprintf(option, sizeof option, " [-%c %s]",
		    rows[i].letter, rows[i].argument);

		if (*rows[i].argument == '\0')
			continue;
		if (column + len > 79)
			column = fprintf(out, "\n%*s", margin - 1, "") - 1;
		column += fprintf(out, "%s", option);
	}
	fputc('\n', out);
}

void
options_print_usage(FILE *out)
{
	char option[32];

	print_synopsis(out);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		snprintf(option, sizeof option, "-%c %s", rows[i].letter,
		    rows[i].argument);
		fprintf(out, "  %-13s %s\n", option, rows[i].meaning);
	}
	fputs("See socks5d(8) and socks5d.conf(5).\n", out);
}

/* ---- defaults of this machine */

static void
set_default(struct settings *s, const char *key, const char *value)
{
	char why[160];

	/* What does not fit (a strange directory) leaves the table's default.
	 */
	(void)settings_set(s, ORIGIN_DEFAULT, key, value, why);
}

/*
 * A session takes two descriptors. A part is left for pipes, the store, the
 * administrators and for accepting what will be refused.
 */
static uint64_t
connections(void)
{
	struct rlimit limit = { 0 };
	uint64_t most;

	if (getrlimit(RLIMIT_NOFILE, &limit) == -1)
		limit.rlim_max = 1024;
	most = limit.rlim_max == RLIM_INFINITY ? UINT32_MAX : limit.rlim_max;
	if (most < 256)
		return 16;
	most = (most - most / 25 - 128) / 2;
	return most < MOST_CONNECTIONS ? most : MOST_CONNECTIONS;
}

void
options_defaults(struct settings *s, const struct options *o)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	char text[2 * PATHS_TEXT], path[PATHS_TEXT];

	cores = cores < 1 ? 1 : cores > 256 ? 256 : cores;
	snprintf(text, sizeof text, "%ld", cores);
	set_default(s, "workers", text);
	snprintf(text, sizeof text, "%llu", (unsigned long long)connections());
	set_default(s, "max-connections", text);
	paths_state(path);
	snprintf(text, sizeof text, "sqlite:%s/socks5d.db", path);
	set_default(s, "store", text);
	snprintf(text, sizeof text, "%s/findings", path);
	set_default(s, "findings-file", text);
	paths_admin(path, false);
	snprintf(
	    text, sizeof text, "%s sctp:127.0.0.1:8080 sctp:[::1]:8080", path);
	set_default(s, "admin", text);
	if (*o->bottler != '\0')
		set_default(s, "bottler", o->bottler);
	if (o->foreground)
		set_default(s, "access-log", "-");
}

#include "daemon/doors.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"

static int
fail(char why[SUPERVISOR_WHY], const char *what, const char *where, int err)
{
	(void)snprintf(
	    why, SUPERVISOR_WHY, "%s %s: %s", what, where, strerror(-err));
	return err;
}

/* ---- metrics */

static int
open_metrics(struct doors *d, struct event_base *base, struct supervisor *s,
    char why[SUPERVISOR_WHY])
{
	const char *text =
	    settings_text(supervisor_settings(s), SETTING_metrics);
	struct addr a;
	int err;

	if (strcmp(text, "off") == 0)
		return 0;
	(void)addr_parse(&a, text, 0); /* the settings checked it */
	err = metrics_http_new(&d->metrics, base, s, &a, &metrics_http_default);
	if (err == 0) {
		a = metrics_http_addr(d->metrics);
		err = supervisor_guard(s, &a);
	}
	return err == 0 ? 0 : fail(why, "cannot serve metrics on", text, err);
}

/* ---- Bottler's token */

static int
read_token(
    uint8_t token[BOTTLER_TOKEN], const char *path, char why[SUPERVISOR_WHY])
{
	char text[2 * BOTTLER_TOKEN + 2];
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	ssize_t n;
	bool right;

	if (fd == -1)
		return fail(why, "bottler-token-file", path, -errno);
	n = read(fd, text, sizeof text);
	if (n >= 0 && fstat(fd, &st) == 0 && (st.st_mode & 077) != 0)
		log_warn("main", "token readable by others", "path=%s", path);
	close(fd);
	right = n > 0 && bottler_token_read(token, text, (size_t)n);
	explicit_bzero(text, sizeof text);
	if (right)
		return 0;
	(void)snprintf(why, SUPERVISOR_WHY,
	    "bottler-token-file %s: a token is 8 octets, or 16 hex digits",
	    path);
	return -EINVAL;
}

/* 1: there is a token; 0: there is none; -errno with why. */
static int
find_token(uint8_t token[BOTTLER_TOKEN], const struct settings *settings,
    char why[SUPERVISOR_WHY])
{
	const char *path = settings_text(settings, SETTING_bottler_token_file);
	const char *given = getenv("BOTTLER_TOKEN");
	int err;

	if (strcmp(path, "none") != 0)
		return (err = read_token(token, path, why)) == 0 ? 1 : err;
	if (given == NULL)
		return 0;
	if (bottler_token_read(token, given, strlen(given)))
		return 1;
	(void)snprintf(why, SUPERVISOR_WHY,
	    "BOTTLER_TOKEN: a token is 8 octets, or 16 hex digits");
	return -EINVAL;
}

/* ---- Bottler */

static int
bind_bottler(struct doors *d, struct event_base *base, struct supervisor *s,
    const uint8_t token[BOTTLER_TOKEN], const char *text)
{
	struct addr a;
	int err;

	(void)addr_parse(&a, text, 0); /* the settings checked it */
	err = bottler_server_new(
	    &d->bottler, base, s, &a, token, &bottler_server_limits);
	if (err != 0)
		return err;
	a = bottler_server_addr(d->bottler);
	return supervisor_guard(s, &a);
}

static int
open_bottler(struct doors *d, struct event_base *base, struct supervisor *s,
    char why[SUPERVISOR_WHY])
{
	const struct settings *settings = supervisor_settings(s);
	const char *text = settings_text(settings, SETTING_bottler);
	uint8_t token[BOTTLER_TOKEN];
	int found;

	d->closed = NULL;
	if (strcmp(text, "off") == 0)
		return 0;
	if ((found = find_token(token, settings, why)) < 0)
		return found;
	if (found == 0) {
		d->closed = "it has no token: set bottler-token-file or "
			    "BOTTLER_TOKEN";
		return 0;
	}
	found = bind_bottler(d, base, s, token, text);
	explicit_bzero(token, sizeof token);
	return found == 0 ? 0
			  : fail(why, "cannot serve Bottler on", text, found);
}

/* ---- both */

int
doors_check(const struct settings *settings, char why[SUPERVISOR_WHY])
{
	uint8_t token[BOTTLER_TOKEN];
	int found = find_token(token, settings, why);

	explicit_bzero(token, sizeof token);
	return found < 0 ? found : 0;
}

int
doors_open(struct doors *d, struct event_base *base, struct supervisor *s,
    char why[SUPERVISOR_WHY])
{
	int err = open_metrics(d, base, s, why);

	return err == 0 ? open_bottler(d, base, s, why) : err;
}

void
doors_say(const struct doors *d)
{
	char text[ADDR_TEXT];
	struct addr a;

	if (d->metrics != NULL) {
		a = metrics_http_addr(d->metrics);
		addr_print(&a, text);
		log_info(
		    "main", "serving metrics", "on=http://%s/metrics", text);
	}
	if (d->closed != NULL)
		log_info("main", "not serving Bottler", "%s", d->closed);
	if (d->bottler == NULL)
		return;
	a = bottler_server_addr(d->bottler);
	addr_print(&a, text);
	log_info("main", "serving Bottler", "on=udp:%s", text);
	if (!addr_is_loopback(&a))
		log_warn("main", "token crosses the wire",
		    "on=udp:%s: whoever can listen there can administer; keep "
		    "it on loopback or in a tunnel",
		    text);
}

void
doors_close(struct doors *d)
{
	metrics_http_free(d->metrics);
	bottler_server_free(d->bottler);
	*d = (struct doors){ 0 };
}

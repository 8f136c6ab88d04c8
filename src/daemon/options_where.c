/* Where the daemon listens: -l and -p, -L and -P, each with what they imply. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/addr.h"
#include "base/endpoint.h"
#include "base/paths.h"
#include "daemon/options_parts.h"

enum {
	SOCKS_PORT = 1080,
	ADMIN_PORT = 8080,
};

static const char *const loopback[] = { "127.0.0.1", "::1" };

static bool
parse_port(const char *text, uint16_t *port)
{
	char *end;
	unsigned long n;

	if (text == NULL)
		return true;
	n = strtoul(text, &end, 10);
	*port = (uint16_t)n;
	return *text >= '0' && *text <= '9' && *end == '\0' && n <= 65535;
}

enum options_wish
options_listen(const struct reading *r)
{
	const char *const *list = r->nlisten > 0 ? r->listen : loopback;
	size_t n = r->nlisten > 0 ? r->nlisten : 2;
	enum options_wish wish = OPTIONS_RUN;
	uint16_t port = SOCKS_PORT;
	char full[ADDR_TEXT];
	struct addr a;

	if (r->nlisten == 0 && r->listen_port == NULL)
		return OPTIONS_RUN;
	if (!parse_port(r->listen_port, &port))
		return options_bad(r, "-p: \"%.40s\" is not a port, 0 to 65535",
		    r->listen_port);
	for (size_t i = 0; i < n && wish == OPTIONS_RUN; i++)
		if (addr_parse(&a, list[i], port)) {
			addr_print(&a, full);
			wish = options_set(r, 'l', "listen", full);
		} else {
			wish = options_set(r, 'l', "listen", list[i]);
		}
	return wish;
}

/* An address or a host stands for SCTP; anything else is an endpoint. */
static bool
is_endpoint(const char *text)
{
	return *text == '/' || *text == '.' || strncmp(text, "unix:", 5) == 0 ||
	       strncmp(text, "tcp:", 4) == 0 || strncmp(text, "sctp:", 5) == 0;
}

/* tcp:HOST and sctp:HOST, without a port of their own. */
static bool
lacks_port(const char *text)
{
	const char *host;

	if (strncmp(text, "tcp:", 4) != 0 && strncmp(text, "sctp:", 5) != 0)
		return false;
	host = strchr(text, ':') + 1;
	return *host == '[' ? host[strlen(host) - 1] == ']'
			    : *host != '\0' && strchr(host, ':') == NULL;
}

static enum options_wish
add_endpoint(const struct reading *r, const char *text, uint16_t port)
{
	char full[ENDPOINT_TEXT];

	if (!lacks_port(text) || strlen(text) > 255)
		return options_set(r, 'L', "admin", text);
	snprintf(full, sizeof full, "%s:%u", text, port);
	return options_set(r, 'L', "admin", full);
}

static enum options_wish
add_admin(const struct reading *r, const char *text, uint16_t port)
{
	char full[ENDPOINT_TEXT], address[ADDR_TEXT];
	struct addr a;

	if (is_endpoint(text))
		return add_endpoint(r, text, port);
	r->o->sctp_implied = true;
	if (addr_parse(&a, text, port)) {
		addr_print(&a, address);
		snprintf(full, sizeof full, "sctp:%s", address);
	} else if (strchr(text, ':') != NULL || strlen(text) > 255) {
		return options_set(r, 'L', "admin", text);
	} else {
		snprintf(full, sizeof full, "sctp:%s:%u", text, port);
	}
	return options_set(r, 'L', "admin", full);
}

/* Bottler goes where the first address of -L is, and to the port of -P. */
static void
place_bottler(const struct reading *r, uint16_t port)
{
	bool found = false;
	struct addr a;

	for (size_t i = 0; i < r->nadmin && !found; i++)
		found = !is_endpoint(r->admin[i]) &&
			addr_parse(&a, r->admin[i], port);
	if (!found && r->admin_port == NULL)
		return;
	if (found || addr_parse(&a, "127.0.0.1", port))
		addr_print(&a, r->o->bottler);
}

/* Is there one that begins so? */
static bool
names(const struct reading *r, const char *scheme)
{
	for (size_t i = 0; i < r->nadmin; i++)
		if (strncmp(r->admin[i], scheme, strlen(scheme)) == 0)
			return true;
	return false;
}

enum options_wish
options_admin(const struct reading *r)
{
	const char *const *list = r->nadmin > 0 ? r->admin : loopback;
	size_t n = r->nadmin > 0 ? r->nadmin : 2;
	enum options_wish wish = OPTIONS_RUN;
	uint16_t port = ADMIN_PORT;
	char local[PATHS_TEXT];

	if (r->nadmin == 0 && r->admin_port == NULL)
		return OPTIONS_RUN;
	if (!parse_port(r->admin_port, &port))
		return options_bad(r, "-P: \"%.40s\" is not a port, 0 to 65535",
		    r->admin_port);
	/* The Unix socket stays unless one is named. */
	if (!names(r, "unix:") && !names(r, "/") && !names(r, ".")) {
		paths_admin(local, false);
		wish = options_set(r, 'L', "admin", local);
	}
	for (size_t i = 0; i < n && wish == OPTIONS_RUN; i++)
		wish = add_admin(r, list[i], port);
	if (names(r, "sctp:"))
		r->o->sctp_implied = false;
	place_bottler(r, port);
	return wish;
}

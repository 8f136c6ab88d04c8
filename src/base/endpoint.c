#include "base/endpoint.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

enum { ADMIN_PORT = 8080 };

static const struct {
	const char *word;
	enum endpoint_kind kind;
} schemes[] = {
	{ "unix:", ENDPOINT_UNIX },
	{ "sctp:", ENDPOINT_SCTP },
	{ "tcp:", ENDPOINT_TCP },
};

static const char *
scheme(struct endpoint *e, const char *text)
{
	e->kind = *text == '/' || *text == '.' ? ENDPOINT_UNIX : ENDPOINT_SCTP;
	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
		size_t len = strlen(schemes[i].word);

		if (strncmp(text, schemes[i].word, len) == 0) {
			e->kind = schemes[i].kind;
			return text + len;
		}
	}
	return text;
}

static bool
copy(struct endpoint *e, const char *from, size_t len)
{
	if (len == 0 || len >= sizeof e->host)
		return false;
	memcpy(e->host, from, len);
	e->host[len] = '\0';
	return true;
}

static bool
parse_port(const char *text, uint16_t *port)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	*port = (uint16_t)n;
	return *text >= '0' && *text <= '9' && *end == '\0' && n <= 65535;
}

static bool
parse_host(struct endpoint *e, const char *text, const char **why)
{
	const char *end, *colon;
	bool bracket = *text == '[';

	*why = "an endpoint is unix:PATH, sctp:HOST:PORT or tcp:HOST:PORT";
	if (bracket)
		text++;
	end = bracket ? strchr(text, ']') : strchr(text, ':');
	if (bracket && end == NULL)
		return false;
	colon = bracket ? end + 1 : end;
	if (!bracket && end != NULL && strchr(end + 1, ':') != NULL) {
		*why = "an IPv6 address is written in brackets: [::1]:8080";
		return false;
	}
	if (!copy(e, text, end != NULL ? (size_t)(end - text) : strlen(text)))
		return false;
	if (strpbrk(e->host, "[]") != NULL ||
	    bracket != (strchr(e->host, ':') != NULL)) {
		*why = "brackets are for an IPv6 address: [::1]:8080";
		return false;
	}
	e->port = ADMIN_PORT;
	if (colon == NULL || *colon == '\0')
		return true;
	if (*colon == ':' && parse_port(colon + 1, &e->port))
		return true;
	*why = "a port is a number up to 65535";
	return false;
}

bool
endpoint_parse(struct endpoint *e, const char *text, const char **why)
{
	memset(e, 0, sizeof *e);
	text = scheme(e, text);
	if (e->kind != ENDPOINT_UNIX)
		return parse_host(e, text, why);
	*why = "a socket's path has 1 to 107 octets";
	return strlen(text) < sizeof((struct sockaddr_un *)0)->sun_path &&
	       copy(e, text, strlen(text));
}

size_t
endpoint_print(const struct endpoint *e, char text[ENDPOINT_TEXT])
{
	bool v6 = strchr(e->host, ':') != NULL;
	int n;

	if (e->kind == ENDPOINT_UNIX)
		n = snprintf(text, ENDPOINT_TEXT, "unix:%s", e->host);
	else
		n = snprintf(text, ENDPOINT_TEXT, v6 ? "%s[%s]:%u" : "%s%s:%u",
		    e->kind == ENDPOINT_SCTP ? "sctp:" : "tcp:", e->host,
		    e->port);
	return (size_t)n;
}

#include "base/addr.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

struct addr
addr_of(const struct sockaddr *sa)
{
	struct addr a = { 0 };
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;

	if (sa->sa_family == AF_INET) {
		memcpy(&v4, sa, sizeof v4);
		a.family = ADDR_V4;
		a.port = ntohs(v4.sin_port);
		memcpy(a.ip, &v4.sin_addr, 4);
	} else if (sa->sa_family == AF_INET6) {
		memcpy(&v6, sa, sizeof v6);
		a.family = ADDR_V6;
		a.port = ntohs(v6.sin6_port);
		memcpy(a.ip, &v6.sin6_addr, 16);
		if (memcmp(a.ip, mapped, sizeof mapped) == 0) {
			a.family = ADDR_V4;
			memcpy(a.ip, a.ip + 12, 4);
			memset(a.ip + 4, 0, 12);
		}
	}
	return a;
}

socklen_t
addr_sockaddr(const struct addr *a, struct sockaddr_storage *out)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };

	memset(out, 0, sizeof *out);
	if (a->family == ADDR_V6) {
		v6.sin6_port = htons(a->port);
		memcpy(&v6.sin6_addr, a->ip, 16);
		memcpy(out, &v6, sizeof v6);
		return sizeof v6;
	}
	v4.sin_port = htons(a->port);
	memcpy(&v4.sin_addr, a->ip, 4);
	memcpy(out, &v4, sizeof v4);
	return sizeof v4;
}

/* Lists and logs print thousands of these: snprintf() took most of the time. */
static char *
put_number(char *at, unsigned n)
{
	char digits[10];
	size_t len = 0;

	do
		digits[len++] = (char)('0' + n % 10);
	while ((n /= 10) > 0);
	while (len > 0)
		*at++ = digits[--len];
	return at;
}

size_t
addr_ip(const struct addr *a, char text[ADDR_TEXT])
{
	char *at = text;

	if (a->family == ADDR_V6) {
		inet_ntop(AF_INET6, a->ip, text, ADDR_TEXT);
		return strlen(text);
	}
	for (size_t i = 0; i < 4 && a->family == ADDR_V4; i++) {
		if (i > 0)
			*at++ = '.';
		at = put_number(at, a->ip[i]);
	}
	if (a->family == ADDR_NONE)
		*at++ = '-';
	*at = '\0';
	return (size_t)(at - text);
}

size_t
addr_port(uint16_t port, char text[ADDR_PORT_TEXT])
{
	char *at = text;

	*at++ = ':';
	at = put_number(at, port);
	*at = '\0';
	return (size_t)(at - text);
}

size_t
addr_print(const struct addr *a, char text[ADDR_TEXT])
{
	bool brackets = a->family == ADDR_V6;
	size_t len = addr_ip(a, text + brackets);

	if (a->family == ADDR_NONE)
		return len;
	if (brackets) {
		*text = '[';
		text[++len] = ']';
		len++;
	}
	return len + addr_port(a->port, text + len);
}

static bool
parse_port(const char *text, uint16_t *port)
{
	char *end;
	unsigned long n;

	if (*text < '0' || *text > '9')
		return false;
	n = strtoul(text, &end, 10);
	*port = (uint16_t)n;
	return *end == '\0' && n <= 65535;
}

bool
addr_parse(struct addr *a, const char *text, uint16_t port)
{
	const char *host = text, *end = NULL, *colon = NULL;
	char ip[ADDR_TEXT];
	size_t len;

	memset(a, 0, sizeof *a);
	a->port = port;
	if (*text == '[') {
		host = text + 1;
		if ((end = strchr(host, ']')) == NULL)
			return false;
		if (end[1] == ':')
			colon = end + 1;
		else if (end[1] != '\0')
			return false;
	} else if ((colon = strchr(text, ':')) != NULL) {
		if (strchr(colon + 1, ':') != NULL)
			colon = NULL; /* a bare IPv6 address */
		else
			end = colon;
	}
	if (colon != NULL && !parse_port(colon + 1, &a->port))
		return false;
	len = end != NULL ? (size_t)(end - host) : strlen(host);
	if (len >= sizeof ip)
		return false;
	memcpy(ip, host, len);
	ip[len] = '\0';
	if (*text != '[' && inet_pton(AF_INET, ip, a->ip) == 1)
		a->family = ADDR_V4;
	else if (inet_pton(AF_INET6, ip, a->ip) == 1)
		a->family = ADDR_V6;
	return a->family != ADDR_NONE;
}

bool
addr_same_ip(const struct addr *a, const struct addr *b)
{
	return a->family == b->family && memcmp(a->ip, b->ip, 16) == 0;
}

bool
addr_is_loopback(const struct addr *a)
{
	static const uint8_t one[16] = { [15] = 1 };

	if (a->family == ADDR_V4)
		return a->ip[0] == 127;
	return a->family == ADDR_V6 && memcmp(a->ip, one, 16) == 0;
}

bool
addr_is_any(const struct addr *a)
{
	static const uint8_t none[16];

	return memcmp(a->ip, none, 16) == 0;
}

struct addr
addr_source(const struct addr *a)
{
	struct addr source = *a;

	source.port = 0;
	if (source.family == ADDR_V6)
		memset(source.ip + 8, 0, 8);
	return source;
}

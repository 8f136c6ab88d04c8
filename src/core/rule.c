#include "core/rule.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "proto/socks5.h"

enum {
	WORD = 1100, /* a user's name with each octet written \xHH */
	SHOWN = 48,  /* of a word in a message */
};

/* The words of one text, one by one. */
struct words {
	const char *at;
	const char *start; /* of the word taken last */
	size_t len;
	unsigned count; /* words taken, the last one's number */
	char *why;
};

static const char *const command_words[] = {
	[SOCKS_CONNECT] = "connect",
	[SOCKS_BIND] = "bind",
	[SOCKS_ASSOCIATE] = "udp",
};

/* ---- words */

static bool
take(struct words *w)
{
	w->at += strspn(w->at, " \t");
	w->start = w->at;
	w->len = strcspn(w->at, " \t");
	w->at += w->len;
	w->count++;
	return w->len > 0;
}

static bool
is(const struct words *w, const char *word)
{
	return strlen(word) == w->len && memcmp(w->start, word, w->len) == 0;
}

/* Say what is wrong with the word taken last. Always false. */
__attribute__((format(printf, 2, 3))) static bool
refuse(const struct words *w, const char *format, ...)
{
	char safe[SHOWN];
	va_list ap;
	int n;

	text_escape(safe, sizeof safe, w->start, w->len);
	if (w->len == 0)
		n = snprintf(
		    w->why, RULE_WHY, "word %u is missing: ", w->count);
	else
		n = snprintf(
		    w->why, RULE_WHY, "word %u, \"%s\": ", w->count, safe);
	va_start(ap, format);
	(void)vsnprintf(w->why + n, RULE_WHY - (size_t)n, format, ap);
	va_end(ap);
	return false;
}

/* ---- networks */

struct addr
rule_plain(const struct addr *a)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	struct addr plain = *a;

	if (a->family == ADDR_V6 && memcmp(a->ip, mapped, sizeof mapped) == 0) {
		plain.family = ADDR_V4;
		memset(plain.ip, 0, sizeof plain.ip);
		memcpy(plain.ip, a->ip + 12, 4);
	}
	return plain;
}

struct rule_net
rule_net_of(const struct addr *a, uint8_t bits)
{
	struct rule_net net = { .family = a->family, .bits = bits };
	size_t whole = bits / 8;

	memcpy(net.ip, a->ip, whole);
	if (bits % 8 != 0)
		net.ip[whole] = (uint8_t)(a->ip[whole] & (0xff00 >> bits % 8));
	return net;
}

static bool
parse_bits(const char *text, unsigned most, uint8_t *bits)
{
	char *end;
	unsigned long n;

	if (*text < '0' || *text > '9')
		return false;
	n = strtoul(text, &end, 10);
	*bits = (uint8_t)n;
	return *end == '\0' && n <= most;
}

static bool
parse_net(const struct words *w, struct rule_net *net)
{
	char ip[INET6_ADDRSTRLEN + 4];
	struct addr a = { 0 }, plain;
	uint8_t bits, most;
	char *slash;

	if (w->len >= sizeof ip)
		return refuse(w, "want a network like 10.0.0.0/8");
	memcpy(ip, w->start, w->len);
	ip[w->len] = '\0';
	if ((slash = strchr(ip, '/')) != NULL)
		*slash = '\0';
	if (inet_pton(AF_INET, ip, a.ip) == 1)
		a.family = ADDR_V4;
	else if (inet_pton(AF_INET6, ip, a.ip) == 1)
		a.family = ADDR_V6;
	else
		return refuse(w, "want a network like 10.0.0.0/8, 192.0.2.1 or "
				 "2001:db8::/32");
	bits = most = a.family == ADDR_V4 ? 32 : 128;
	if (slash != NULL && !parse_bits(slash + 1, most, &bits))
		return refuse(
		    w, "the prefix is not between 0 and %u bits", most);
	plain = rule_plain(&a);
	if (plain.family != a.family && bits >= 96) {
		a = plain;
		bits = (uint8_t)(bits - 96);
	}
	*net = rule_net_of(&a, bits);
	return true;
}

static size_t
print_net(const struct rule_net *net, char *text, size_t size)
{
	struct addr a = { .family = net->family };
	char ip[ADDR_TEXT];

	memcpy(a.ip, net->ip, sizeof a.ip);
	addr_ip(&a, ip);
	if (net->bits == (net->family == ADDR_V4 ? 32 : 128))
		return (size_t)snprintf(text, size, "%s", ip);
	return (size_t)snprintf(text, size, "%s/%u", ip, net->bits);
}

/* ---- names */

size_t
rule_fold(char *out, const char *name, size_t len)
{
	if (len > 1 && name[len - 1] == '.')
		len--;
	for (size_t i = 0; i < len; i++)
		out[i] = name[i] >= 'A' && name[i] <= 'Z'
			     ? (char)(name[i] - 'A' + 'a')
			     : name[i];
	return len;
}

static bool
is_label(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		char c = text[i];

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
			c == '-' || c == '_' || (uint8_t)c >= 0x80))
			return false;
	}
	return len >= 1 && len <= 63;
}

static bool
is_host_name(const char *name, size_t len)
{
	while (len > 0) {
		const char *dot = memchr(name, '.', len);
		size_t label = dot != NULL ? (size_t)(dot - name) : len;

		if (!is_label(name, label))
			return false;
		if (dot == NULL)
			return true;
		name += label + 1;
		len -= label + 1;
	}
	return false;
}

static bool
parse_name(const struct words *w, struct rule *r)
{
	bool suffix = w->len > 2 && memcmp(w->start, "*.", 2) == 0;
	const char *name = suffix ? w->start + 2 : w->start;
	size_t len = suffix ? w->len - 2 : w->len;

	/* One octet more, as the final dot does not count. */
	if (len > RULE_NAME_MOST + 1 || !text_is_name(name, len) ||
	    (len == RULE_NAME_MOST + 1 && name[len - 1] != '.'))
		return refuse(w, "a name has 1 to %d octets", RULE_NAME_MOST);
	r->name_len = (uint8_t)rule_fold(r->name, name, len);
	if (!is_host_name(r->name, r->name_len))
		return refuse(w,
		    "want a network, or a name like example.org or "
		    "*.example.org");
	r->to = suffix ? RULE_TO_SUFFIX : RULE_TO_NAME;
	return true;
}

/* What looks like an address is none's name. */
static bool
looks_like_net(const struct words *w)
{
	size_t plain = 0;

	for (size_t i = 0; i < w->len; i++) {
		if (w->start[i] == '/' || w->start[i] == ':')
			return true;
		plain += strchr("0123456789.", w->start[i]) != NULL;
	}
	return plain == w->len;
}

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool
parse_user(const struct words *w, struct rule *r)
{
	size_t n = 0;

	for (size_t i = 0; i < w->len; i++) {
		char c = w->start[i];

		if (c == '\\') {
			if (w->len - i < 4 || w->start[i + 1] != 'x' ||
			    hex(w->start[i + 2]) < 0 ||
			    hex(w->start[i + 3]) < 0)
				return refuse(w, "a \\ begins \\xHH, an octet");
			c = (char)(hex(w->start[i + 2]) << 4 |
				   hex(w->start[i + 3]));
			i += 3;
		}
		if (n == sizeof r->user)
			return refuse(
			    w, "a user's name has at most 255 octets");
		r->user[n++] = c;
	}
	if (!text_is_name(r->user, n))
		return refuse(w, "not the name of a user");
	r->user_len = (uint8_t)n;
	return true;
}

/* ---- the other pairs */

static bool
parse_from(const struct words *w, struct rule *r)
{
	return parse_net(w, &r->from);
}

static bool
parse_to(const struct words *w, struct rule *r)
{
	if (!looks_like_net(w))
		return parse_name(w, r);
	r->to = RULE_TO_NET;
	return parse_net(w, &r->to_net);
}

static bool
parse_number(const char **text, uint16_t *port)
{
	unsigned n = 0;
	const char *p = *text;

	for (; *p >= '0' && *p <= '9' && n <= 65535; p++)
		n = n * 10 + (unsigned)(*p - '0');
	if (p == *text || n > 65535)
		return false;
	*text = p;
	*port = (uint16_t)n;
	return true;
}

static bool
parse_port(const struct words *w, struct rule *r)
{
	const char *p = w->start;
	bool fits = parse_number(&p, &r->low);

	r->high = r->low;
	if (fits && *p == '-') {
		p++;
		fits = parse_number(&p, &r->high);
	}
	if (!fits || p != w->start + w->len)
		return refuse(w,
		    "want a port or a range between 0 and 65535, like 443 or "
		    "8000-8099");
	if (r->low > r->high)
		return refuse(w, "the range ends before it begins");
	return true;
}

static bool
parse_command(const struct words *w, struct rule *r)
{
	for (uint8_t i = SOCKS_CONNECT; i <= SOCKS_ASSOCIATE; i++)
		if (is(w, command_words[i])) {
			r->command = i;
			return true;
		}
	return refuse(w, "not connect, bind or udp");
}

/* ---- rules */

static const struct pair {
	const char *key, *want;
	bool (*parse)(const struct words *, struct rule *);
} pairs[] = {
	{ "user", "the name of a user", parse_user },
	{ "from", "a network like 10.0.0.0/8", parse_from },
	{ "to", "a network, a name, or *. and a name", parse_to },
	{ "port", "a port or a range like 8000-8099", parse_port },
	{ "command", "connect, bind or udp", parse_command },
};

enum { PAIRS = sizeof pairs / sizeof pairs[0] };

static bool
parse_pair(struct words *w, struct rule *r, unsigned *seen)
{
	size_t i = 0;

	while (i < PAIRS && !is(w, pairs[i].key))
		i++;
	if (i == PAIRS)
		return refuse(w, "not user, from, to, port or command");
	if (*seen & 1u << i)
		return refuse(w, "it was given before");
	*seen |= 1u << i;
	if (!take(w))
		return refuse(w, "want %s", pairs[i].want);
	return pairs[i].parse(w, r);
}

bool
rule_parse(
    struct rule *r, const char **text, unsigned *word, char why[RULE_WHY])
{
	struct words w = { .at = *text, .count = *word, .why = why };
	struct words before;
	unsigned seen = 0;

	memset(r, 0, sizeof *r);
	r->high = UINT16_MAX;
	if (!take(&w) || !((r->allow = is(&w, "allow")) || is(&w, "deny")))
		return refuse(&w, "want allow or deny");
	for (;;) {
		before = w;
		if (!take(&w) || is(&w, "allow") || is(&w, "deny"))
			break;
		if (!parse_pair(&w, r, &seen))
			return false;
	}
	*word = before.count;
	*text = w.start;
	return true;
}

static size_t
print_user(const struct rule *r, char *text, size_t size)
{
	char safe[WORD];
	size_t len = text_escape(safe, sizeof safe, r->user, r->user_len);
	size_t at = (size_t)snprintf(text, size, " user ");

	/* Blanks would part it, a # would begin a comment. */
	for (size_t i = 0; i < len && at + 5 < size; i++)
		if (safe[i] == ' ' || safe[i] == '#')
			at += (size_t)snprintf(
			    text + at, size - at, "\\x%02x", safe[i]);
		else
			text[at++] = safe[i];
	text[at] = '\0';
	return at;
}

static size_t
print_to(const struct rule *r, char *text, size_t size)
{
	size_t at;

	if (r->to != RULE_TO_NET)
		return (size_t)snprintf(text, size, " to %s%.*s",
		    r->to == RULE_TO_SUFFIX ? "*." : "", r->name_len, r->name);
	at = (size_t)snprintf(text, size, " to ");
	return at + print_net(&r->to_net, text + at, size - at);
}

size_t
rule_print(const struct rule *r, char text[RULE_TEXT])
{
	size_t at = (size_t)snprintf(
	    text, RULE_TEXT, "%s", r->allow ? "allow" : "deny");

	if (r->user_len > 0)
		at += print_user(r, text + at, RULE_TEXT - at);
	if (r->from.family != ADDR_NONE) {
		at += (size_t)snprintf(text + at, RULE_TEXT - at, " from ");
		at += print_net(&r->from, text + at, RULE_TEXT - at);
	}
	if (r->to != RULE_TO_ANY)
		at += print_to(r, text + at, RULE_TEXT - at);
	if (r->low != r->high && (r->low != 0 || r->high != UINT16_MAX))
		at += (size_t)snprintf(
		    text + at, RULE_TEXT - at, " port %u-%u", r->low, r->high);
	else if (r->low == r->high)
		at += (size_t)snprintf(
		    text + at, RULE_TEXT - at, " port %u", r->low);
	if (r->command != 0)
		at += (size_t)snprintf(text + at, RULE_TEXT - at, " command %s",
		    command_words[r->command]);
	return at;
}

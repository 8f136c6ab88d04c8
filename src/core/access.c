#include "core/access.h"

#include <string.h>
#include <time.h>

#include "base/text.h"

static const struct {
	const char *word;
	size_t len;
} whys[] = {
#define WHY(id, word) { word, sizeof word - 1 },
#include "core/access.def"
};

const char *
access_why_word(enum access_why why)
{
	return whys[why].word;
}

static char *
add(char *at, const char *text, size_t len)
{
	memcpy(at, text, len);
	return at + len;
}

#define ADD(at, text) add(at, text, sizeof text - 1)

static char *
add_number(char *at, uint64_t n)
{
	char digits[20];
	size_t i = sizeof digits;

	do
		digits[--i] = (char)('0' + n % 10);
	while ((n /= 10) != 0);
	return add(at, digits + i, sizeof digits - i);
}

static char *
add_ip(char *at, const struct addr *a)
{
	char text[ADDR_TEXT];

	if (a->family != ADDR_V4)
		return add(at, text, addr_ip(a, text));
	for (size_t i = 0; i < 4; i++) {
		if (i > 0)
			*at++ = '.';
		at = add_number(at, a->ip[i]);
	}
	return at;
}

static bool
is_plain(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (text[i] <= ' ' || text[i] > '~' || text[i] == '\\' ||
		    text[i] == '"')
			return false;
	return true;
}

/* A name that is a hyphen must not look like none. */
static bool
is_none(const char *text, size_t len)
{
	return len == 1 && text[0] == '-';
}

static char *
add_name(char *at, const char *text, size_t len, bool json)
{
	char safe[4 * 255 + 1];
	size_t n;

	if (is_none(text, len))
		return json ? ADD(at, "\\\\x2d") : ADD(at, "\\x2d");
	if (is_plain(text, len))
		return add(at, text, len);
	n = text_escape(safe, sizeof safe, text, len);
	for (size_t i = 0; i < n; i++) {
		if (json && (safe[i] == '"' || safe[i] == '\\'))
			*at++ = '\\';
		*at++ = safe[i];
	}
	return at;
}

static char *
add_time(char *at, struct access_clock *clock, int64_t wall_us)
{
	time_t second = (time_t)(wall_us / 1000000);
	uint32_t us = (uint32_t)(wall_us % 1000000);
	struct tm tm;

	if (second != clock->second) {
		gmtime_r(&second, &tm);
		clock->len = strftime(
		    clock->text, sizeof clock->text, "%Y-%m-%dT%H:%M:%S.", &tm);
		clock->second = second;
	}
	at = add(at, clock->text, clock->len);
	for (uint32_t unit = 100000; unit > 0; unit /= 10)
		*at++ = (char)('0' + us / unit % 10);
	*at++ = 'Z';
	return at;
}

static char *
add_target(char *at, const struct access *a, bool json)
{
	return a->target == NULL ? ADD(at, "-")
				 : add_name(at, a->target, a->target_len, json);
}

/* The mask of a password, which is never a hyphen; without one there is one. */
static char *
add_password(char *at, const struct access *a, bool json)
{
	return is_none(a->password, a->password_len)
		   ? ADD(at, "-")
		   : add_name(at, a->password, a->password_len, json);
}

static char *
add_user(char *at, const struct access *a, bool json)
{
	return a->user == NULL ? ADD(at, "-")
			       : add_name(at, a->user, a->user_len, json);
}

/* TIME, user and event are written: protocol, host, port, login, password and
 * what the server thought of it. */
static char *
tabbed_finding(char *at, const struct access *a)
{
	at = add(at, a->protocol, strlen(a->protocol));
	*at++ = '\t';
	at = add_target(at, a, false);
	*at++ = '\t';
	at = add_number(at, a->port);
	*at++ = '\t';
	at = add_name(at, a->login, a->login_len, false);
	*at++ = '\t';
	at = add_password(at, a, false);
	*at++ = '\t';
	at = a->confirmed ? ADD(at, "confirmed") : ADD(at, "refused");
	*at++ = '\n';
	return at;
}

static char *
json_finding(char *at, const struct access *a)
{
	at = ADD(at, ",\"protocol\":\"");
	at = add(at, a->protocol, strlen(a->protocol));
	at = ADD(at, "\",\"login\":\"");
	at = add_name(at, a->login, a->login_len, true);
	at = ADD(at, "\",\"password\":\"");
	at = add_password(at, a, true);
	at = ADD(at, "\",\"confirmed\":");
	return a->confirmed ? ADD(at, "true}\n") : ADD(at, "false}\n");
}

static char *
tabbed(char *at, struct access_clock *clock, const struct access *a)
{
	at = add_time(at, clock, a->wall_us);
	*at++ = '\t';
	at = add_user(at, a, false);
	*at++ = '\t';
	*at++ = (char)a->event;
	*at++ = '\t';
	if (a->event == ACCESS_FINDING)
		return tabbed_finding(at, a);
	at = add_ip(at, a->client);
	*at++ = '\t';
	at = add_number(at, a->client->port);
	*at++ = '\t';
	at = add_target(at, a, false);
	*at++ = '\t';
	at = add_number(at, a->port);
	*at++ = '\t';
	at = add_number(at, a->rep);
	if (a->event == ACCESS_CLOSE) {
		*at++ = '\t';
		at = add_number(at, a->up);
		*at++ = '\t';
		at = add_number(at, a->down);
		*at++ = '\t';
		at = add_number(at, a->seconds);
		*at++ = '\t';
		at = add(at, whys[a->why].word, whys[a->why].len);
	}
	*at++ = '\n';
	return at;
}

static char *
json_line(char *at, struct access_clock *clock, const struct access *a)
{
	at = ADD(at, "{\"time\":\"");
	at = add_time(at, clock, a->wall_us);
	at = ADD(at, "\",\"user\":\"");
	at = add_user(at, a, true);
	at = ADD(at, "\",\"event\":\"");
	*at++ = (char)a->event;
	at = ADD(at, "\",\"client\":\"");
	at = add_ip(at, a->client);
	at = ADD(at, "\",\"client_port\":");
	at = add_number(at, a->client->port);
	at = ADD(at, ",\"target\":\"");
	at = add_target(at, a, true);
	at = ADD(at, "\",\"target_port\":");
	at = add_number(at, a->port);
	if (a->event == ACCESS_FINDING)
		return json_finding(at, a);
	at = ADD(at, ",\"rep\":");
	at = add_number(at, a->rep);
	if (a->event == ACCESS_CLOSE) {
		at = ADD(at, ",\"up\":");
		at = add_number(at, a->up);
		at = ADD(at, ",\"down\":");
		at = add_number(at, a->down);
		at = ADD(at, ",\"seconds\":");
		at = add_number(at, a->seconds);
		at = ADD(at, ",\"why\":\"");
		at = add(at, whys[a->why].word, whys[a->why].len);
		*at++ = '"';
	}
	return ADD(at, "}\n");
}

size_t
access_line(char line[ACCESS_LINE], struct access_clock *clock,
    const struct access *a, bool json)
{
	char *end = json ? json_line(line, clock, a) : tabbed(line, clock, a);

	return (size_t)(end - line);
}

#include "base/text.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The length of the UTF-8 character at p, or 0 if it is none (RFC 3629). */
static size_t
utf8_len(const uint8_t *p, size_t left)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	uint32_t c;
	size_t len;

	if (p[0] < 0x80)
		return 1;
	len = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
	if (p[0] < 0xc2 || p[0] > 0xf4 || len > left)
		return 0;
	c = p[0] & (0x7fU >> len);
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3fU);
	}
	if (c < least[len] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return 0;
	return len;
}

static bool
is_control(const uint8_t *p, size_t len)
{
	return (len == 1 && (p[0] < 0x20 || p[0] == 0x7f)) ||
	       (len == 2 && p[0] == 0xc2 && p[1] < 0xa0);
}

/*
 * Characters that nobody sees but that change what is seen: zero width, marks
 * and overrides of the writing direction, separators of lines, the byte order
 * mark.
 */
static bool
is_invisible(const uint8_t *p, size_t len)
{
	if (len == 2)
		return p[0] == 0xd8 && p[1] == 0x9c;
	if (len != 3)
		return false;
	if (p[0] == 0xe2 && p[1] == 0x80)
		return (p[2] >= 0x8b && p[2] <= 0x8f) ||
		       (p[2] >= 0xa8 && p[2] <= 0xae);
	if (p[0] == 0xe2 && p[1] == 0x81)
		return p[2] >= 0xa0 && p[2] <= 0xaf;
	return p[0] == 0xef && p[1] == 0xbb && p[2] == 0xbf;
}

uint32_t
text_invisible(const char *text, size_t len)
{
	const uint8_t *p = (const uint8_t *)text;

	if (len < 3 || !is_invisible(p, 3))
		return 0;
	return (p[0] & 0x0fu) << 12 | (p[1] & 0x3fu) << 6 | (p[2] & 0x3fu);
}

/* The octets before the first that a name may not have. */
static size_t
sound(const char *text, size_t len)
{
	const uint8_t *p = (const uint8_t *)text;
	size_t at = 0, n;

	for (; at < len; at += n)
		if ((n = utf8_len(p + at, len - at)) == 0 ||
		    is_control(p + at, n))
			break;
	return at;
}

bool
text_is_name(const char *text, size_t len)
{
	return len > 0 && len <= 255 && sound(text, len) == len;
}

size_t
text_refuse(char out[TEXT_WHY], const char *what, const char *text, size_t len)
{
	size_t at = sound(text, len);
	int n = snprintf(out, TEXT_WHY,
	    "%.20s is 1 to 255 octets of UTF-8 without control characters; ",
	    what);

	if (at < len)
		n += snprintf(out + n, TEXT_WHY - (size_t)n,
		    "octet %zu is \\x%02x", at + 1, (uint8_t)text[at]);
	else
		n += snprintf(out + n, TEXT_WHY - (size_t)n, "it has %zu", len);
	return (size_t)n;
}

static size_t
copy(char *out, size_t size, const char *text, size_t len, uint8_t escape)
{
	static const char hex[] = "0123456789abcdef";
	const uint8_t *p = (const uint8_t *)text;
	size_t at = 0, n, done;

	for (; len > 0; p += done, len -= done) {
		n = utf8_len(p, len);
		if (n != 0 && !is_control(p, n) && !is_invisible(p, n) &&
		    *p != escape) {
			if (at + n >= size)
				break;
			memcpy(out + at, p, n);
			at += n;
			done = n;
			continue;
		}
		if (at + 4 >= size)
			break;
		out[at++] = '\\';
		out[at++] = 'x';
		out[at++] = hex[*p >> 4];
		out[at++] = hex[*p & 15];
		done = 1;
	}
	if (size > 0)
		out[at] = '\0';
	return at;
}

size_t
text_escape(char *out, size_t size, const char *text, size_t len)
{
	return copy(out, size, text, len, '\\');
}

size_t
text_show(char *out, size_t size, const char *text, size_t len)
{
	return copy(out, size, text, len, '\0');
}

/* The factor a suffix stands for, or 0. */
static uint64_t
factor(const char *suffix)
{
	static const char letters[] = "KMGT";
	const char *p;

	if (*suffix == '\0')
		return 1;
	p = strchr(letters, *suffix >= 'a' ? *suffix - 'a' + 'A' : *suffix);
	return p == NULL || suffix[1] != '\0'
		   ? 0
		   : UINT64_C(1) << 10 * (p - letters + 1);
}

bool
text_number(const char *text, bool units, uint64_t *number)
{
	uint64_t times;
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	*number = strtoull(text, &end, 10);
	times = units || *end == '\0' ? factor(end) : 0;
	if (errno != 0 || times == 0 || *number > UINT64_MAX / times)
		return false;
	*number *= times;
	return true;
}

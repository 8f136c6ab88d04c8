/* Words, numbers and codes in lines; see core/dissect_parts.h. */

#include <strings.h>

#include "core/dissect_parts.h"

size_t
dissect_word(const char *line, size_t len)
{
	size_t n = 0;

	while (n < len && line[n] != ' ')
		n++;
	return n;
}

bool
dissect_is(const char *line, size_t len, const char *word)
{
	size_t n = 0;

	while (word[n] != '\0')
		n++;
	return len >= n && strncasecmp(line, word, n) == 0 &&
	       (len == n || line[n] == ' ');
}

const char *
dissect_rest(const char *line, size_t len, size_t *rest)
{
	size_t n = dissect_word(line, len);

	if (n < len)
		n++;
	*rest = len - n;
	return line + n;
}

static int
digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : 99;
}

bool
dissect_number(const char *text, size_t len, int base, uint64_t *n)
{
	size_t i = 0;

	*n = 0;
	for (; i < len && digit(text[i]) < base; i++) {
		if (*n >> 58 != 0)
			return false;
		*n = *n * (uint64_t)base + (uint64_t)digit(text[i]);
	}
	return i > 0;
}

unsigned
dissect_code(struct dissect *d, const char *line, size_t len)
{
	uint64_t code = 0;
	bool number = len >= 3 && digit(line[0]) < 10 && digit(line[1]) < 10 &&
		      digit(line[2]) < 10 && dissect_number(line, 3, 10, &code);
	bool last = len == 3 || (len > 3 && line[3] == ' ');

	if (!number)
		return 0;
	if (d->code != 0 && code != d->code)
		return 0; /* a line of text that looks like one */
	if (last) {
		d->code = 0;
		return (unsigned)code;
	}
	if (line[3] == '-')
		d->code = (uint16_t)code;
	return 0;
}

static int
base64_digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+')
		return 62;
	return c == '/' ? 63 : -1;
}

int
dissect_spell(char *out, size_t size, const char *text, size_t len)
{
	uint32_t bits = 0;
	unsigned have = 0;
	size_t n = 0;

	while (len > 0 && (text[len - 1] == ' ' || text[len - 1] == '\t'))
		len--;
	for (size_t i = 0; i < 2 && len > 0 && text[len - 1] == '='; i++)
		len--;
	for (size_t i = 0; i < len; i++) {
		int value = base64_digit(text[i]);

		if (value < 0 || n == size)
			return -1;
		bits = (bits << 6 | (uint32_t)value) & 0xffff;
		if ((have += 6) < 8)
			continue;
		have -= 8;
		out[n++] = (char)(uint8_t)(bits >> have);
	}
	return (int)n;
}

#include "tui/clip.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* Three octets as four letters; what is missing of them is padded. */
static char *
put(char *out, const uint8_t *in, size_t n)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmn"
				      "opqrstuvwxyz0123456789+/";
	uint32_t v = (uint32_t)in[0] << 16 |
		     (n > 1 ? (uint32_t)in[1] << 8 : 0) | (n > 2 ? in[2] : 0);

	for (size_t i = 0; i < 4; i++)
		*out++ = i > n ? '=' : letters[v >> (18 - 6 * i) & 63];
	return out;
}

size_t
clip_write(char out[CLIP_ROOM], const char *text)
{
	size_t len = strnlen(text, CLIP_MOST);
	char *at = out + sprintf(out, "\033]52;c;");

	for (size_t i = 0; i < len; i += 3)
		at = put(
		    at, (const uint8_t *)text + i, len - i < 3 ? len - i : 3);
	*at++ = '\a';
	*at = '\0';
	return (size_t)(at - out);
}

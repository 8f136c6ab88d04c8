#include "tui/idn.h"

#include <idn2.h>
#include <stdbool.h>
#include <string.h>

#include "tui/utf8.h"

enum { NAME_MOST = 255 };

/* ASCII letters made small, which IDNA would not have otherwise; false: there
 * is nothing to be done with it. */
static bool
lower(char low[NAME_MOST + 1], const char *name, size_t len)
{
	bool above = false;

	if (len > NAME_MOST || memchr(name, '\0', len) != NULL)
		return false;
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)name[i];

		above |= c > 0x7f;
		low[i] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
	}
	low[len] = '\0';
	return above;
}

size_t
idn_safe(char *out, size_t size, const char *name, size_t len)
{
	char low[NAME_MOST + 1];
	uint8_t *labels = NULL;
	size_t n;

	if (!lower(low, name, len) || idn2_lookup_u8((const uint8_t *)low,
					  &labels, IDN2_NO_TR46) != IDN2_OK)
		return utf8_safe(out, size, name, len);
	n = utf8_safe(out, size, (char *)labels, strlen((char *)labels));
	idn2_free(labels);
	return n;
}

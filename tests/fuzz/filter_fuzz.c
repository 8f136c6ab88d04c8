/* A filter of sessions: read or refused, and asked about a session made of it.
 */

#include <stdlib.h>

#include "core/filter.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	const char *line = (const char *)bytes;
	char why[FILTER_WHY] = "";
	size_t part = len < 255 ? len : 255;
	struct addr a = { .family = ADDR_V4, .port = (uint16_t)len };
	struct filter_subject s = { .user = line,
		.user_len = part,
		.target = line,
		.target_len = part / 2,
		.client = &a,
		.dialled = &a,
		.state = "RELAYING" };
	struct filter f;

	if (!filter_parse(&f, line, len, why)) {
		if (*why == '\0')
			abort();
		return 0;
	}
	for (size_t i = 0; i < f.count; i++)
		if (f.terms[i].at + f.terms[i].len > len)
			abort();
	(void)filter_fits(&f, &s);
	return 0;
}

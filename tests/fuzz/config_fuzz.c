/* The configuration file: whatever it says, it is taken whole or refused. */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* What was taken must be printed so that it is taken again. */
static void
again(struct settings *s)
{
	char text[SETTING_TEXT], why[160];

	for (int i = 0; i < SETTINGS_COUNT; i++) {
		if (settings_print(s, (enum setting_id)i, text) >= sizeof text)
			continue; /* more rules than a text shows */
		if (settings_set(
			s, ORIGIN_RUNTIME, setting_rows[i].key, text, why) != 0)
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct settings *s = settings_new();
	char why[CONFIG_WHY];

	if (s == NULL)
		return 0;
	if (config_parse(s, "/nonexistent/fuzz.conf", (const char *)bytes, len,
		why) == 0)
		again(s);
	else if (memchr(why, '\n', strlen(why)) != NULL || *why == '\0')
		abort();
	settings_free(s);
	return 0;
}

/* Bytes from a terminal: whatever comes, keys are keys and it ends plain. */

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "tui/input.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
check(struct key k)
{
	if (k.code == 0 || k.code > INPUT_F(12))
		abort();
	if (k.pasted && k.code >= INPUT_UP)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct input in;
	struct key k;

	input_start(&in, 0);
	for (size_t i = 0; i < len; i++)
		if (input_byte(&in, bytes[i], &k))
			check(k);
	while (input_wait_ms(&in) > 0)
		if (input_timeout(&in, &k))
			check(k);
	return 0;
}

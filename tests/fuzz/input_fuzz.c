/* Bytes from a terminal: whatever comes, keys are keys and it ends plain. */

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "tui/input.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
check(const struct input *in, struct key k)
{
	bool mouse = k.code >= INPUT_CLICK && k.code <= INPUT_WHEEL_RIGHT;

	if (k.code == 0 || (k.code > INPUT_F(12) && !mouse))
		abort();
	if (k.pasted && k.code >= INPUT_UP)
		abort();
	if (mouse && (in->x < 0 || in->y < 0 || in->x > 9998 || in->y > 9998))
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
			check(&in, k);
	while (input_wait_ms(&in) > 0)
		if (input_timeout(&in, &k))
			check(&in, k);
	return 0;
}

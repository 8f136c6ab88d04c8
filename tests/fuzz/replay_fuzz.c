/* A recording that anybody may have written: it is played or refused. */

#include <stdio.h>
#include <string.h>

#include "tui/replay.h"
#include "tui/screen.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

enum { EVENTS_MOST = 2000 };

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static struct model m;
	static struct effects effects;
	struct canvas c = { 0 };
	struct replay_head head;
	struct replay *r;
	struct event e;
	const char *why;
	FILE *file;

	if (len == 0)
		return 0;
	file = fmemopen((void *)(uintptr_t)bytes, len, "r");
	if (file == NULL)
		return 0;
	memset(&m, 0, sizeof m);
	r = replay_open(file, &m, &head, &why);
	if (r == NULL)
		return 0;
	for (int i = 0; i < EVENTS_MOST && replay_next(r, &e); i++) {
		update(&m, &e, &effects);
		effects_wipe(&effects);
	}
	if (canvas_open(&c, 80, 24, head.glyphs) == 0)
		screen_draw(&m, &c);
	canvas_close(&c);
	replay_close(r);
	model_close(&m);
	return 0;
}

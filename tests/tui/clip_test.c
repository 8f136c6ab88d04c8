/* The clipboard sequence, against what base64(1) says. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "tui/clip.h"

static void
text_is_base64_in_the_sequence(void **state)
{
	static const char *const pairs[][2] = { { "", "" }, { "f", "Zg==" },
		{ "fo", "Zm8=" }, { "foo", "Zm9v" }, { "foob", "Zm9vYg==" },
		{ "\xff\xfe\xfd?>", "//79Pz4=" } };
	char out[CLIP_ROOM], want[64];

	(void)state;
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		(void)strcpy(want, "\033]52;c;");
		(void)strcat(want, pairs[i][1]);
		(void)strcat(want, "\a");
		assert_int_equal(clip_write(out, pairs[i][0]), strlen(want));
		assert_string_equal(out, want);
	}
}

static void
more_than_the_most_is_cut(void **state)
{
	static char text[2 * CLIP_MOST];
	char out[CLIP_ROOM];

	(void)state;
	memset(text, 'x', sizeof text - 1);
	assert_true(clip_write(out, text) < CLIP_ROOM);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_base64_in_the_sequence),
		cmocka_unit_test(more_than_the_most_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

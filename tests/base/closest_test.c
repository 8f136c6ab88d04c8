/* What somebody may have meant who typed another word. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/closest.h"

static void
a_slip_of_the_finger_names_the_word_that_is_meant(void **state)
{
	static const char words[] = "max-connections buffer-size auth quota";
	static const struct {
		const char *typed, *said;
	} rows[] = {
		{ "max-connection", "; is max-connections meant?" },
		{ "bufer-size", "; is buffer-size meant?" },
		{ "buffersize", "; is buffer-size meant?" },
		{ "atuh", "; is auth meant?" },
		{ "quota", "; is quota meant?" },
		{ "", "" },
		{ "a", "" },
		{ "colour", "" },
		{ "max", "" },
	};
	char out[80];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_int_equal(
		    closest_of(words, rows[i].typed, out, sizeof out),
		    strlen(rows[i].said));
		assert_string_equal(out, rows[i].said);
	}
}

static void
of_words_that_are_as_near_the_longer_is_meant(void **state)
{
	struct closest c = { 0 };

	(void)state;
	closest_try(&c, "rates", 5, "rate");
	closest_try(&c, "rates", 5, "grates");
	closest_try(&c, "rates", 5, "crate");
	assert_string_equal(c.word, "grates");
	assert_int_equal(c.distance, 1);
}

static void
words_of_any_length_and_content_are_safe(void **state)
{
	char typed[300], word[300], out[40];
	struct closest c = { 0 };

	(void)state;
	memset(typed, 'a', sizeof typed);
	memset(word, 'a', sizeof word);
	for (size_t n = 0; n < sizeof word; n++) {
		word[n] = '\0';
		closest_try(&c, typed, n, word);
		closest_try(&c, typed, sizeof typed, word);
		word[n] = 'a';
	}
	c = (struct closest){ 0 };
	closest_try(&c, "al\nce", 5, "al\tce");
	closest_say(&c, out, sizeof out);
	assert_string_equal(out, "; is al\\x09ce meant?");
	closest_say(&c, out, 8);
	assert_string_equal(out, "; is al");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_slip_of_the_finger_names_the_word_that_is_meant),
		cmocka_unit_test(of_words_that_are_as_near_the_longer_is_meant),
		cmocka_unit_test(words_of_any_length_and_content_are_safe),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

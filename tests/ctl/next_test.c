/* What may come next in a command that is being typed. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "ctl/next.h"

struct heard {
	struct next next;
	char text[4000]; /* all candidates, each behind a blank */
	enum admin_id list;
};

static void
put(struct next *next, const char *word, const char *help)
{
	struct heard *h = (struct heard *)next;

	assert_non_null(help);
	assert_true(strlen(h->text) + strlen(word) + 2 < sizeof h->text);
	strcat(strcat(h->text, " "), word);
}

/* Two of whatever it is. */
static void
list(struct next *next, enum admin_id id, const void *request)
{
	struct heard *h = (struct heard *)next;
	struct admin_account account = { 0 };
	struct admin_setting setting = { 0 };

	h->list = id;
	layout_text_set(&account.name, "bob", 3);
	layout_text_set(&setting.key, "log-level", 9);
	layout_text_set(&setting.form, "error|warn", 10);
	assert_non_null(request);
	if (id == ADMIN_account_list)
		next_row(next, &account);
	if (id == ADMIN_get)
		next_row(next, &setting);
}

static struct heard heard;

static const char *
behind(const char *line)
{
	static char copy[200];
	static char *words[WORDS_MOST];
	size_t len = strlen(line);

	memset(&heard, 0, sizeof heard);
	heard.list = ADMIN_COMMANDS;
	memcpy(copy, line, len + 1);
	heard.next.words = words;
	heard.next.n = (size_t)words_split(copy, words);
	heard.next.last =
	    len == 0 || line[len - 1] == ' ' ? "" : words[--heard.next.n];
	heard.next.form = ADMIN_EXTENDED;
	heard.next.put = put;
	heard.next.list = list;
	next_words(&heard.next);
	return heard.text;
}

static void
a_group_is_told_once_and_its_words_each(void **state)
{
	(void)state;
	assert_string_equal(behind("use"), " user");
	assert_string_equal(behind("user s"), " show set");
	assert_non_null(strstr(behind(""), " rule"));
	assert_string_equal(behind("nonsense x"), "");
}

static void
names_come_from_the_list_that_has_them(void **state)
{
	(void)state;
	assert_string_equal(behind("user show "), " bob");
	assert_int_equal(heard.list, ADMIN_account_list);
	assert_string_equal(behind("user show c"), "");
	assert_string_equal(behind("set l"), " log-level");
	assert_string_equal(behind("set log-level w"), " warn");
}

static void
words_of_a_field_come_from_its_row(void **state)
{
	(void)state;
	assert_string_equal(behind("user set bob rate"), " rate-up rate-down");
	assert_string_equal(behind("user role bob a"), " admin");
	assert_string_equal(behind("user enable bob "), " yes no");
	assert_string_equal(behind("user add eve --o"), " --observer");
	assert_string_equal(behind("session list --sort i"), " id idle");
}

static void
the_field_that_is_typed_is_told_where_no_word_is_known(void **state)
{
	(void)state;
	assert_string_equal(behind("user set bob quota 5"), "");
	assert_string_equal(heard.next.field->name, "value");
	assert_string_equal(behind("rule add deny to "), "");
	assert_string_equal(heard.next.field->name, "rule");
	(void)behind("user set bob quota 5G ");
	assert_null(heard.next.field);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_group_is_told_once_and_its_words_each),
		cmocka_unit_test(names_come_from_the_list_that_has_them),
		cmocka_unit_test(words_of_a_field_come_from_its_row),
		cmocka_unit_test(
		    the_field_that_is_typed_is_told_where_no_word_is_known),
	};

	return cmocka_run_group_tests_name("next", tests, NULL, NULL);
}

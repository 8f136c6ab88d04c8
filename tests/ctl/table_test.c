/* Tables, for every list that is a row of proto/admin.def. */

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ctl/print.h"
#include "ctl/summary.h"

enum {
	ROWS = 3,
};

struct sheet {
	struct paper paper;
	char *text;
	size_t len;
};

static void
begin(struct sheet *s, int columns)
{
	s->paper = (struct paper){ .columns = columns, .cut = "~" };
	s->paper.out = open_memstream(&s->text, &s->len);
	assert_non_null(s->paper.out);
}

static void
end(struct sheet *s)
{
	assert_int_equal(fclose(s->paper.out), 0);
}

/* A row of which every field is as wide as can be, or empty. */
static void
fill(const struct layout *layout, void *row, bool full)
{
	uint64_t n = full ? UINT64_MAX : 0;
	char text[255];

	memset(text, 'x', sizeof text);
	memset(row, 0, layout->size);
	for (size_t i = 0; i < layout->nfields; i++) {
		const struct layout_field *f = &layout->fields[i];
		void *at = (char *)row + f->offset;

		if (f->kind == LAYOUT_TEXT)
			layout_text_set(at, text, full ? sizeof text : 0);
		else if (f->kind < LAYOUT_TEXT)
			memcpy(at, &n, sizeof n);
	}
}

static void
print_list(struct sheet *s, const struct layout *layout, bool full)
{
	struct table table = { 0 };
	char *rows = calloc(ROWS, layout->size);

	assert_non_null(rows);
	for (size_t i = 0; i < ROWS; i++)
		fill(layout, rows + i * layout->size, full);
	print_rows(&s->paper, &table, layout, rows, ROWS);
	free(rows);
}

static void
no_line_of_any_list_is_wider_than_the_paper(void **state)
{
	static const int columns[] = { 1, 2, 10, 20, 40, 79, 80, 140, 300 };
	struct sheet s;

	(void)state;
	for (unsigned i = 0; i < ADMIN_COMMANDS; i++)
		for (size_t k = 0; k < sizeof columns / sizeof *columns; k++) {
			unsigned lines = 0;

			if (!admin_commands[i].many ||
			    admin_commands[i].answer == &admin_log_row)
				continue;
			begin(&s, columns[k]);
			print_list(&s, admin_commands[i].answer, k % 2 == 0);
			end(&s);
			for (char *at = s.text; *at != '\0'; lines++) {
				char *newline = strchr(at, '\n');

				assert_non_null(newline);
				*newline = '\0';
				assert_true(paper_width(at) <= columns[k]);
				at = newline + 1;
			}
			assert_int_equal(lines, 1 + ROWS);
			free(s.text);
		}
}

static void
a_pipe_gets_every_value_whole(void **state)
{
	struct sheet s;

	(void)state;
	begin(&s, INT_MAX);
	print_list(&s, &admin_live, true);
	end(&s);
	assert_null(strchr(s.text, '~'));
	free(s.text);
}

static void
what_is_cut_is_marked(void **state)
{
	struct sheet s;

	(void)state;
	begin(&s, 80);
	print_list(&s, &admin_live, true);
	end(&s);
	assert_non_null(strstr(s.text, "x~"));
	free(s.text);
}

static void
an_empty_list_is_its_header(void **state)
{
	struct table table = { 0 };
	struct sheet s;

	(void)state;
	begin(&s, 80);
	print_rows(&s.paper, &table, &admin_user_row, NULL, 0);
	end(&s);
	assert_string_equal(s.text, "NAME\n");
	free(s.text);
}

static void
the_log_is_lines_without_a_header_and_whole(void **state)
{
	struct sheet s;
	size_t lines = 0;

	(void)state;
	begin(&s, 80);
	print_list(&s, &admin_log_row, true);
	end(&s);
	for (const char *at = s.text; *at != '\0'; at++)
		lines += *at == '\n';
	assert_int_equal(lines, ROWS);
	assert_null(strchr(s.text, '~'));
	free(s.text);
}

/* Each field that summary.def names is there, or this would not end well. */
static void
a_summary_is_made_of_any_values(void **state)
{
	static struct admin_overview record;
	struct sheet s;

	(void)state;
	for (unsigned full = 0; full < 2; full++) {
		begin(&s, 80);
		fill(&admin_overview, &record, full == 1);
		assert_true(
		    summary_put(&s.paper, &admin_overview, &record, NULL));
		end(&s);
		assert_null(strpbrk(s.text, "{}"));
		assert_non_null(
		    strstr(s.text, full == 1 ? "served" : "not served"));
		free(s.text);
	}
	assert_false(summary_put(&s.paper, &admin_user_row, &record, NULL));
}

static void
json_has_every_field_under_its_name(void **state)
{
	struct sheet s;
	char key[80];

	(void)state;
	for (unsigned i = 0; i < ADMIN_COMMANDS; i++) {
		const struct layout *layout = admin_commands[i].answer;

		if (!admin_commands[i].many)
			continue;
		begin(&s, 20);
		s.paper.json = true;
		print_list(&s, layout, false);
		end(&s);
		for (size_t f = 0; f < layout->nfields; f++) {
			(void)snprintf(key, sizeof key,
			    "\"%s\": ", layout->fields[f].name);
			assert_non_null(strstr(s.text, key));
		}
		free(s.text);
	}
}

/* A limit that is none, and a rule that there is not. */
static void
a_figure_that_is_0_says_what_that_means(void **state)
{
	static const struct admin_account none, some = { .max_sessions = 7 };
	static const struct admin_rule_verdict verdict;
	struct sheet s;

	(void)state;
	begin(&s, INT_MAX);
	print_record(&s.paper, &admin_account, &none);
	print_record(&s.paper, &admin_account, &some);
	print_record(&s.paper, &admin_rule_verdict, &verdict);
	end(&s);
	assert_non_null(strstr(s.text, "  any number\n"));
	assert_non_null(strstr(s.text, "  no limit\n"));
	assert_non_null(strstr(s.text, "  7        sessions\n"));
	assert_non_null(strstr(s.text, "  none fits, so it is allowed\n"));
	assert_non_null(strstr(s.text, "text     -\n"));
	free(s.text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_line_of_any_list_is_wider_than_the_paper),
		cmocka_unit_test(a_pipe_gets_every_value_whole),
		cmocka_unit_test(what_is_cut_is_marked),
		cmocka_unit_test(an_empty_list_is_its_header),
		cmocka_unit_test(the_log_is_lines_without_a_header_and_whole),
		cmocka_unit_test(a_summary_is_made_of_any_values),
		cmocka_unit_test(a_figure_that_is_0_says_what_that_means),
		cmocka_unit_test(json_has_every_field_under_its_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

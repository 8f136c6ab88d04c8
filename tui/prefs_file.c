#include <stdio.h>
#include <string.h>

#include "tui/own_file.h"
#include "tui/prefs.h"

static const char file_name[] = "preferences";

static void
put_set(FILE *file, const char *list, unsigned set)
{
	const char *before = "";

	if (set == 0)
		(void)fputs("none", file);
	for (unsigned i = 0; set >> i != 0; i++) {
		int n = (int)strcspn(list, " ");

		if ((set >> i & 1) != 0) {
			(void)fprintf(file, "%s%.*s", before, n, list);
			before = ",";
		}
		list += n + 1;
	}
	(void)fputc('\n', file);
}

static const char *
take(char *words[], size_t n, void *arg)
{
	static char wrong[200];

	for (unsigned i = 0; i < PREF_COUNT; i++) {
		if (strcmp(pref_rows[i].key, words[0]) != 0)
			continue;
		if (n == 2 && prefs_set(arg, (enum pref_id)i, words[1]))
			return NULL;
		(void)snprintf(wrong, sizeof wrong, "%s: \"%.60s\" %s",
		    pref_rows[i].key, n > 1 ? words[1] : "",
		    n > 2 ? "is followed by too much"
			  : prefs_words((enum pref_id)i));
		return wrong;
	}
	(void)snprintf(
	    wrong, sizeof wrong, "there is no preference \"%.60s\"", words[0]);
	return wrong;
}

void
prefs_load(struct prefs *p)
{
	for (unsigned i = 0; i < PREF_COUNT; i++)
		p->value[i] = pref_rows[i].otherwise;
	(void)own_file_read(file_name, take, p);
}

static void
put(FILE *file, const void *arg)
{
	const struct prefs *p = arg;
	char text[PREFS_WORD];

	(void)fputs(
	    "# What socks5tui is like; it writes this when it ends.\n", file);
	for (unsigned i = 0; i < PREF_COUNT; i++) {
		const char *word = pref_rows[i].words;

		(void)fprintf(file, "\n# %s", pref_rows[i].meaning);
		if (*word != '\0')
			(void)fprintf(file, ": %s", word);
		(void)fprintf(file, "\n%s ", pref_rows[i].key);
		if (prefs_is_set((enum pref_id)i)) {
			put_set(file, word, p->value[i]);
			continue;
		}
		if (*word == '\0') {
			(void)fprintf(file, "%g\n", p->value[i] / 1000.0);
			continue;
		}
		(void)fprintf(file, "%s\n",
		    prefs_word(text, (enum pref_id)i, p->value[i]));
	}
}

int
prefs_save(const struct prefs *p)
{
	return own_file_write(file_name, put, p);
}

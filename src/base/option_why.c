#include "base/option_why.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/closest.h"
#include "base/text.h"

/* getopt_long() leaves optopt 0 at a long option that it does not know. */
static void
say_unknown(char why[OPTION_WHY], const struct option *known, const char *word)
{
	struct closest closest = { 0 };
	char meant[60], shown[80];
	size_t len = strcspn(word, "=");

	for (; known->name != NULL && len > 2; known++)
		closest_try(&closest, word + 2, len - 2, known->name);
	(void)closest_say(&closest, meant, sizeof meant);
	(void)text_escape(shown, sizeof shown, word, len);
	(void)snprintf(why, OPTION_WHY, "%s is not an option%s", shown, meant);
}

static void
say_letter(char why[OPTION_WHY], char letter)
{
	char shown[8];

	(void)text_escape(shown, sizeof shown, &letter, 1);
	(void)snprintf(why, OPTION_WHY, "-%s is not an option", shown);
}

/* Is it "--json=x" of an option without a value? Amid letters ("-jq") the word
 * is the one before, and the letter may be what stands for a long option. */
static bool
has_value_too_many(const struct option *known, const char *word)
{
	if (strncmp(word, "--", 2) != 0 || strchr(word, '=') == NULL)
		return false;
	while (known->name != NULL && known->val != optopt)
		known++;
	return known->name != NULL && known->has_arg == no_argument &&
	       strncmp(known->name, word + 2, strcspn(word + 2, "=")) == 0;
}

void
option_why(
    char why[OPTION_WHY], int c, const struct option *known, const char *word)
{
	if (c == ':' && strncmp(word, "--", 2) == 0)
		(void)snprintf(
		    why, OPTION_WHY, "%.80s needs an argument", word);
	else if (c == ':')
		(void)snprintf(
		    why, OPTION_WHY, "-%c needs an argument", optopt);
	else if (optopt == 0)
		say_unknown(why, known, word);
	else if (has_value_too_many(known, word))
		(void)snprintf(why, OPTION_WHY, "%.*s takes no argument",
		    (int)strcspn(word, "="), word);
	else
		say_letter(why, (char)optopt);
}

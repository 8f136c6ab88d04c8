#include "tui/sessions.h"

#include <stdio.h>
#include <string.h>

#include "tui/match.h"

/* ---- what a session is doing, in few letters */

enum { QUIET_S = 10 };

struct state {
	const char *state, *word, *both;
};

#define STATE(state, word)                  \
	{                                   \
		state, word, word " " state \
	}

static const struct state rows[] = {
	STATE("greeting", "GREET"), STATE("login", "AUTH"),
	STATE("verdict", "AUTH"), STATE("request", "ASK"),
	STATE("dialing", "CONN"), STATE("binding", "BIND"),
	STATE("awaiting", "WAIT"), STATE("associating", "UDP"),
	STATE("associated", "UDP"), STATE("refused", "FAIL"),
	STATE("relaying", "COPY"), STATE("relaying", "IDLE"), /* for long */
};

enum { ROWS = sizeof rows / sizeof *rows };

static const struct state *
find(const char *state, uint32_t idle)
{
	for (int i = 0; i < ROWS; i++)
		if (strcmp(rows[i].state, state) == 0)
			return &rows[i + (i == ROWS - 2 && idle >= QUIET_S)];
	return NULL;
}

/* Could the word be one of a state? */
static bool
is_state(const char *word)
{
	for (int i = 0; i < ROWS; i++)
		if (match_has(rows[i].both, word))
			return true;
	return false;
}

const char *
sessions_word(const char *state, uint32_t idle)
{
	const struct state *row = find(state, idle);

	return row != NULL ? row->word : state;
}

const char *
sessions_words(const char *state, uint32_t idle)
{
	const struct state *row = find(state, idle);

	return row != NULL ? row->both : state;
}

/* ---- what of a filter the daemon understands (core/filter.h) */

/* Is it on the screen as the daemon has it? (utf8_safe() changes blanks at the
 * rims, and what has no width.) */
static bool
is_plain(const char *word)
{
	size_t len = strlen(word);

	for (size_t i = 0; i < len; i++)
		if (word[i] <= ' ' || word[i] > '~')
			return false;
	return len == 0 || (word[0] != '_' && word[len - 1] != '_');
}

/*
 * It compares states as it calls them, and users as wholes; here a part of what
 * is shown is enough. So it is asked for no less than what will be shown.
 */
static void
ask(const struct match_term *t, struct layout_text *asked)
{
	static const char *const known[] = { "client=", "target=" };
	enum { USER, CLIENT, TARGET, ADDRESS, STATE };
	const char *key = "";
	char text[sizeof asked->bytes + MATCH_TEXT + 16];

	if (t->absent || t->nwords > 1 || t->column == STATE ||
	    strpbrk(t->word, "= ") != NULL ||
	    (t->column < 0 && is_state(t->word)))
		return;
	if (t->column == CLIENT || t->column == TARGET)
		key = known[t->column - CLIENT];
	else if (t->whole && !is_plain(t->word))
		return;
	else if (t->whole && t->column == USER)
		key = "user=";
	(void)snprintf(text, sizeof text, "%s%s%s%s", asked->bytes,
	    asked->len > 0 ? " " : "", key, t->word);
	layout_text_set(asked, text, strlen(text));
}

void
sessions_filter(const char *typed, struct layout_text *asked)
{
	struct match match;

	layout_text_set(asked, "", 0);
	match_read(&match, typed, sessions_columns);
	for (int i = 0; i < match.n; i++)
		ask(&match.terms[i], asked);
}

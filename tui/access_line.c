#include "tui/access_line.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/idn.h"
#include "tui/unit.h"
#include "tui/utf8.h"

enum { WORDS = 12, WORD = 64, WHOLE = 264 };

enum {
	USER,
	TYPE,
	CLIENT,
	CLIENT_PORT,
	TARGET,
	TARGET_PORT,
	REPLY,
	UP,
	DOWN,
	SECONDS,
	WHY
};

/* Of a line P. */
enum { P_PROTOCOL = 2, P_TARGET, P_PORT, P_LOGIN, P_PASSWORD, P_SAID };

/* Which word is the target, of what is known of the line so far. */
static int
host_at(char words[WORDS][WORD])
{
	return strcmp(words[TYPE], "P") == 0 ? P_TARGET : TARGET;
}

/* A name may have blanks: it ends before a type and an address. */
static size_t
user_len(const char *text)
{
	const char *end = NULL, *finding = strstr(text, " P ");

	for (const char *p = text; (p = strchr(p, ' ')) != NULL; p++)
		if ((p[1] == 'A' || p[1] == 'C') && p[2] == ' ' &&
		    p[3 + strcspn(p + 3, ".: ")] != ' ' &&
		    p[3 + strspn(p + 3, "0123456789abcdef.:")] == ' ')
			end = p;
	if (end == NULL)
		end = finding;
	return end != NULL ? (size_t)(end - text) : strcspn(text, " \t");
}

/* A word that is longer ends in the sign for more. */
static void
put_word(char word[WORD], const char *text)
{
	static const char more[] = "\xe2\x80\xa6";

	if (snprintf(word, WORD, "%s", text) < WORD)
		return;
	word[WORD - sizeof more] = '\0';
	utf8_mend(word);
	strcat(word, more);
}

static int
split(const char *text, char words[WORDS][WORD])
{
	char whole[WHOLE];
	int n = 0;

	while (n < WORDS && *text != '\0') {
		size_t len = n == USER ? user_len(text) : strcspn(text, " \t");

		if (n > TYPE && n == host_at(words))
			(void)idn_safe(whole, sizeof whole, text, len);
		else
			(void)snprintf(
			    whole, sizeof whole, "%.*s", (int)len, text);
		put_word(words[n++], whole);
		text += len + (text[len] != '\0');
	}
	return n;
}

static const char *
reply_text(int reply)
{
	static const char *const texts[] = { "connected", "failed",
		"denied by a rule", "network unreachable", "host unreachable",
		"refused", "timed out", "command not known",
		"address type not known" };

	return reply >= 0 && reply < 9 ? texts[reply] : "failed";
}

/* What the dissector saw; its password is masked already. */
static void
finding(char words[WORDS][WORD], int n, char *out, size_t size)
{
	bool accepted = n > P_SAID && strcmp(words[P_SAID], "confirmed") == 0;

	(void)snprintf(out, size, "%s  %s login %s (%s) at %s:%s%s",
	    words[USER], words[P_PROTOCOL], words[P_LOGIN], words[P_PASSWORD],
	    words[P_TARGET], words[P_PORT], accepted ? ", accepted" : "");
}

bool
access_line(const char *text, char *out, size_t size, bool *bad)
{
	char words[WORDS][WORD], up[UNIT_TEXT], down[UNIT_TEXT], age[UNIT_TEXT];
	int n = split(text, words), at, reply;

	*bad = false;
	if (n > P_PASSWORD && strcmp(words[TYPE], "P") == 0) {
		finding(words, n, out, size);
		return true;
	}
	if (n <= REPLY || words[TYPE][1] != '\0' ||
	    strchr("AC", words[TYPE][0]) == NULL)
		return false;
	at = snprintf(out, size, "%s  %s:%s -> %s:%s  ", words[USER],
	    words[CLIENT], words[CLIENT_PORT], words[TARGET],
	    words[TARGET_PORT]);
	if (at < 0 || (size_t)at >= size)
		return true;
	reply = atoi(words[REPLY]);
	*bad = reply != 0;
	if (words[TYPE][0] == 'A' || n <= WHY)
		(void)snprintf(
		    out + at, size - (size_t)at, "%s", reply_text(reply));
	else
		(void)snprintf(out + at, size - (size_t)at,
		    "ended by %s after %s, up %s, down %s", words[WHY],
		    unit_age(age, strtoull(words[SECONDS], NULL, 10)),
		    unit_bytes(up, strtod(words[UP], NULL)),
		    unit_bytes(down, strtod(words[DOWN], NULL)));
	return true;
}

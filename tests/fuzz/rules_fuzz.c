/* Rules: what is read is written so that it is read again, and can be asked. */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/rule.h"
#include "core/rules.h"
#include "proto/socks5.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* A set of that one rule decides as it says, or not at all. */
static void
ask(const char *text, const struct rule *r)
{
	struct addr to = { .family = r->to_net.family, .port = r->low };
	struct rules *set = rules_new(&text, 1, 1, NULL);
	struct rules_ask question = {
		.user = r->user,
		.user_len = r->user_len,
		.client = &to,
		.command = SOCKS_CONNECT,
		.name = r->name,
		.name_len = r->name_len,
		.to = &to,
		.port = r->high,
	};
	struct rules_found found;

	if (set == NULL)
		abort();
	memcpy(to.ip, r->to_net.ip, sizeof to.ip);
	found = rules_find(set, &question);
	if (found.rule == 0 && found.verdict == RULES_ALLOW && !r->allow)
		abort();
	if (r->from.family == ADDR_NONE && r->command == 0 &&
	    r->to != RULE_TO_SUFFIX && found.rule != 0)
		abort();
	rules_free(set);
}

static void
again(const struct rule *r)
{
	char text[RULE_TEXT], why[RULE_WHY];
	const char *rest = text;
	struct rule same;
	unsigned word = 0;

	if (rule_print(r, text) != strlen(text))
		abort();
	if (!rule_parse(&same, &rest, &word, why) || *rest != '\0' ||
	    memcmp(r, &same, sizeof same) != 0)
		abort();
	ask(text, r);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	char *copy = malloc(len + 1), why[RULE_WHY];
	const char *text = copy;
	unsigned word = 0;
	struct rule r;

	if (copy == NULL)
		return 0;
	if (len > 0)
		memcpy(copy, bytes, len);
	copy[len] = '\0';
	why[0] = '\0';
	do {
		if (!rule_parse(&r, &text, &word, why)) {
			if (*why == '\0' || strchr(why, '\n') != NULL)
				abort();
			break;
		}
		again(&r);
	} while (*text != '\0');
	free(copy);
	return 0;
}

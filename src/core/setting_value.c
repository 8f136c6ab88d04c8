#include "core/setting_value.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/addr.h"
#include "base/endpoint.h"
#include "base/text.h"
#include "core/rule.h"

enum {
	SOCKS_PORT = 1080,
};

/* An empty list of rules, as a value. */
static const char NO_RULE[] = "none";

/* The same of addresses; and any port. */
static const char AUTO[] = "auto";

/* Where a row's form has it: the address that the client came to. */
static const char SAME[] = "same";

bool
setting_is_list(enum setting_kind kind)
{
	return kind == KIND_LISTEN || kind == KIND_ADMIN ||
	       kind == KIND_ADDRS || kind == KIND_RULE;
}

void
setting_value_cut(struct setting_value *v, size_t count)
{
	while (v->count > count)
		free(v->items[--v->count]);
}

void
setting_value_clear(struct setting_value *v)
{
	setting_value_cut(v, 0);
	free(v->items);
	memset(v, 0, sizeof *v);
}

static int
make_room(struct setting_value *v)
{
	size_t room = v->room == 0 ? 1 : v->room * 2;
	char **items = realloc(v->items, room * sizeof *items);

	if (items == NULL)
		return -ENOMEM;
	v->items = items;
	v->room = room;
	return 0;
}

static int
value_add(struct setting_value *v, const char *text, size_t len)
{
	char *item;

	if (v->count == v->room && make_room(v) != 0)
		return -ENOMEM;
	if ((item = strndup(text, len)) == NULL)
		return -ENOMEM;
	v->items[v->count++] = item;
	return 0;
}

int
setting_value_copy(struct setting_value *to, const struct setting_value *from)
{
	memset(to, 0, sizeof *to);
	to->set = from->set;
	to->number = from->number;
	for (size_t i = 0; i < from->count; i++)
		if (value_add(to, from->items[i], strlen(from->items[i])) < 0) {
			setting_value_clear(to);
			return -ENOMEM;
		}
	return 0;
}

bool
setting_value_same(const struct setting_value *a, const struct setting_value *b)
{
	if (a->number != b->number || a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (strcmp(a->items[i], b->items[i]) != 0)
			return false;
	return true;
}

/* The length with blanks between the items. */
static size_t
length(const struct setting_value *v)
{
	size_t len = v->count - 1;

	for (size_t i = 0; i < v->count; i++)
		len += strlen(v->items[i]);
	return len;
}

size_t
setting_value_print(const struct setting_value *v, enum setting_kind kind,
    char *text, size_t size)
{
	static const char more[] = "...";
	bool whole;
	size_t at = 0;

	if (v->count == 0 && kind == KIND_RULE)
		return (size_t)snprintf(text, size, "%s", NO_RULE);
	if (v->count == 0 && (kind == KIND_ADDRS || kind == KIND_PORTS))
		return (size_t)snprintf(text, size, "%s", AUTO);
	if (v->count == 0)
		return (size_t)snprintf(
		    text, size, "%llu", (unsigned long long)v->number);
	whole = length(v) < size;
	for (size_t i = 0; i < v->count; i++) {
		if (!whole && at + strlen(v->items[i]) + sizeof more >= size) {
			(void)snprintf(text + at, size - at, "%s", more);
			break;
		}
		at += (size_t)snprintf(text + at, size - at, "%s%s",
		    v->items[i], i + 1 < v->count ? " " : "");
	}
	return length(v);
}

/* ---- one parser for each kind: 0, -EINVAL with *what, or -ENOMEM */

void
setting_quote(char out[SETTING_SHOWN + 8], const char *text)
{
	char safe[SETTING_SHOWN];
	size_t len = strlen(text);

	text_escape(safe, sizeof safe, text, len);
	snprintf(out, SETTING_SHOWN + 8, "\"%s\"", safe);
}

static int
refuse(const struct setting_row *row, const char *text, const char *right,
    char why[SETTING_WHY])
{
	char shown[SETTING_SHOWN + 8];

	setting_quote(shown, text);
	snprintf(why, SETTING_WHY, "%s: %s is not %s", row->key, shown, right);
	return -EINVAL;
}

static bool
parse_number(const struct setting_row *row, const char *text, uint64_t *number)
{
	return text_number(text, row->kind == KIND_BYTES, number) &&
	       *number >= row->least && *number <= row->most;
}

static int
take_number(struct setting_value *v, const struct setting_row *row,
    const char *text, char *why)
{
	char right[80];

	if (parse_number(row, text, &v->number))
		return 0;
	snprintf(right, sizeof right, "between %llu and %llu %s",
	    (unsigned long long)row->least, (unsigned long long)row->most,
	    row->form);
	return refuse(row, text, right, why);
}

/* The place of text among the row's forms, or -1. */
static int
find_form(const char *forms, const char *text)
{
	for (int i = 0;; i++) {
		size_t len = strcspn(forms, "|");
		bool open = len > 0 && forms[len - 1] == '*';

		if (open && strncmp(text, forms, len - 1) == 0 &&
		    text[len - 1] != '\0')
			return i;
		if (!open && strlen(text) == len &&
		    strncmp(text, forms, len) == 0)
			return i;
		if (forms[len] == '\0')
			return -1;
		forms += len + 1;
	}
}

/* "a|b|c" as "a, b or c"; a final * becomes "..." . */
static void
print_forms(char *out, size_t size, const char *forms)
{
	size_t at = 0;

	for (; *forms != '\0' && at + 8 < size; forms++) {
		bool last = strchr(forms + 1, '|') == NULL;

		if (*forms == '|')
			at += (size_t)snprintf(
			    out + at, size - at, "%s", last ? " or " : ", ");
		else if (*forms == '*')
			at += (size_t)snprintf(out + at, size - at, "...");
		else
			out[at++] = *forms;
	}
	out[at] = '\0';
}

static int
take_form(struct setting_value *v, const struct setting_row *row,
    const char *text, char *why)
{
	int found = find_form(row->form, text);
	char right[80];

	if (found < 0 || !text_is_name(text, strlen(text))) {
		if (strcmp(row->form, "*") == 0)
			return refuse(
			    row, text, "text without control characters", why);
		print_forms(right, sizeof right, row->form);
		return refuse(row, text, right, why);
	}
	/* A flag's words are "yes|no", and yes is 1. */
	v->number = (uint64_t)(row->kind == KIND_FLAG ? 1 - found : found);
	return value_add(v, text, strlen(text));
}

static int
too_long(const struct setting_row *row, char why[SETTING_WHY])
{
	snprintf(why, SETTING_WHY, "%s: not more than %d items or %d octets",
	    row->key, SETTING_ITEMS, SETTING_TEXT - 1);
	return -EINVAL;
}

static int
take_addr(struct setting_value *v, const struct setting_row *row,
    const char *item, char why[SETTING_WHY])
{
	char full[ADDR_TEXT];
	struct addr addr;

	if (addr_parse(&addr, item, SOCKS_PORT))
		return value_add(v, full, addr_print(&addr, full));
	return refuse(
	    row, item, "an address like 127.0.0.1:1080 or [::1]:1080", why);
}

static int
take_ip(struct setting_value *v, const struct setting_row *row,
    const char *item, char why[SETTING_WHY])
{
	bool takes_same = strstr(row->form, SAME) != NULL;
	char full[ADDR_TEXT];
	struct addr addr;

	if (v->count > 0 && strcmp(v->items[0], SAME) == 0)
		return refuse(row, item, "possible together with same", why);
	if (strcmp(item, SAME) == 0 && takes_same)
		return v->count == 0
			   ? value_add(v, SAME, sizeof SAME - 1)
			   : refuse(row, item,
				 "possible together with addresses", why);
	if (*item != '[' && addr_parse(&addr, item, 0) && addr.port == 0 &&
	    !addr_is_any(&addr))
		return value_add(v, full, addr_ip(&addr, full));
	return refuse(row, item,
	    takes_same ? "auto, same or an address like 192.0.2.1"
		       : "auto or an address like 192.0.2.1",
	    why);
}

/* The end of the number at text, or NULL; from 1 to 65535. */
static const char *
parse_port(const char *text, unsigned long *port)
{
	char *end;

	if (*text < '0' || *text > '9')
		return NULL;
	*port = strtoul(text, &end, 10);
	return *port >= 1 && *port <= 65535 ? end : NULL;
}

/* "40000-40100", or "40000" alone. */
static int
take_ports(struct setting_value *v, const struct setting_row *row,
    const char *text, char why[SETTING_WHY])
{
	unsigned long low = 0, high = 0;
	const char *at = parse_port(text, &low);

	if (strcmp(text, AUTO) == 0)
		return 0;
	if (at != NULL && *at == '\0')
		high = low;
	else if (at != NULL &&
		 (*at != '-' || (at = parse_port(at + 1, &high)) == NULL ||
		     *at != '\0'))
		at = NULL;
	if (at == NULL || low > high)
		return refuse(row, text, "auto or ports like 40000-40100", why);
	v->number = low << 16 | high;
	return value_add(v, text, strlen(text));
}

static int
take_endpoint(struct setting_value *v, const struct setting_row *row,
    const char *item, char why[SETTING_WHY])
{
	const char *right =
	    "it has control characters, or more than 255 octets";
	char full[ENDPOINT_TEXT], shown[SETTING_SHOWN + 8];
	struct endpoint endpoint;

	if (text_is_name(item, strlen(item)) &&
	    endpoint_parse(&endpoint, item, &right))
		return value_add(v, full, endpoint_print(&endpoint, full));
	setting_quote(shown, item);
	snprintf(why, SETTING_WHY, "%s: %s: %s", row->key, shown, right);
	return -EINVAL;
}

static int
take_one_addr(struct setting_value *v, const struct setting_row *row,
    const char *text, char why[SETTING_WHY])
{
	char right[60];
	char full[ADDR_TEXT];
	struct addr addr;

	if (strcmp(text, "off") == 0)
		return value_add(v, text, strlen(text));
	if (addr_parse(&addr, text, (uint16_t)row->least))
		return value_add(v, full, addr_print(&addr, full));
	(void)snprintf(right, sizeof right,
	    "off, or an address like 127.0.0.1:%u", (unsigned)row->least);
	return refuse(row, text, right, why);
}

/* Add the items of text, which are parted by spaces. */
static int
take_list(struct setting_value *v, const struct setting_row *row,
    const char *text, char why[SETTING_WHY])
{
	size_t old = v->count;
	char *copy = strdup(text), *rest = copy, *item;
	int err = copy == NULL ? -ENOMEM : 0;

	while (err == 0 && (item = strsep(&rest, " \t")) != NULL) {
		if (*item == '\0')
			continue;
		if (v->count == SETTING_ITEMS)
			err = too_long(row, why);
		else if (row->kind == KIND_LISTEN)
			err = take_addr(v, row, item, why);
		else if (row->kind == KIND_ADDRS)
			err = take_ip(v, row, item, why);
		else
			err = take_endpoint(v, row, item, why);
	}
	free(copy);
	if (err == 0 && v->count == old)
		err = refuse(row, text, row->form, why);
	if (err == 0 && length(v) >= SETTING_TEXT)
		err = too_long(row, why);
	return err;
}

/* Add the rules of text, which is their language's to part. */
static int
take_rules(struct setting_value *v, const struct setting_row *row,
    const char *text, char why[SETTING_WHY])
{
	char one[RULE_TEXT], wrong[RULE_WHY];
	unsigned word = 0;
	struct rule rule;
	int err = 0;

	if (strcmp(text, NO_RULE) == 0) {
		setting_value_cut(v, 0);
		return 0;
	}
	do {
		if (!rule_parse(&rule, &text, &word, wrong)) {
			snprintf(why, SETTING_WHY, "%s: %s", row->key, wrong);
			return -EINVAL;
		}
		err = value_add(v, one, rule_print(&rule, one));
	} while (err == 0 && *text != '\0');
	return err;
}

int
setting_value_take(struct setting_value *v, const struct setting_row *row,
    const char *text, char why[SETTING_WHY])
{
	switch (row->kind) {
	case KIND_COUNT:
	case KIND_BYTES:
	case KIND_SECONDS:
		return take_number(v, row, text, why);
	case KIND_FLAG:
	case KIND_CHOICE:
	case KIND_TEXT:
		return take_form(v, row, text, why);
	case KIND_PORTS:
		return take_ports(v, row, text, why);
	case KIND_RULE:
		return take_rules(v, row, text, why);
	case KIND_ADDR:
		return take_one_addr(v, row, text, why);
	case KIND_LISTEN:
	case KIND_ADMIN:
		break;
	case KIND_ADDRS:
		if (strcmp(text, AUTO) != 0)
			break;
		setting_value_cut(v, 0);
		return 0;
	}
	return take_list(v, row, text, why);
}

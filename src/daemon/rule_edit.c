/*
 * A rule added, moved or removed at run time. What becomes of it is a run-time
 * value of the setting `rule` that begins as a copy of what holds, so that the
 * file's rules do not count any more until it is unset.
 */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "core/rule.h"
#include "daemon/state.h"

/* The rules while they are rearranged. */
struct list {
	const char **texts;
	size_t n;
};

/* The place, from 0, that the change asks for among `most` lawful ones. */
static bool
find_place(struct change *c, size_t most, size_t *at)
{
	*at = most - 1;
	if (c->edit.place == 0)
		c->edit.place = most;
	if (c->edit.place <= most) {
		*at = (size_t)c->edit.place - 1;
		return true;
	}
	c->result = CHANGE_INVALID;
	(void)snprintf(c->why, sizeof c->why,
	    "there is no place %" PRIu64 ": want 1 to %zu, or 0 for the last",
	    c->edit.place, most);
	return false;
}

static bool
find_rule(const struct supervisor *s, struct change *c, size_t *at)
{
	*at = rules_find_id(s->rules, c->edit.id);
	if (*at == RULES_NONE)
		return change_refuse(c, CHANGE_MISSING,
		    "there is no rule of that id: list them again");
	if (rules_row(s->rules, *at).own)
		return change_refuse(c, CHANGE_REFUSED,
		    "that rule is the daemon's own: it stays, but a rule that "
		    "allows decides before it");
	return true;
}

static void
insert(struct list *l, size_t at, const char *text)
{
	memmove(
	    l->texts + at + 1, l->texts + at, (l->n - at) * sizeof *l->texts);
	l->texts[at] = text;
	l->n++;
}

static const char *
take_out(struct list *l, size_t at)
{
	const char *text = l->texts[at];

	l->n--;
	memmove(
	    l->texts + at, l->texts + at + 1, (l->n - at) * sizeof *l->texts);
	return text;
}

static bool
add(struct request *r, struct list *l, char text[RULE_TEXT])
{
	struct change *c = r->change;
	const char *at = c->value;
	unsigned word = 0;
	struct rule rule;
	size_t place;

	if (!rule_parse(&rule, &at, &word, c->why)) {
		c->result = CHANGE_INVALID;
		return false;
	}
	if (*at != '\0')
		return change_refuse(
		    c, CHANGE_INVALID, "want one rule, not several");
	(void)rule_print(&rule, text);
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->texts[i], text) == 0) {
			c->result = CHANGE_TAKEN;
			(void)snprintf(c->why, sizeof c->why,
			    "that rule is there, at place %zu", i + 1);
			return false;
		}
	if (!find_place(c, l->n + 1, &place))
		return false;
	insert(l, place, text);
	return true;
}

static bool
move(const struct supervisor *s, struct request *r, struct list *l)
{
	size_t from, to;

	if (!find_rule(s, r->change, &from) ||
	    !find_place(r->change, l->n, &to))
		return false;
	(void)snprintf(r->before, sizeof r->before, "%zu", from + 1);
	insert(l, to, take_out(l, from));
	return true;
}

static bool
take_away(const struct supervisor *s, struct request *r, struct list *l)
{
	size_t at;

	if (!find_rule(s, r->change, &at))
		return false;
	r->change->edit.place = at + 1;
	(void)snprintf(r->before, sizeof r->before, "%s", take_out(l, at));
	return true;
}

/* With blanks between; NULL: out of memory. */
static char *
join(const struct list *l)
{
	size_t len = sizeof "none";
	char *whole, *at;

	for (size_t i = 0; i < l->n; i++)
		len += strlen(l->texts[i]) + 1;
	whole = at = malloc(len);
	if (whole != NULL && l->n == 0)
		(void)strcpy(whole, "none");
	for (size_t i = 0; whole != NULL && i < l->n; i++) {
		at = stpcpy(at, l->texts[i]);
		if (i + 1 < l->n)
			at = stpcpy(at, " ");
	}
	return whole;
}

static bool
edit(const struct supervisor *s, struct request *r, struct list *l)
{
	struct change *c = r->change;
	char text[RULE_TEXT], *whole;
	bool good = false;

	if (c->edit.kind == RULE_EDIT_ADD)
		good = add(r, l, text);
	else if (c->edit.kind == RULE_EDIT_MOVE)
		good = move(s, r, l);
	else
		good = take_away(s, r, l);
	if (!good)
		return false;
	if ((whole = join(l)) == NULL)
		return change_refuse(c, CHANGE_FAILED, "out of memory");
	free(c->value);
	c->value = whole;
	return true;
}

bool
rule_edit(const struct supervisor *s, struct request *r)
{
	struct list l = { 0 };
	const char *const *items =
	    settings_list(s->settings, SETTING_rule, &l.n);
	bool good;

	l.texts = calloc(l.n + 1, sizeof *l.texts);
	if (l.texts == NULL)
		return change_refuse(r->change, CHANGE_FAILED, "out of memory");
	for (size_t i = 0; i < l.n; i++)
		l.texts[i] = items[i];
	r->was = settings_origin(s->settings, SETTING_rule);
	good = edit(s, r, &l);
	free(l.texts);
	return good;
}

void
rule_edit_log(
    const struct supervisor *s, const struct request *r, const char *actor)
{
	const struct rule_edit *edit = &r->change->edit;
	struct rules_row rule = { .id = edit->id, .text = r->before };

	if (edit->kind != RULE_EDIT_REMOVE)
		rule = rules_row(s->rules, (size_t)edit->place - 1);
	if (edit->kind == RULE_EDIT_MOVE)
		log_info("admin", "rule moved",
		    "by=%s id=%" PRIu64 " before=%s after=%" PRIu64
		    " rule=\"%s\"",
		    actor, rule.id, r->before, edit->place, rule.text);
	else
		log_info("admin",
		    edit->kind == RULE_EDIT_ADD ? "rule added" : "rule removed",
		    "by=%s id=%" PRIu64 " place=%" PRIu64 " rule=\"%s\"", actor,
		    rule.id, edit->place, rule.text);
	if (r->was == ORIGIN_FILE || r->was == ORIGIN_OPTION)
		log_info("admin", "rules are set at run time",
		    "those of the %s do not count until: socks5ctl unset rule",
		    setting_origins[r->was]);
}

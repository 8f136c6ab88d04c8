#include "tui/form.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/utf8.h"

void
form_open(
    struct form *f, enum form_kind kind, const char *title, const char *button)
{
	form_wipe(f);
	f->kind = kind;
	f->title = title;
	f->button = button;
}

struct field *
form_field(
    struct form *f, enum field_kind kind, const char *label, const char *hint)
{
	struct field *field = &f->fields[f->n++];

	*field = (struct field){
		.kind = kind,
		.label = label,
		.hint = hint,
		.most = FIELD_MOST,
	};
	return field;
}

void
field_set(struct field *field, const char *text)
{
	(void)snprintf(field->text, field->most + 1, "%s", text);
	field->len = field->at = strlen(field->text);
}

void
field_clear(struct field *field)
{
	explicit_bzero(field->text, sizeof field->text);
	field->len = field->at = 0;
}

void
form_wipe(struct form *f)
{
	explicit_bzero(f, sizeof *f);
}

bool
form_good(const struct form *f)
{
	for (int i = 0; i < f->n; i++)
		if (f->fields[i].problem[0] != '\0')
			return false;
	return true;
}

uint64_t
form_number(const struct field *f)
{
	return strtoull(f->text, NULL, 10);
}

void
form_move(struct form *f, int by)
{
	int all = f->n + 1;

	f->focus = (f->focus + by + all) % all;
}

void
form_go(struct form *f, int field)
{
	if (field >= 0 && field < f->n)
		f->focus = field;
}

/* What was said of the field before, and answered, is of another value. */
static void
changed(struct form *f)
{
	f->touched = true;
	f->fields[f->focus].refused[0] = '\0';
	f->answer[0] = '\0';
}

void
form_choose(struct form *f, unsigned choice)
{
	struct field *field = &f->fields[f->focus];

	if (f->focus >= f->n || field->kind != FIELD_CHOICE ||
	    choice >= FORM_CHOICES || field->names[choice] == NULL)
		return;
	changed(f);
	field->choice = choice;
}

/* Where the character before the cursor begins. */
static size_t
before(const struct field *f)
{
	size_t at = f->at;

	while (at > 0 && (f->text[--at] & 0xc0) == 0x80)
		;
	return at;
}

static size_t
after(const struct field *f)
{
	size_t at = f->at;

	if (at < f->len)
		at++;
	while (at < f->len && (f->text[at] & 0xc0) == 0x80)
		at++;
	return at;
}

static void
cut(struct field *f, size_t from, size_t to)
{
	memmove(f->text + from, f->text + to, f->len - to);
	f->len -= to - from;
	memset(f->text + f->len, 0, sizeof f->text - f->len);
	f->at = from;
}

static void
insert(struct field *f, uint32_t cp)
{
	char one[4];
	size_t n = utf8_put(one, cp);

	if (f->len + n > f->most)
		return;
	memmove(f->text + f->at + n, f->text + f->at, f->len - f->at);
	memcpy(f->text + f->at, one, n);
	f->len += n;
	f->at += n;
	f->text[f->len] = '\0';
}

static bool
edit(struct field *f, uint32_t code)
{
	switch (code) {
	case INPUT_LEFT:
		f->at = before(f);
		return true;
	case INPUT_RIGHT:
		f->at = after(f);
		return true;
	case INPUT_HOME:
	case INPUT_CTRL('A'):
		f->at = 0;
		return true;
	case INPUT_END:
	case INPUT_CTRL('E'):
		f->at = f->len;
		return true;
	case INPUT_BACKSPACE:
		cut(f, before(f), f->at);
		return true;
	case INPUT_DELETE:
		cut(f, f->at, after(f));
		return true;
	}
	if (code < 0x20 || code >= INPUT_UP || utf8_width(code) == 0)
		return false;
	insert(f, code);
	return true;
}

/* The next choice, around. */
static unsigned
step(const struct field *f, int by)
{
	int n = 0;

	while (n < FORM_CHOICES && f->names[n] != NULL)
		n++;
	return n == 0 ? 0 : (unsigned)(((int)f->choice + by + n) % n);
}

bool
form_key(struct form *f, struct key k)
{
	struct field *field = &f->fields[f->focus];

	if (f->focus >= f->n)
		return false;
	changed(f);
	if (field->kind != FIELD_CHOICE)
		return edit(field, k.code);
	if (k.pasted ||
	    (k.code != ' ' && k.code != INPUT_LEFT && k.code != INPUT_RIGHT))
		return false;
	field->choice = step(field, k.code == INPUT_LEFT ? -1 : 1);
	return true;
}

/*
 * A few fields one types into: plain data, edited by keys. What the texts mean
 * and whether they may be sent is the business of who opened it. One thread.
 */

#ifndef TUI_FORM_H
#define TUI_FORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/canvas.h"
#include "tui/input.h"

enum form_kind {
	FORM_CONNECT,
	FORM_USER_ADD,
	FORM_USER_EDIT,
	FORM_USER_PASSWORD,
	FORM_RULE_ADD,
	FORM_RULE_TEST,
	FORM_SAVE,
	FORM_SETTING, /* drawn inside the settings view */
	FORM_FILTER,  /* these are drawn on the prompt line */
	FORM_SEARCH,
	FORM_COMMAND,
	FORM_KINDS,
};

enum field_kind {
	FIELD_TEXT,
	FIELD_SECRET,
	FIELD_CHOICE,
};

enum { FORM_FIELDS = 9, FORM_CHOICES = 3, FIELD_MOST = 255 };

struct field {
	enum field_kind kind;
	const char *label;
	const char *hint;                /* what would be right */
	const char *names[FORM_CHOICES]; /* of a FIELD_CHOICE; NULL behind */
	unsigned choice;
	bool wide; /* a line of its own: neither hint nor problem beside it */
	size_t len, at, most;      /* octets, cursor, room */
	char text[FIELD_MOST + 1]; /* ends in NUL */
	char problem[64];          /* "" if it may be sent */
	char warning[64];          /* it may, and should be thought about */
	char refused[64];          /* by the daemon, until it is edited */
};

struct form {
	enum form_kind kind;
	const char *title, *button;
	struct field fields[FORM_FIELDS];
	int n, focus; /* focus == n: the button */
	bool reveal;  /* secrets are shown */
	bool touched; /* something was typed */
	bool busy;    /* sent, not answered yet */
	char problem[160];
	char answer[160]; /* what was asked and answered */
	char titled[320]; /* a title made for this form; title points here */
};

/* Empty; add the fields with form_field(). */
void
form_open(struct form *, enum form_kind, const char *title, const char *button);
struct field *
form_field(struct form *, enum field_kind, const char *label, const char *hint);
void field_set(struct field *, const char *text);
void field_clear(struct field *);

/* Take a key that edits the field in focus; false if it means nothing here. */
bool form_key(struct form *, struct key);

/* Move the focus by one, around, or to a field; choose in the field there. */
void form_move(struct form *, int by);
void form_go(struct form *, int field);
void form_choose(struct form *, unsigned choice);

/* No field has a problem. */
bool form_good(const struct form *);

/* A field as a whole number; 0 if it is empty. */
uint64_t form_number(const struct field *);

/* Forget all that was typed, in memory too. */
void form_wipe(struct form *);

/* Draw one field's input, w columns wide; puts the cursor there if in focus. */
void form_draw_field(
    struct canvas *, int x, int y, int w, const struct form *, int field);

/* The whole form in a box of its own, centred. */
void form_draw(struct canvas *, const struct form *, const char *const *notes);

#endif

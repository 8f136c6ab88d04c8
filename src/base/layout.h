/*
 * Records as field tables: pack, parse, read from words, print.
 *
 * A record is a struct whose members a table describes, so that one codec
 * serves them all. The same record may travel in several forms (front ends)
 * that differ in widths only. Nothing here allocates. Any thread.
 */

#ifndef BASE_LAYOUT_H
#define BASE_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/secret.h"
#include "base/wire.h"

enum layout_kind {
	LAYOUT_NUMBER, /* uint64_t */
	LAYOUT_FLAG,   /* uint64_t: 0 or 1, in words no or yes */
	LAYOUT_CHOICE, /* uint64_t: a place in a list of words */
	LAYOUT_TIME,   /* uint64_t: Unix seconds, 0 never */
	LAYOUT_TEXT,   /* struct layout_text */
	LAYOUT_SECRET, /* struct secret; has no printer */
};

enum { LAYOUT_FORMS = 3 };

/* How a person gives a field of a request in words. */
enum layout_given {
	LAYOUT_WORD,  /* as the next word, which must be there */
	LAYOUT_MAYBE, /* as the next word, if there is one */
	LAYOUT_REST,  /* a TEXT: as all the words that are left, at least one */
	LAYOUT_OPTION, /* as --NAME VALUE, a CHOICE also as --WORD, if at all */
	LAYOUT_NAMED,  /* as --NAME VALUE alone, if at all */
	LAYOUT_ASKED,  /* a SECRET: it is asked for */
	LAYOUT_PROGRAM, /* not at all: programs only */
	LAYOUT_CURSOR,  /* the same: layout_cursor() of the last row, or 0 */
	LAYOUT_PAGE,    /* the same: 1, 2 and on, until there is no such page */
};

/* Up to 255 octets; bytes[len] is 0, but others may be too: peers send it. */
struct layout_text {
	uint8_t len;
	char bytes[256];
};

struct layout_field {
	const char *name; /* a C name; the key in JSON */
	const char *unit; /* or, for a CHOICE, its words with spaces between;
			     for a TEXT those that it may be, if there are so
			     few */
	const char *help;
	enum layout_kind kind;
	enum layout_given given;
	uint16_t offset; /* of the member */

	/*
	 * Octets in each form: of the number, or of the length in front of a
	 * text or secret (always 1). 0: the field is not in that form.
	 */
	uint8_t width[LAYOUT_FORMS];
};

struct layout {
	const char *name;
	size_t size; /* of the struct */
	const struct layout_field *fields;
	size_t nfields;
};

void layout_text_set(struct layout_text *, const void *bytes, size_t len);

/* Write a record; numbers too large for their width become the largest. */
void layout_pack(
    struct wr *, const struct layout *, unsigned form, const void *record);

/*
 * Read a record; fields that are not in the form become 0. Texts may be empty:
 * what a value means is not decided here. True when it was all there; else the
 * cursor has failed and the record holds part of it.
 */
bool
layout_parse(struct rd *, const struct layout *, unsigned form, void *record);

/*
 * The same from a body that is all there, written by an older or a newer
 * program: fields it ends before become 0, and what comes behind the last one
 * is left alone. False: it ends inside a field.
 */
bool layout_parse_known(
    struct rd *, const struct layout *, unsigned form, void *record);

/* The most octets a record takes in a form. */
size_t layout_most(const struct layout *, unsigned form);

/*
 * Read one field from a word a person typed. False: it cannot be that, and
 * *why is a constant text that says what would have been right.
 */
bool layout_scan(const struct layout_field *, void *record, const char *word,
    const char **why);

/*
 * Print one field safely for a terminal (names escaped), cut at `size`; returns
 * the length. A SECRET prints as "***".
 */
size_t layout_print(
    const struct layout_field *, const void *record, char *out, size_t size);

/* The same as a JSON value: a number, true, false or a quoted string. */
size_t layout_json(
    const struct layout_field *, const void *record, char *out, size_t size);

/* Room that every layout_print() and layout_json() fits in. */
enum { LAYOUT_PRINT = 255 * 6 + 3 };

/*
 * Where in the last row of a list a request's CURSOR comes from: after_NAME
 * from the field NAME, else from the first; NULL if there is none.
 */
const struct layout_field *
layout_cursor(const struct layout_field *cursor, const struct layout *row);

/* Octets of a member of that kind, in the struct. */
size_t layout_member(enum layout_kind);

/* Read a number field; the member must not be a text or a secret. */
uint64_t layout_number(const struct layout_field *, const void *record);

#endif

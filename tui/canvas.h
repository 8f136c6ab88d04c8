/*
 * A screen of cells. Views draw on it, tests read it, one file shows it.
 *
 * Coordinates begin at 0 in the upper left corner. Whatever falls outside the
 * clip rectangle is dropped without an error, so a view never has to know how
 * small its window is. Only canvas_open() allocates. One thread.
 */

#ifndef TUI_CANVAS_H
#define TUI_CANVAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum role {
#define ROLE(id, ...) ROLE_##id,
#include "tui/roles.def"
	ROLE_COUNT,
};

struct role_row {
	const char *id;
	char letter;
	short dark, light, plain; /* palette numbers; see there */
	const char *attr, *mono;
};

extern const struct role_row role_rows[ROLE_COUNT];

/* What the terminal can show: each set includes the one before. */
enum glyphs {
	GLYPHS_ASCII,
	GLYPHS_BLOCK,   /* lines and eighths of a block */
	GLYPHS_BRAILLE, /* and braille dots, rounded corners */
};

/* A sign that looks different in each set. */
enum glyph {
	GLYPH_HLINE,
	GLYPH_VLINE,
	GLYPH_CORNER, /* and the next three: top right, bottom left, right */
	GLYPH_CORNER_TR,
	GLYPH_CORNER_BL,
	GLYPH_CORNER_BR,
	GLYPH_MORE, /* text was cut here */
	GLYPH_MASK, /* a password's character */
	GLYPH_UP,   /* sorted upwards */
	GLYPH_DOWN, /* and downwards */
	GLYPH_LEFT, /* there is more on that side */
	GLYPH_RIGHT,
	GLYPH_ARROW, /* becomes */
	GLYPH_BAR,   /* the full and the empty part of a meter */
	GLYPH_TRACK,
	GLYPH_DOT, /* separates short texts */
	GLYPH_COUNT,
};

struct rect {
	int x, y, w, h;
};

struct cell {
	uint32_t cp;
	uint8_t role;
	uint8_t width; /* 1, 2, or 0 for the right half of a wide one */
};

/*
 * What a click there means. Who draws something that can be clicked says so at
 * once, so that no place is written twice; the last one drawn is on top.
 */
enum spot_kind {
	SPOT_NONE,
	SPOT_KEY,    /* value: the key it stands for */
	SPOT_ROW,    /* of the list; value: its number, id: what it is */
	SPOT_SORT,   /* a heading; value: what the list is sorted by then */
	SPOT_LINE,   /* of a menu or the help; value: its number */
	SPOT_FIELD,  /* of a form; value: its number */
	SPOT_CHOICE, /* of a field; value: 256 times that, and the choice's */
};

struct spot {
	struct rect at;
	enum spot_kind kind;
	uint32_t value;
	uint64_t id;
};

struct canvas {
	int w, h;
	enum glyphs glyphs;
	struct rect clip;
	int cursor_x, cursor_y; /* where readers and braille lines look */
	bool cursor_shown;      /* typing goes there */
	struct cell *cells;     /* w * h, by rows; owned */
	struct spot *spots;     /* owned */
	int nspots, most_spots; /* none of them counts if there is no room */
	uint64_t scene;         /* which screen it is, for who clicks on it */
};

/* 0 or -ENOMEM; opening again changes the size and clears. */
int canvas_open(struct canvas *, int w, int h, enum glyphs);
void canvas_close(struct canvas *);

/* Blank, clip and cursor as after canvas_open(). */
void canvas_clear(struct canvas *);

/* Draw only inside both this and the clip so far; returns the old clip. */
struct rect canvas_clip(struct canvas *, struct rect);

struct rect canvas_all(const struct canvas *);
uint32_t canvas_glyph(const struct canvas *, enum glyph);

void canvas_put(struct canvas *, int x, int y, uint32_t cp, enum role);
void canvas_fill(struct canvas *, struct rect, uint32_t cp, enum role);
void canvas_hline(struct canvas *, int x, int y, int w);

/* Give all cells of a rectangle one role; the text stays. */
void canvas_tint(struct canvas *, struct rect, enum role);

/* UTF-8 text; returns the column behind it. */
int canvas_text(struct canvas *, int x, int y, enum role, const char *);

/* The same in at most w columns; what is cut ends in GLYPH_MORE. */
int canvas_cut(struct canvas *, int x, int y, int w, enum role, const char *);

/* The same, ending before column x; returns where it begins. */
int canvas_right(struct canvas *, int x, int y, enum role, const char *);

int canvas_print(struct canvas *, int x, int y, enum role, const char *format,
    ...) __attribute__((format(printf, 5, 6)));

/* A click inside both this and the clip means that. */
void canvas_spot(struct canvas *, struct rect, enum spot_kind, uint32_t value);

/* What a click on that cell means; any x and y. */
struct spot canvas_hit(const struct canvas *, int x, int y);

/*
 * A frame with a title at the left and a note at the right of its upper edge
 * (either may be NULL); the inside is blanked, also for clicks. Returns the
 * inside.
 */
struct rect
canvas_box(struct canvas *, struct rect, const char *title, const char *note);

/* A meter of w columns, `part` (0 to 1) of it filled. */
void canvas_meter(struct canvas *, int x, int y, int w, double part, enum role);

/* Columns that UTF-8 text takes. */
int canvas_width(const char *text);

/*
 * Row y as UTF-8 without blanks at its end, or its roles as letters; for tests
 * and plain output. Returns the length; `size` should be 4 * w + 1.
 */
size_t canvas_row(const struct canvas *, int y, char *out, size_t size);
size_t canvas_roles(const struct canvas *, int y, char *out, size_t size);

/* Octets of a text that fit a line of w columns, one character at least; the
 * line ends at a word if it can, at a blank that is not drawn. All of them: it
 * needs no other line. */
size_t canvas_fit(const char *text, int w);

#endif

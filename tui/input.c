#include "tui/input.h"

#include <string.h>

#include "tui/utf8.h"

enum {
	ESC_MS = 25,
	ESC_MOST = 1000,
	REST_MS = 500, /* for the rest of a sequence that has begun */
	PASTE_MS = 3000,
	PASTE_BEGIN = 200,
	PASTE_END = 201,
	MOUSE_WHEEL = 64,  /* in a report: the first wheel, turned up */
	MOUSE_ROOM = 1000, /* a number of a report may have four digits */
};

void
input_start(struct input *in, unsigned esc_ms)
{
	*in = (struct input){
		.esc_ms = esc_ms == 0 || esc_ms > ESC_MOST ? ESC_MS : esc_ms,
		.pressed_x = -1,
	};
}

static bool
key(struct input *in, struct key *out, uint32_t code)
{
	in->state = INPUT_PLAIN;
	*out = (struct key){ code, in->pasting };
	return code != 0;
}

static bool
plain(struct input *in, uint8_t c, struct key *out)
{
	if (c == 0x1b) {
		in->state = INPUT_ESCAPE;
		return false;
	}
	if (c < 0x80)
		return key(in, out, c == 0x08 ? INPUT_BACKSPACE : c);
	in->want = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
	if (c < 0xc2 || c > 0xf4)
		return false;
	in->utf8[0] = c;
	in->have = 1;
	in->state = INPUT_UTF8;
	return false;
}

static bool
utf8(struct input *in, uint8_t c, struct key *out)
{
	const char *at = (const char *)in->utf8;
	uint32_t cp;

	if ((c & 0xc0) != 0x80) {
		in->state = INPUT_PLAIN;
		return plain(in, c, out);
	}
	in->utf8[in->have++] = c;
	if (in->have < in->want)
		return false;
	cp = utf8_next(&at, in->have);
	return key(in, out, cp == 0xfffd || utf8_width(cp) == 0 ? 0 : cp);
}

static bool
escape(struct input *in, uint8_t c, struct key *out)
{
	in->number = 0;
	in->first = true;
	in->modified = false;
	in->have = 0;
	switch (c) {
	case '[':
		in->state = INPUT_CSI;
		return false;
	case 'O':
		in->state = INPUT_SS3;
		return false;
	case ']':
	case 'P':
	case 'X':
	case '^':
	case '_':
		in->state = INPUT_STRING;
		return false;
	case 0x1b: /* the first was a key of its own */
		(void)key(in, out, INPUT_ESC);
		in->state = INPUT_ESCAPE;
		return true;
	}
	/* Alt with a key, or the begin of something longer. */
	in->state = c >= 0x20 && c < 0x30 ? INPUT_ESCAPE : INPUT_PLAIN;
	return false;
}

/* Keys that end in ~: their number. */
static uint32_t
tilde(uint32_t number)
{
	static const uint8_t f[] = { 1, 2, 3, 4, 5, 0, 6, 7, 8, 9, 10, 0, 11,
		12 };
	static const uint32_t keypad[] = { 0, INPUT_HOME, INPUT_INSERT,
		INPUT_DELETE, INPUT_END, INPUT_PGUP, INPUT_PGDN, INPUT_HOME,
		INPUT_END };

	if (number < sizeof keypad / sizeof *keypad)
		return keypad[number];
	if (number < 11 || number - 11 >= sizeof f || f[number - 11] == 0)
		return 0;
	return INPUT_F((uint32_t)f[number - 11]);
}

/* Keys that end in a letter, behind ESC [ or ESC O. */
static uint32_t
letter(uint8_t c)
{
	static const struct {
		char final;
		uint32_t code;
	} rows[] = {
		{ 'A', INPUT_UP },
		{ 'B', INPUT_DOWN },
		{ 'C', INPUT_RIGHT },
		{ 'D', INPUT_LEFT },
		{ 'F', INPUT_END },
		{ 'H', INPUT_HOME },
		{ 'M', INPUT_ENTER },
		{ 'P', INPUT_F(1) },
		{ 'Q', INPUT_F(2) },
		{ 'R', INPUT_F(3) },
		{ 'S', INPUT_F(4) },
		{ 'Z', INPUT_BTAB },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (rows[i].final == (char)c)
			return rows[i].code;
	return 0;
}

static bool
csi_final(struct input *in, uint8_t c, struct key *out)
{
	uint32_t code;

	in->state = INPUT_PLAIN;
	if (c == '~' && !in->modified && in->number == PASTE_BEGIN) {
		in->pasting = true;
		return false;
	}
	if (c == '~' && in->number == PASTE_END) {
		in->pasting = false;
		return false;
	}
	if (c == 'M' || in->modified) {
		if (c == 'M' && in->first && in->number == 0) {
			in->state = INPUT_MOUSE;
			in->have = 0;
		}
		return false;
	}
	code = c == '~' ? tilde(in->number) : letter(c);
	return !in->pasting && key(in, out, code);
}

static bool
csi(struct input *in, uint8_t c, struct key *out)
{
	if (c == 0x1b) {
		in->state = INPUT_ESCAPE;
		return false;
	}
	if (c == '[' && in->first && in->number == 0 && !in->modified) {
		in->state = INPUT_LINUX;
		return false;
	}
	if (c == '<' && in->have == 0) {
		memset(in->report, 0, sizeof in->report);
		in->state = INPUT_SGR;
		return false;
	}
	in->have = 1;
	if (c >= 0x40 && c <= 0x7e)
		return csi_final(in, c, out);
	if (c < '0' || c > '9') {
		in->modified = true;
		in->first = false;
	} else if (in->first && in->number < 100000) {
		in->number = in->number * 10 + (uint32_t)(c - '0');
	}
	return false;
}

/* ---- the mouse */

/* A click is a press and a release at one place: dragging does nothing. */
static bool
button(struct input *in, bool pressed, struct key *out)
{
	bool there = in->x == in->pressed_x && in->y == in->pressed_y;

	in->pressed_x = pressed ? in->x : -1;
	in->pressed_y = in->y;
	return !pressed && there && key(in, out, INPUT_CLICK);
}

/* A whole report; of what else buttons and modifiers say there is no key. */
static bool
reported(struct input *in, bool pressed, struct key *out)
{
	uint32_t what = in->report[0];

	if (in->report[1] == 0 || in->report[2] == 0 || in->pasting)
		return false;
	in->x = (int)in->report[1] - 1;
	in->y = (int)in->report[2] - 1;
	if (what == 0)
		return button(in, pressed, out);
	in->pressed_x = -1;
	return pressed && what >= MOUSE_WHEEL && what < MOUSE_WHEEL + 4 &&
	       key(in, out, INPUT_WHEEL_UP + (what - MOUSE_WHEEL));
}

/* Three numbers with semicolons between, then M or m; anything else is none. */
static bool
sgr(struct input *in, uint8_t c, struct key *out)
{
	uint32_t *n = &in->report[in->have];

	if (c >= '0' && c <= '9' && *n < MOUSE_ROOM) {
		in->first = false;
		*n = *n * 10 + (uint32_t)(c - '0');
		return false;
	}
	if (c == ';' && !in->first && in->have < 2) {
		in->first = true;
		in->have++;
		return false;
	}
	in->state = INPUT_PLAIN;
	if ((c == 'M' || c == 'm') && !in->first && in->have == 2)
		return reported(in, c == 'M', out);
	in->modified = true; /* swallow the rest */
	in->first = false;
	in->state = INPUT_CSI;
	in->have = 1;
	return csi(in, c, out);
}

static bool
string(struct input *in, uint8_t c)
{
	if (c == 0x07 || (in->state == INPUT_STRING_ESC && c == '\\'))
		in->state = INPUT_PLAIN;
	else
		in->state = c == 0x1b ? INPUT_STRING_ESC : INPUT_STRING;
	return false;
}

bool
input_byte(struct input *in, uint8_t c, struct key *out)
{
	switch (in->state) {
	case INPUT_PLAIN:
		return plain(in, c, out);
	case INPUT_UTF8:
		return utf8(in, c, out);
	case INPUT_ESCAPE:
		return escape(in, c, out);
	case INPUT_CSI:
		return csi(in, c, out);
	case INPUT_SS3:
		in->state = INPUT_PLAIN;
		return !in->pasting && key(in, out, letter(c));
	case INPUT_LINUX:
		in->state = INPUT_PLAIN;
		return c >= 'A' && c <= 'E' && !in->pasting &&
		       key(in, out, INPUT_F((uint32_t)(c - 'A' + 1)));
	case INPUT_MOUSE:
		if (++in->have == 3)
			in->state = INPUT_PLAIN;
		return false;
	case INPUT_SGR:
		return sgr(in, c, out);
	case INPUT_STRING:
	case INPUT_STRING_ESC:
		return string(in, c);
	}
	return false;
}

unsigned
input_wait_ms(const struct input *in)
{
	if (in->state == INPUT_ESCAPE)
		return in->esc_ms;
	if (in->state != INPUT_PLAIN)
		return REST_MS;
	return in->pasting ? PASTE_MS : 0;
}

bool
input_timeout(struct input *in, struct key *out)
{
	bool esc = in->state == INPUT_ESCAPE && !in->pasting;

	if (in->state == INPUT_PLAIN)
		in->pasting = false;
	in->state = INPUT_PLAIN;
	return esc && key(in, out, INPUT_ESC);
}

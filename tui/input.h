/*
 * Bytes from a terminal as keys. A state machine without I/O: what is not a
 * known sequence is swallowed whole, so that no rest of it runs a command, and
 * pasted text is marked. One thread.
 *
 * Of a mouse that the terminal was asked to report (modes 1000 and 1006: what
 * xterm's ctlseqs calls SGR) a click of the left button without modifiers is a
 * key, once it is released where it was pressed, and so is a turn of a wheel.
 *
 * ESC alone is a key only when nothing follows it for input_wait_ms(); the
 * caller then calls input_timeout().
 */

#ifndef TUI_INPUT_H
#define TUI_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Keys are Unicode characters, controls, or one of these. */
enum {
	INPUT_TAB = 0x09,
	INPUT_ENTER = 0x0d,
	INPUT_ESC = 0x1b,
	INPUT_BACKSPACE = 0x7f,
	INPUT_UP = 0x110000,
	INPUT_DOWN,
	INPUT_LEFT,
	INPUT_RIGHT,
	INPUT_HOME,
	INPUT_END,
	INPUT_INSERT,
	INPUT_DELETE,
	INPUT_PGUP,
	INPUT_PGDN,
	INPUT_BTAB,
	INPUT_F0,
	INPUT_CLICK = INPUT_F0 + 64, /* these have a place: see struct input */
	INPUT_WHEEL_UP,
	INPUT_WHEEL_DOWN,
	INPUT_WHEEL_LEFT,
	INPUT_WHEEL_RIGHT,
};

#define INPUT_F(n) (INPUT_F0 + (n))
#define INPUT_CTRL(letter) ((letter)&0x1f)

struct key {
	uint32_t code;
	bool pasted; /* part of a paste: text, never a command */
};

enum input_state {
	INPUT_PLAIN,
	INPUT_UTF8,   /* inside a character */
	INPUT_ESCAPE, /* behind ESC */
	INPUT_CSI,    /* behind ESC [ */
	INPUT_SS3,    /* behind ESC O */
	INPUT_LINUX,  /* behind ESC [ [ */
	INPUT_MOUSE,  /* three octets behind ESC [ M */
	INPUT_SGR,    /* behind ESC [ < */
	INPUT_STRING, /* in an OSC, DCS, APC, PM or SOS */
	INPUT_STRING_ESC,
};

struct input {
	enum input_state state;
	uint8_t utf8[4];
	uint8_t have, want;       /* octets of a character, or of a sequence */
	uint32_t number;          /* the first parameter of a sequence */
	uint32_t report[3];       /* of the mouse: button, column, row */
	int x, y;                 /* of the last of the mouse's keys, from 0 */
	int pressed_x, pressed_y; /* the left button, there; -1: it is not */
	bool first;               /* still in that parameter */
	bool modified;            /* it has more parameters or intermediates */
	bool pasting;
	unsigned esc_ms;
};

/* esc_ms: how long an ESC waits for what follows, up to 1000; else 25. */
void input_start(struct input *, unsigned esc_ms);

/* Take one octet; true if it completed a key. */
bool input_byte(struct input *, uint8_t octet, struct key *);

/* How long to wait for the next octet before input_timeout(); 0: no limit. */
unsigned input_wait_ms(const struct input *);

/* Nothing came: true if that makes it a key (ESC). Else a rest is dropped. */
bool input_timeout(struct input *, struct key *);

#endif

/*
 * The parts of the loop: console.c carries events to update(),
 * console_effects.c does what it wishes, console_tty.c is its terminal. Only
 * they include this.
 */

#ifndef TUI_CONSOLE_LOOP_H
#define TUI_CONSOLE_LOOP_H

#include <event2/event.h>

#include "tui/console.h"
#include "tui/feed.h"
#include "tui/fleet.h"
#include "tui/input.h"
#include "tui/out.h"
#include "tui/record.h"
#include "tui/replay.h"
#include "tui/save.h"
#include "tui/update.h"

enum { CONSOLE_SIGNALS = 7 };

/* Those handled in the loop. */
extern const int console_signals[CONSOLE_SIGNALS];

/* A recording that is played: the event that comes next. */
struct replay_step {
	struct event event;
	bool there;
};

struct console {
	struct event_base *base;
	struct console_options *options;
	struct feed *feed;
	struct fleet *fleet; /* NULL: no daemon has a name */
	struct model model;
	struct effects effects;
	struct canvas canvas;
	struct input input;
	struct out out;
	struct event *keys, *wake, *esc, *frame, *resize,
	    *signals[CONSOLE_SIGNALS];
	int tty;
	int killed_by; /* a signal that ends the program */
	bool acting;   /* inside act(): effects wait their turn */
	bool away;     /* the terminal belongs to the shell */
	bool dirty, done;
	struct record *record; /* or NULL */
	struct replay *replay; /* or NULL: then there is no daemon */
	struct replay_step step;
	struct save *saving; /* or NULL */
	struct event *save;  /* its next slice */
	char where[SAVE_WHERE];
	uint64_t drawn; /* ms of the last frame that data asked for */
};

/* ---- console.c */

/* Start a timer. */
void console_after(struct event *timer, uint64_t ms);

/* Something happened: model, effects, the next wake-up. */
void console_happen(struct console *, struct event *);

/* End the loop; a signal's number, or 0 for a person's wish. */
void console_quit(struct console *, int by_signal);

/* ---- console_effects.c */

/* Do what update() wished. What comes of it may wish more: that queues up. */
void console_carry_out(struct console *);

void console_on_save(evutil_socket_t, short what, void *arg);

/* ---- console_replay.c */

/* Read the head; 0, or the exit status, told. */
int console_replay_open(struct console *, const char *path);

/* Play the event whose time has come; keys mean something else meanwhile. */
void console_replay_step(struct console *);
void console_replay_key(struct console *, struct key);

/* ---- console_tty.c */

/* Take over the terminal; -1, and *why says what it lacks. */
int console_open_terminal(struct console *, const char **why);

/* Give it back as it was. */
void console_leave(struct console *);

/* Draw now, or as soon as the terminal took the frame before. */
void console_draw(struct console *);

/* Draw soon: for data, which comes in many parts. */
void console_draw_soon(struct console *);

/* Take the terminal's size, and draw all. */
void console_fit(struct console *);

/* Colours and glyphs as the model has them. */
void console_look(struct console *);

/* Does this type of terminal understand, or pass over, newer sequences? */
bool console_knows_sequences(void);

/* Have it report the mouse as the model wishes, or not. */
void console_mouse(struct console *, bool on);

/* Give it; "": the row under the cursor. */
void console_copy(struct console *, const char *text);

/* Stop, as the shell's job control expects it. */
void console_suspend(struct console *);

/* Callbacks of the loop; arg is the struct console. */
void console_on_frame(evutil_socket_t, short what, void *arg);
void console_on_keys(evutil_socket_t, short what, void *arg);
void console_on_esc(evutil_socket_t, short what, void *arg);
void console_on_resize(evutil_socket_t, short what, void *arg);
void console_on_signal(evutil_socket_t, short what, void *arg);

#endif

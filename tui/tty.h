/*
 * The terminal's modes and size, and their return to what they were: also when
 * the program crashes. One terminal, one thread.
 */

#ifndef TUI_TTY_H
#define TUI_TTY_H

#include <stdbool.h>

/* Its own non-blocking description of the terminal; a descriptor or -errno. */
int tty_open(void);

/* Keys one by one and unseen, output as it is. 0 or -errno. */
int tty_raw(int fd);

/* As before tty_raw(). */
void tty_restore(int fd);

void tty_size(int fd, int *w, int *h);

/*
 * From now on a crash gives the terminal back before the program ends, and no
 * core is written: it could hold a password.
 */
void tty_guard(int fd);

/*
 * Keep what libraries print off the screen, the first 64 KiB of it; the second
 * shows it later, and so does a crash.
 */
enum { TTY_ERRORS = 65536 };
void tty_hide_errors(void);
void tty_show_errors(void);

/* Sent at the begin and the end: pasted text is marked. */
extern const char tty_paste_on[], tty_paste_off[];

/*
 * What asks the terminal to report clicks and wheels (no motion), or to stop
 * that, to be sent now; "" if it never was asked. A crash stops it, too.
 */
const char *tty_mouse(bool on);

#endif

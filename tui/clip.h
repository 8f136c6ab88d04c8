/* Text for the clipboard of whoever sits before the terminal. Pure. */

#ifndef TUI_CLIP_H
#define TUI_CLIP_H

#include <stddef.h>

enum { CLIP_MOST = 4096, CLIP_ROOM = CLIP_MOST / 3 * 4 + 16 };

/* The sequence (OSC 52) that asks the terminal to take the text, of which at
 * most CLIP_MOST octets; returns its length. */
size_t clip_write(char out[CLIP_ROOM], const char *text);

#endif

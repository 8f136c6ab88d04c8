/* Characters as numbers, and how many columns they take. Any thread. */

#ifndef TUI_UTF8_H
#define TUI_UTF8_H

#include <stddef.h>
#include <stdint.h>

/*
 * The next character of at most `left` octets at *at, which moves behind it;
 * U+FFFD for each octet that is not valid UTF-8.
 */
uint32_t utf8_next(const char **at, size_t left);

/* Write a character; returns its 1 to 4 octets. */
size_t utf8_put(char out[4], uint32_t cp);

/*
 * 1 or 2 columns; 0 for what must not reach a terminal: controls, marks that
 * combine, zero width and bidirectional controls.
 */
int utf8_width(uint32_t cp);

/*
 * Text from the network made safe to show: what has no width is replaced by
 * U+FFFD and blanks at the ends are made visible as '_'. Always ends in NUL,
 * cut at a whole character; returns the length. 3 * len + 1 is room enough.
 */
size_t utf8_safe(char *out, size_t size, const char *text, size_t len);

/* Take out octets that are part of no character, such as what "%.40s" left of
 * one that it cut. */
void utf8_mend(char *text);

#endif

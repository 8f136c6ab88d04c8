/* Text that came from outside: check it, and make it safe to show. */

#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* 1 to 255 octets of valid UTF-8 without control characters (C0, DEL, C1). */
bool text_is_name(const char *text, size_t len);

/*
 * Why it is none, for people: "a name is 1 to 255 octets of UTF-8 without
 * control characters; octet 2 is \x07". `what` is "a name". The length.
 */
enum { TEXT_WHY = 120 }; /* room, for a `what` of up to 20 octets */
size_t
text_refuse(char out[TEXT_WHY], const char *what, const char *text, size_t len);

/*
 * Copy with control characters, DEL, backslash, what is invisible or turns the
 * writing direction, and octets that are not valid UTF-8 written as \xHH:
 * nobody can forge a line or a field. Cut at a whole character when `size` is
 * short; always ends in NUL; returns the length.
 */
size_t text_escape(char *out, size_t size, const char *text, size_t len);

/* The same for text that people read and nobody takes apart, such as a message
 * with parts that are escaped: backslashes stay. */
size_t text_show(char *out, size_t size, const char *text, size_t len);

/*
 * The whole text as a decimal number; with `units` K, M, G or T (or k, m, g, t)
 * may follow, which count in 1024. False if it is none, or none of 64 bits.
 */
bool text_number(const char *text, bool units, uint64_t *number);

/*
 * The character that begins the text, if it is one of three octets that is
 * invisible or turns the writing direction; else 0.
 */
uint32_t text_invisible(const char *text, size_t len);

#endif

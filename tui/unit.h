/*
 * Figures as people read them: 38.2 MB, 1 204 331, 3 d 04:12. Units are decimal
 * (1 kB is 1000 octets). All write a text that ends in NUL and return it.
 */

#ifndef TUI_UNIT_H
#define TUI_UNIT_H

#include <stdint.h>

enum {
	UNIT_TEXT = 32,
	RATE_OVER = 900, /* in ms: what is shorter is too short for a rate */
};

/* 0 B, 812 B, 38.2 MB, 1.92 TB; three digits that matter. */
const char *unit_bytes(char text[UNIT_TEXT], double bytes);

/* The same without a blank and the B, for narrow places: 38.2M. */
const char *unit_short(char text[UNIT_TEXT], double value);

/* Groups of three: 1 204 331. */
const char *unit_count(char text[UNIT_TEXT], uint64_t n);

/* The same of a figure that is not whole, 0 or more. */
const char *unit_whole(char text[UNIT_TEXT], double value);

/* 0.8 ms, 14 s, 3 min, 4 h, 2 d. */
const char *unit_ms(char text[UNIT_TEXT], double ms);

/* Three digits that matter: 0.25, 12.5, 3.2k. */
const char *unit_number(char text[UNIT_TEXT], double value);

/* HH:MM:SS, local time, of Unix seconds. */
const char *unit_clock(char text[UNIT_TEXT], uint64_t seconds);

/* The same with the day in front: 11-25 HH:MM:SS. */
const char *unit_date(char text[UNIT_TEXT], uint64_t seconds);

/* A moment on an axis so many seconds long: HH:MM:SS, HH:MM, or Wed 25 HH:MM.
 */
const char *
unit_moment(char text[UNIT_TEXT], uint64_t seconds, unsigned window);

/* Growth a second; NAN if that cannot be told. */
double unit_growth(uint64_t was, uint64_t is, uint64_t ms);

/* An age in at most six columns: 42s, 12m41, 2h40, 9d04h. */
const char *unit_age(char text[UNIT_TEXT], uint64_t seconds);

/* Microseconds as 850us, 15ms, 1.2s. */
const char *unit_us(char text[UNIT_TEXT], uint64_t us);

/* A rate of whole things: 0, 0.4, 12, 1 204. */
const char *unit_rate(char text[UNIT_TEXT], double value);

#endif

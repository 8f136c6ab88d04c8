/*
 * Two pumps between two ends, one for each direction. An end of file is passed
 * on as a half-close, a reset as a reset; an idle relay holds nothing but its
 * struct. Worker thread only.
 */

#ifndef NET_RELAY_H
#define NET_RELAY_H

#include <stdbool.h>
#include <stdint.h>

#include "net/pump.h"

struct relay {
	struct pump pumps[2]; /* [i] moves octets from ends[i] to the other */
};

enum relay_turn {
	RELAY_WAITS, /* for an event on either end */
	RELAY_AGAIN, /* the turn is used up: others first, then call again */
	RELAY_OVER,  /* nothing more can pass: call relay_close() */
};

/* How a relay ended, or began to: the first of its ends to say so. */
enum relay_end {
	RELAY_LASTS,
	RELAY_BY_FIRST,  /* ends[0] closed or reset */
	RELAY_BY_SECOND, /* ends[1] did */
	RELAY_BY_ERROR,  /* anything else: see the pumps' err */
};

/* See pump_init(). */
void relay_init(struct relay *, uint32_t pipe);

/* Move what can be moved, both ways; ends[] are watched and have both bits. */
enum relay_turn
relay_step(struct relay *, const struct pump_how *, struct end ends[2]);

/*
 * Do octets of an end wait for the other to take them? Then that end is not
 * read, and a reset of it goes unnoticed until someone looks: relay_look() asks
 * the socket, and the next step ends the relay. What waited is lost, as it
 * would be without a relay between.
 */
bool relay_is_blocked(const struct relay *, const struct end ends[2]);
void relay_look(struct relay *, const struct end ends[2]);

/* Ask after each step until it answers: later it cannot tell who was first. */
enum relay_end relay_ended_by(const struct relay *);

/*
 * Give back what is held and close both ends; one whose peer must learn that
 * the other was cut off, or that octets under way to it are lost, is reset
 * (SO_LINGER 0) instead of closed.
 */
void relay_close(struct relay *, struct stock *, struct end ends[2]);

#endif

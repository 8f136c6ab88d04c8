#include "net/relay.h"

#include <errno.h>
#include <sys/socket.h>

void
relay_init(struct relay *r, uint32_t pipe)
{
	pump_init(&r->pumps[0], pipe);
	pump_init(&r->pumps[1], pipe);
}

/* A write that failed while its socket lives: nothing else would end it. */
static bool
has_torn(const struct pump *p)
{
	return p->state == PUMP_NO_SINK &&
	       (p->err == ENOMEM || p->err == ENOBUFS);
}

static bool
is_over(const struct relay *r)
{
	const struct pump *up = &r->pumps[0], *down = &r->pumps[1];

	if (up->state == PUMP_NO_SOURCE || down->state == PUMP_NO_SOURCE)
		return true;
	if (has_torn(up) || has_torn(down))
		return true;
	return up->state != PUMP_OPEN && down->state != PUMP_OPEN;
}

enum relay_turn
relay_step(struct relay *r, const struct pump_how *how, struct end ends[2])
{
	enum pump_turn up, down;

	up = pump_step(&r->pumps[0], how, &ends[0], &ends[1]);
	down = pump_step(&r->pumps[1], how, &ends[1], &ends[0]);
	if (is_over(r))
		return RELAY_OVER;
	return up == PUMP_AGAIN || down == PUMP_AGAIN ? RELAY_AGAIN
						      : RELAY_WAITS;
}

/* Octets are in the pump's hand, or in the socket, or may be. */
static bool
is_under_way(const struct relay *r, const struct end ends[2], size_t i)
{
	return r->pumps[i].state == PUMP_OPEN &&
	       (r->pumps[i].held != NULL || (ends[i].can & END_READ));
}

static bool
is_blocked(const struct relay *r, const struct end ends[2], size_t i)
{
	return is_under_way(r, ends, i) && !(ends[!i].can & END_WRITE);
}

bool
relay_is_blocked(const struct relay *r, const struct end ends[2])
{
	return is_blocked(r, ends, 0) || is_blocked(r, ends, 1);
}

static int
error_of(const struct end *e)
{
	int err = 0;
	socklen_t len = sizeof err;

	if (getsockopt(e->fd, SOL_SOCKET, SO_ERROR, &err, &len) == -1)
		return errno;
	return err;
}

void
relay_look(struct relay *r, const struct end ends[2])
{
	for (size_t i = 0; i < 2; i++) {
		struct pump *p = &r->pumps[i], *back = &r->pumps[!i];
		int err;

		if (!is_blocked(r, ends, i))
			continue;
		/* The socket tells once; it may have told a write. */
		err = back->state == PUMP_NO_SINK ? back->err
						  : error_of(&ends[i]);
		if (err == 0)
			continue;
		p->state = PUMP_NO_SOURCE;
		p->err = (uint8_t)err;
	}
}

static enum relay_end
failed_by(const struct pump *p, enum relay_end whose)
{
	return p->err == ECONNRESET || p->err == EPIPE ? whose : RELAY_BY_ERROR;
}

enum relay_end
relay_ended_by(const struct relay *r)
{
	for (size_t i = 0; i < 2; i++) {
		const struct pump *p = &r->pumps[i];

		if (p->state == PUMP_NO_SOURCE)
			return failed_by(
			    p, i == 0 ? RELAY_BY_FIRST : RELAY_BY_SECOND);
		if (p->state == PUMP_NO_SINK)
			return failed_by(
			    p, i == 0 ? RELAY_BY_SECOND : RELAY_BY_FIRST);
	}
	if (r->pumps[0].state == PUMP_DONE)
		return RELAY_BY_FIRST;
	return r->pumps[1].state == PUMP_DONE ? RELAY_BY_SECOND : RELAY_LASTS;
}

/*
 * An end is reset if the other failed while its octets were still expected, or
 * if the relay is cut off while some are under way to it: what it has could
 * look complete. If these had come to their end of file, a plain close lets
 * them arrive.
 */
static bool
must_reset(const struct relay *r, const struct end ends[2], size_t i)
{
	return r->pumps[!i].state == PUMP_NO_SOURCE ||
	       has_torn(&r->pumps[!i]) || is_under_way(r, ends, !i) ||
	       (r->pumps[i].state == PUMP_NO_SINK &&
		   r->pumps[!i].state != PUMP_DONE);
}

void
relay_close(struct relay *r, struct stock *stock, struct end ends[2])
{
	static const struct linger now = { .l_onoff = 1, .l_linger = 0 };
	const bool reset[2] = { must_reset(r, ends, 0),
		must_reset(r, ends, 1) };

	for (size_t i = 0; i < 2; i++) {
		pump_close(&r->pumps[i], stock);
		/* If it cannot be had, an orderly close must do. */
		if (ends[i].fd != -1 && reset[i])
			(void)setsockopt(ends[i].fd, SOL_SOCKET, SO_LINGER,
			    &now, sizeof now);
		end_close(&ends[i]);
	}
}

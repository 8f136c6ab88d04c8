#include "net/pump.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

/*
 * Copying is left for splicing after four large reads in a row, and splicing
 * for copying after eight small ones. Falling back at each EAGAIN was measured
 * to cost nearly twice as much on bulk data; splicing from the first read on
 * lets many streams fill all buffers at once, and then none is in a cache.
 */
enum {
	LARGE = 16384,
	SMALL = 4096,
	LARGE_RUN = 4,
	SMALL_RUN = 8,
	ROUNDS = 8,
	SMALL_ROUNDS = 64,      /* when a round moves little */
	TURN_BYTES = 512 << 10, /* what a turn is meant to move */
	TURN_MOST = 2 << 20,    /* few rounds of a large buffer do that */
};

enum step {
	STEP_ON,
	STEP_WAIT,
};

void
pump_init(struct pump *p, uint32_t pipe)
{
	*p = (struct pump){
		.may = PUMP_FREELY,
		.run = -LARGE_RUN,
		.pipe = pipe != 0 ? (uint8_t)__builtin_ctz(pipe) : 0,
	};
}

static bool
is_bulk(const struct pump *p)
{
	return p->run > 0;
}

/* Choose the way the next read goes by what this one brought. */
static void
learn(struct pump *p, size_t n)
{
	if (p->pipe == 0)
		return;
	if (n >= (is_bulk(p) ? SMALL : LARGE)) {
		if (is_bulk(p) || ++p->run == 0)
			p->run = SMALL_RUN;
	} else if (!is_bulk(p) || --p->run == 0) {
		p->run = -LARGE_RUN;
	}
}

static enum step
fail(struct pump *p, enum pump_state state)
{
	p->err = (uint8_t)errno;
	p->state = (uint8_t)state;
	return STEP_WAIT;
}

/*
 * The socket tells its error once; then it reads as at the end of file. EPIPE
 * is told where the peer had come to its end before.
 */
static enum step
fail_to(struct pump *p, struct end *to)
{
	if (errno != EPIPE)
		to->can |= END_BROKEN;
	return fail(p, PUMP_NO_SINK);
}

static enum step
drain(struct pump *p, const struct pump_how *how, struct end *to)
{
	size_t before = p->held->len;
	ssize_t n = p->held->ops->drain(p->held, to->fd);

	if (n < 0) {
		if (errno == EINTR)
			return STEP_ON;
		if (errno != EAGAIN)
			return fail_to(p, to);
		to->can &= (uint8_t)~END_WRITE;
		return STEP_WAIT;
	}
	p->total += (size_t)n;
	metrics_add(&how->metrics->sent, (uint64_t)n);
	if (p->held->way == STOCK_SPLICE) {
		metrics_add(&how->metrics->spliced, (uint64_t)n);
		return STEP_ON; /* short for reasons of its own at times */
	}
	metrics_add(&how->metrics->copied, (uint64_t)n);
	if ((size_t)n == before)
		return STEP_ON;
	to->can &= (uint8_t)~END_WRITE;
	return STEP_WAIT;
}

/* Octets of that end that may go through a pipe, as nobody has to see them. */
static uint64_t
unseen(const struct pump_how *how, const struct end *from)
{
	return how->tap == NULL ? UINT64_MAX
				: how->tap_blind(how->tap_arg, from->side);
}

/* The piece the next read goes into; a pipe that cannot be had is a buffer. */
static bool
hold(struct pump *p, const struct pump_how *how, const struct end *from)
{
	bool pipe = is_bulk(p) && !(from->can & END_URGENT) &&
		    unseen(how, from) >= 1U << p->pipe;
	enum stock_way way = pipe ? STOCK_SPLICE : STOCK_COPY;

	if (p->held != NULL && p->held->way == way)
		return true;
	pump_close(p, how->stock);
	if (way == STOCK_SPLICE)
		p->held = stock_take(how->stock, way, 1U << p->pipe);
	if (p->held == NULL)
		p->held = stock_take(how->stock, STOCK_COPY, how->buffer);
	return p->held != NULL;
}

static uint32_t
least(uint64_t a, uint64_t b)
{
	return (uint32_t)(a < b ? a : b);
}

/*
 * Octets to ask for; 0: the other end takes none now. What does not go on at
 * once lies in the pipe and keeps it from others, so where pipes are short no
 * more is asked for than there is room behind it.
 */
static uint32_t
portion(const struct pump *p, const struct pump_how *how,
    const struct end *from, const struct end *to)
{
	uint32_t most = least(p->held->size, p->may);

	if (p->held->way == STOCK_SPLICE)
		most = least(most, unseen(how, from));
	if (stock_is_short(how->stock))
		most = least(most, p->held->ops->room(to->fd));
	return most;
}

static enum step
fill(struct pump *p, const struct pump_how *how, struct end *from,
    struct end *to)
{
	uint32_t asked;
	ssize_t n;

	if (!hold(p, how, from)) {
		errno = ENOMEM;
		return fail(p, PUMP_NO_SOURCE);
	}
	if ((asked = portion(p, how, from, to)) == 0) {
		to->can &= (uint8_t)~END_WRITE;
		return STEP_WAIT;
	}
	n = p->held->ops->fill(p->held, from->fd, asked);
	if (n < 0) {
		if (errno == EINTR)
			return STEP_ON;
		if (errno != EAGAIN)
			return fail(p, PUMP_NO_SOURCE);
		from->can &= (uint8_t)~END_READ;
		return STEP_WAIT;
	}
	if (n == 0 && (from->can & END_BROKEN)) {
		errno = ECONNRESET;
		return fail(p, PUMP_NO_SOURCE);
	}
	if (n == 0) {
		/* ENOTCONN: the sink is gone already, its own pump will say */
		(void)shutdown(to->fd, SHUT_WR);
		from->can &= (uint8_t)~END_READ;
		p->state = PUMP_DONE;
		return STEP_WAIT;
	}
	metrics_add(&how->metrics->received, (uint64_t)n);
	if (p->may != PUMP_FREELY)
		p->may -= (uint32_t)n;
	if (p->held->way == STOCK_COPY && (size_t)n < asked)
		end_was_short(from);
	if (how->tap != NULL)
		how->tap(how->tap_arg, from->side,
		    p->held->way == STOCK_COPY ? p->held->bytes : NULL,
		    (size_t)n);
	learn(p, (size_t)n);
	return STEP_ON;
}

static enum step
step(struct pump *p, const struct pump_how *how, struct end *from,
    struct end *to)
{
	bool full = p->held != NULL && p->held->len > 0;

	if (!(to->can & END_WRITE))
		return STEP_WAIT;
	if (full)
		return drain(p, how, to);
	if (!(from->can & END_READ) || p->may == 0)
		return STEP_WAIT;
	return fill(p, how, from, to);
}

static bool
turn_is_over(int steps, uint64_t moved)
{
	if (steps >= 2 * SMALL_ROUNDS || moved >= TURN_MOST)
		return true;
	return steps >= 2 * ROUNDS && moved >= TURN_BYTES;
}

enum pump_turn
pump_step(struct pump *p, const struct pump_how *how, struct end *from,
    struct end *to)
{
	enum pump_turn turn = PUMP_WAITS;
	uint64_t before = p->total;

	for (int steps = 0; p->state == PUMP_OPEN; steps++) {
		if (turn_is_over(steps, p->total - before)) {
			turn = PUMP_AGAIN;
			break;
		}
		if (step(p, how, from, to) == STEP_WAIT)
			break;
	}
	if (p->held != NULL && (p->held->len == 0 || p->state != PUMP_OPEN))
		pump_close(p, how->stock);
	return turn;
}

int
pump_preload(
    struct pump *p, const struct pump_how *how, const void *bytes, size_t len)
{
	/* A buffer that is not of the usual size is not kept afterwards. */
	uint32_t size = how->buffer > len ? how->buffer : (uint32_t)len;

	p->held = stock_take(how->stock, STOCK_COPY, size);
	if (p->held == NULL)
		return -ENOMEM;
	memcpy(p->held->bytes, bytes, len);
	p->held->len = (uint32_t)len;
	return 0;
}

bool
pump_is_held_up(
    const struct pump *p, const struct end *from, const struct end *to)
{
	return p->may == 0 && p->state == PUMP_OPEN && p->held == NULL &&
	       (from->can & END_READ) && (to->can & END_WRITE);
}

void
pump_close(struct pump *p, struct stock *stock)
{
	if (p->held == NULL)
		return;
	stock_put(stock, p->held);
	p->held = NULL;
}

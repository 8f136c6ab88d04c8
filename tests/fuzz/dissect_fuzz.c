/*
 * Any conversation. The first octet picks who has spoken already, and the port;
 * then each octet of 0xfe changes the side that speaks. Whatever the pieces,
 * the same is found, and also if what need not be seen is not.
 */

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/dissect.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

enum { TURN = 0xfe };

struct sum {
	unsigned count;
	uint64_t text;
	bool wanted;
};

static void
add(struct sum *s, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		s->text = s->text * 31 + (uint8_t)text[i];
	s->text = s->text * 31 + len;
}

static void
on_found(const struct dissect_finding *f, void *arg)
{
	struct sum *s = arg;
	char mask[DISSECT_MASKED];
	size_t shown = dissect_mask(mask, f->password, f->password_len);

	assert(shown > 0 && shown <= sizeof mask);
	assert(f->login_len <= DISSECT_TEXT);
	assert(f->password_len <= DISSECT_TEXT);
	s->count++;
	add(s, f->protocol, strlen(f->protocol));
	add(s, f->login, f->login_len);
	if (f->password != NULL)
		add(s, f->password, f->password_len);
	s->text = s->text * 2 + f->confirmed;
}

static bool
feed(struct dissect *d, enum dissect_side side, const uint8_t *bytes, size_t n,
    bool blind)
{
	uint64_t unseen = blind ? dissect_blind(d, side) : 0;

	if (unseen > n)
		unseen = n;
	dissect_pass(d, side, unseen);
	return unseen == n || dissect_feed(d, side, bytes + unseen, n - unseen);
}

/* The octets up to the next turn, at most `piece` of them. */
static size_t
next(const uint8_t *bytes, size_t len, size_t piece)
{
	const uint8_t *turn = memchr(bytes, TURN, len);
	size_t n = turn != NULL ? (size_t)(turn - bytes) : len;

	return n < piece ? n : piece;
}

static struct sum
play(const uint8_t *bytes, size_t len, const char *opening, uint16_t port,
    size_t piece, bool blind)
{
	struct sum sum = { .wanted = true };
	void *memory = malloc(dissect_size());
	struct dissect *d;
	enum dissect_side side = DISSECT_CLIENT;

	if (memory == NULL)
		abort();
	d = dissect_begin(memory, port, on_found, &sum);
	if (opening[0] != '\0')
		sum.wanted =
		    dissect_feed(d, DISSECT_SERVER, opening, strlen(opening));
	for (size_t at = 0, n; at < len && sum.wanted; at += n) {
		n = next(bytes + at, len - at, piece);
		if (n > 0) {
			sum.wanted = feed(d, side, bytes + at, n, blind);
			continue;
		}
		side = !side;
		n = 1;
	}
	if (sum.wanted)
		dissect_end(d);
	dissect_wipe(d);
	free(memory);
	return sum;
}

static bool
same(const struct sum *a, const struct sum *b)
{
	return a->count == b->count && a->text == b->text &&
	       a->wanted == b->wanted;
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static const char *const openings[] = { "", "+OK\r\n", "* OK\r\n",
		"220 x\r\n", "200 x\r\n" };
	static const uint16_t ports[] = { 21, 25, 4444 };
	const char *opening;
	uint16_t port;
	struct sum whole, octets, blind;

	if (len == 0)
		return 0;
	opening = openings[bytes[0] % 5];
	port = ports[bytes[0] / 5 % 3];
	whole = play(bytes + 1, len - 1, opening, port, SIZE_MAX, false);
	octets = play(bytes + 1, len - 1, opening, port, 1, false);
	blind = play(bytes + 1, len - 1, opening, port, 1000, true);
	assert(same(&whole, &octets));
	assert(same(&whole, &blind));
	return 0;
}

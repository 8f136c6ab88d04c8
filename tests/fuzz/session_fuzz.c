/*
 * A whole conversation. The first octet says whether a login is required, how
 * large the pieces are that the rest arrives in, and how checks and dials end.
 * Cut in any way, it must come to the same.
 */

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/session.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

enum {
	AUTH = 1,
	RIGHT = 2,
	REACHED = 4,
	PIECE_SHIFT = 3,
};

struct ending {
	uint8_t state, rep;
	size_t taken, answered;
	uint8_t answers[64];
};

static void
play(struct ending *end, uint8_t how, const uint8_t *bytes, size_t len,
    size_t piece)
{
	struct session_words words = { 0 };
	struct session s;
	struct rd in = rd_of(bytes, 0);
	struct wr out = wr_of(end->answers, sizeof end->answers);
	enum session_wish wish = WISH_NOTHING;

	session_begin(&s, (how & AUTH) != 0);
	while (wish == WISH_NOTHING && in.end < bytes + len) {
		size_t left = (size_t)(bytes + len - in.end);

		in.end += piece < left ? piece : left;
		wish = session_bytes(&s, &in, &out, &words);
		if (wish == WISH_CHECK_USER)
			wish = session_verdict(
			    &s, (how & RIGHT) != 0, &in, &out, &words);
	}
	while (wish == WISH_DIAL || wish == WISH_BIND || wish == WISH_AWAIT ||
	       wish == WISH_ASSOCIATE)
		wish = session_answer(
		    &s, how & REACHED ? 0 : ECONNREFUSED, NULL, &out);
	assert(!out.failed);
	assert(wish == WISH_NOTHING ||
	       session_states[s.state].waits == WAITS_RELAY ||
	       session_states[s.state].waits == WAITS_DATAGRAMS ||
	       session_states[s.state].waits == WAITS_FLUSH);
	end->state = s.state;
	end->rep = s.rep;
	end->taken = (size_t)(in.at - bytes);
	end->answered = wr_len(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct ending whole = { 0 }, cut = { 0 };

	if (len == 0)
		return 0;
	play(&whole, bytes[0], bytes + 1, len - 1, len);
	play(&cut, bytes[0], bytes + 1, len - 1,
	    1 + (size_t)(bytes[0] >> PIECE_SHIFT));
	assert(memcmp(&whole, &cut, sizeof whole) == 0);
	return 0;
}

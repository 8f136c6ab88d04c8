#include "client/asks.h"

#include <stdlib.h>

enum {
	FIRST = 64,
};

static bool
grow(struct asks *asks)
{
	size_t size = asks->size == 0 ? FIRST : asks->size * 2;
	struct ask *bigger =
	    size > ASKS_MOST ? NULL : calloc(size, sizeof *bigger);

	if (bigger == NULL)
		return false;
	for (size_t i = 0; i < asks->count; i++)
		bigger[i] = asks->ring[(asks->first + i) & (asks->size - 1)];
	free(asks->ring);
	*asks = (struct asks){ bigger, 0, asks->count, size };
	return true;
}

bool
asks_push(struct asks *asks, const struct ask *ask)
{
	if (asks->count == asks->size && !grow(asks))
		return false;
	asks->ring[(asks->first + asks->count++) & (asks->size - 1)] = *ask;
	return true;
}

struct ask
asks_take(struct asks *asks)
{
	struct ask ask = asks->ring[asks->first];

	asks->first = (asks->first + 1) & (asks->size - 1);
	asks->count--;
	return ask;
}

void
asks_free(struct asks *asks)
{
	free(asks->ring);
	*asks = (struct asks){ 0 };
}

#include "core/suspects.h"

#include "base/map.h"

static size_t
place(const struct addr *client)
{
	struct addr source = addr_source(client);

	return (size_t)map_hash(source.ip, sizeof source.ip) % SUSPECTS_PLACES;
}

void
suspects_add(struct suspects *s, const struct addr *client, uint64_t now_ms)
{
	s->until_ms[place(client)] = now_ms + SUSPECTS_MS;
}

bool
suspects_has(
    const struct suspects *s, const struct addr *client, uint64_t now_ms)
{
	return now_ms < s->until_ms[place(client)];
}

#include "core/families.h"

#include <string.h>

enum { RACE_SECONDS = 600 };

uint8_t
families_first(const struct families *f, uint32_t now)
{
	if (f->prefer == PREFER_AUTO && f->v4_won)
		return now - f->won_at < RACE_SECONDS ? ADDR_V4 : ADDR_V6;
	return f->prefer == PREFER_IPV4 ? ADDR_V4 : ADDR_V6;
}

void
families_raced(struct families *f, uint8_t family, uint32_t now)
{
	/* That IPv4 wins where it was first says nothing new. */
	if (family == ADDR_V4 && families_first(f, now) == ADDR_V4)
		return;
	f->v4_won = family == ADDR_V4;
	f->won_at = now;
}

void
families_alternate(struct addr *addrs, size_t count, uint8_t first)
{
	for (size_t i = 0; i + 1 < count; i++) {
		struct addr a;
		size_t j = i;

		while (j < count && addrs[j].family != first)
			j++;
		if (j == count)
			j = i; /* only the other family is left */
		a = addrs[j];
		memmove(addrs + i + 1, addrs + i, (j - i) * sizeof a);
		addrs[i] = a;
		first = a.family == ADDR_V6 ? ADDR_V4 : ADDR_V6;
	}
}

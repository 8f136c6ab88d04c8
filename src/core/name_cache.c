#include "core/name_cache.h"

#include <stdlib.h>
#include <string.h>

static size_t
size_of(size_t len, size_t count)
{
	return sizeof(struct cached_name) + count * sizeof(struct addr) + len;
}

static const char *
name_of(const struct cached_name *n)
{
	return (const char *)(n->addrs + n->count);
}

static bool
is_over(const struct cached_name *n, uint32_t now)
{
	return (int32_t)(now - n->until) >= 0;
}

static void
forget(struct name_cache *c, struct cached_name *n)
{
	(void)map_take(&c->map, name_of(n), n->len);
	TAILQ_REMOVE(&c->order, n, order);
	c->octets -= size_of(n->len, n->count);
	free(n);
}

void
name_cache_init(struct name_cache *c, size_t most, size_t most_octets)
{
	*c = (struct name_cache){ .most = most, .most_octets = most_octets };
	TAILQ_INIT(&c->order);
}

const struct cached_name *
name_cache_find(
    struct name_cache *c, const char *name, size_t len, uint32_t now)
{
	struct cached_name *n = map_get(&c->map, name, len);

	if (n == NULL || !is_over(n, now))
		return n;
	forget(c, n);
	return NULL;
}

/* The oldest go, be their time over or not, until another one fits. */
static void
make_room(struct name_cache *c, size_t size, uint32_t now)
{
	struct cached_name *n;

	while ((n = TAILQ_FIRST(&c->order)) != NULL &&
	       (is_over(n, now) || c->map.count >= c->most ||
		   c->octets + size > c->most_octets))
		forget(c, n);
}

void
name_cache_put(struct name_cache *c, const char *name, size_t len,
    const struct addr *addrs, size_t count, uint32_t now, uint32_t seconds)
{
	size_t size = size_of(len, count);
	struct cached_name *n = map_get(&c->map, name, len);

	if (n != NULL)
		forget(c, n);
	if (c->most == 0 || size > c->most_octets)
		return;
	make_room(c, size, now);
	n = malloc(size);
	if (n == NULL)
		return;
	n->until = now + seconds;
	n->len = (uint16_t)len;
	n->count = (uint16_t)count;
	if (count > 0)
		memcpy(n->addrs, addrs, count * sizeof *addrs);
	memcpy(n->addrs + count, name, len);
	if (map_put(&c->map, name_of(n), len, n) != 0) {
		free(n);
		return;
	}
	TAILQ_INSERT_TAIL(&c->order, n, order);
	c->octets += size;
}

void
name_cache_clear(struct name_cache *c)
{
	struct cached_name *n;

	while ((n = TAILQ_FIRST(&c->order)) != NULL)
		forget(c, n);
	map_free(&c->map);
	c->map = (struct map){ 0 };
}

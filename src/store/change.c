#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/store.h"

struct change *
change_new(enum change_kind kind)
{
	struct change *c = calloc(1, sizeof *c);

	if (c != NULL)
		c->kind = kind;
	return c;
}

void
change_free(struct change *c)
{
	if (c == NULL)
		return;
	secret_wipe(&c->password);
	explicit_bzero(c->hash, sizeof c->hash);
	free(c->uses);
	for (size_t i = 0; i < c->nfound; i++)
		finding_free(c->found[i]);
	free(c->found);
	free(c->value);
	free(c);
}

struct change *
change_setting(enum change_kind kind, const char *key, const char *value)
{
	struct change *c = change_new(kind);

	if (c == NULL)
		return NULL;
	(void)snprintf(c->key, sizeof c->key, "%s", key);
	c->value = strdup(value);
	if (c->value != NULL)
		return c;
	free(c);
	return NULL;
}

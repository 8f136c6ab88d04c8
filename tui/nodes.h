/*
 * Daemons a person has given a name to, in the file `nodes` (tui/own_file.h): a
 * line each, "NAME ENDPOINT [USER]". Never a password. One thread.
 */

#ifndef TUI_NODES_H
#define TUI_NODES_H

#include <stdbool.h>
#include <string.h>

#include "base/endpoint.h"

enum { NODES_MOST = 64, NODE_NAME = 40 };

struct node {
	char name[NODE_NAME + 1], endpoint[ENDPOINT_TEXT], user[256];
};

struct nodes {
	unsigned n;
	struct node all[NODES_MOST];
};

/* Mistakes in the file are told on standard error; false: there were some. */
bool nodes_load(struct nodes *);

/* NULL: there is none of that name. */
static inline const struct node *
nodes_find(const struct nodes *nodes, const char *name)
{
	for (unsigned i = 0; i < nodes->n; i++)
		if (strcmp(nodes->all[i].name, name) == 0)
			return &nodes->all[i];
	return NULL;
}

/*
 * Give a name to a daemon, in the file; one it had before is replaced. NULL, or
 * what is wrong.
 */
const char *
nodes_save(const char *name, const char *endpoint, const char *user);

#endif

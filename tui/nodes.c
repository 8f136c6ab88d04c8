#include "tui/nodes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "tui/own_file.h"

static const char file_name[] = "nodes";

/* What is wrong with a node, or NULL. */
static const char *
set(struct node *node, const char *name, const char *endpoint, const char *user)
{
	struct endpoint parsed;
	const char *why;

	if (!text_is_name(name, strlen(name)) || strlen(name) > NODE_NAME ||
	    strpbrk(name, ":/\"'# \t") != NULL)
		return "a node's name is up to 40 octets without blanks, "
		       "quotes, colon and slash";
	if (!endpoint_parse(&parsed, endpoint, &why))
		return why;
	if (*user != '\0' && !text_is_name(user, strlen(user)))
		return "that is no user's name";
	(void)snprintf(node->name, sizeof node->name, "%s", name);
	(void)snprintf(node->endpoint, sizeof node->endpoint, "%s", endpoint);
	(void)snprintf(node->user, sizeof node->user, "%s", user);
	return NULL;
}

/* Where the name is, or would be. */
static struct node *
place(struct nodes *nodes, const char *name)
{
	unsigned i = 0;

	while (i < nodes->n && strcmp(nodes->all[i].name, name) != 0)
		i++;
	return i < NODES_MOST ? &nodes->all[i] : NULL;
}

static const char *
add(struct nodes *nodes, const char *name, const char *endpoint,
    const char *user)
{
	struct node *node = place(nodes, name);
	const char *wrong = node == NULL ? "there are 64 nodes already"
					 : set(node, name, endpoint, user);

	if (wrong == NULL && node == &nodes->all[nodes->n])
		nodes->n++;
	return wrong;
}

static const char *
take(char *words[], size_t n, void *arg)
{
	if (n < 2 || n > 3)
		return "want: NAME ENDPOINT [USER]";
	return add(arg, words[0], words[1], n == 3 ? words[2] : "");
}

bool
nodes_load(struct nodes *nodes)
{
	nodes->n = 0;
	return own_file_read(file_name, take, nodes) == 0;
}

static void
put(FILE *file, const void *arg)
{
	const struct nodes *nodes = arg;

	(void)fputs("# Daemons of socks5tui: NAME ENDPOINT [USER]\n", file);
	for (unsigned i = 0; i < nodes->n; i++) {
		const struct node *node = &nodes->all[i];

		(void)fprintf(file, "%s ", node->name);
		own_file_put_word(file, node->endpoint);
		if (*node->user != '\0') {
			(void)fputc(' ', file);
			own_file_put_word(file, node->user);
		}
		(void)fputc('\n', file);
	}
}

const char *
nodes_save(const char *name, const char *endpoint, const char *user)
{
	struct nodes *nodes = calloc(1, sizeof *nodes);
	const char *wrong = "out of memory";
	int err;

	if (nodes != NULL)
		wrong = nodes_load(nodes)
			    ? add(nodes, name, endpoint, user)
			    : "the file has mistakes that would be lost";
	if (wrong == NULL && (err = own_file_write(file_name, put, nodes)) != 0)
		wrong = strerror(-err);
	free(nodes);
	return wrong;
}

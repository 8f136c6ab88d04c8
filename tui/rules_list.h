/* The rules in force, in the order in which they are asked. One thread. */

#ifndef TUI_RULES_LIST_H
#define TUI_RULES_LIST_H

#include "proto/admin.h"

enum { RULES_MOST = 10000 };

struct rule_shown {
	uint64_t id, hits;
	uint32_t place;
	unsigned origin; /* default file option runtime built-in */
	char text[256];  /* safe */
};

struct rules_list {
	struct rule_shown *all, *next; /* owned */
	size_t n, nnext, room;
	uint32_t *order; /* what is shown; owned */
	size_t shown;
	bool listed;
};

extern const char *const rules_origins[];

void rules_list_begin(struct rules_list *);
void rules_list_add(struct rules_list *, const struct admin_rule *, size_t n);
void rules_list_end(struct rules_list *);
void rules_list_arrange(struct rules_list *, const char *filter);

const struct rule_shown *rules_list_row(const struct rules_list *, int row);
int rules_list_place(const struct rules_list *, uint64_t id);
bool rules_list_has(const struct rules_list *, int row, const char *word);
void rules_list_free(struct rules_list *);

#endif

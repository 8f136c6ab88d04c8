/* The limits of an account as fields of its form; a part of update(). */

#ifndef TUI_FORM_LIMITS_H
#define TUI_FORM_LIMITS_H

#include "tui/model.h"

enum { FORM_LIMIT = 40 };

/* Add a field for each, if the server can set them. NULL: of a new account. */
void form_limit_fields(struct model *, const struct user *);

/* The limit of that number as a person types it; "" for what holds for all. */
void form_limit_text(const struct user *, int limit, char text[FORM_LIMIT]);

/* The number of the limit with that word, or -1. */
int form_limit_find(const char *word);

/* How its field is called; NULL: there is no limit of that number. */
const char *form_limit_label(int limit);

/* "" or what would be right. */
const char *form_limit_problem(int limit, const char *text);

/* "" or what it will do at that time of Unix seconds, though it is right. */
const char *form_limit_warning(int limit, const char *text, uint64_t wall);

/* The request that sets it to what was typed. */
void form_limit_put(
    union admin_request *, const struct user *, int limit, const char *text);

#endif

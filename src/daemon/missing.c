/* An account that is not there, and the one that may be meant. */

#include <stdio.h>

#include "base/closest.h"
#include "base/text.h"
#include "daemon/supervisor.h"

enum {
	SHOWN = 64,      /* of a name in a message */
	NEIGHBOURS = 200 /* accounts looked at */
};

/* Of more than that, those whose names begin with the same octet. */
static void
find_neighbour(const struct supervisor *s, const char *name, size_t len,
    struct closest *meant)
{
	const struct account *list[NEIGHBOURS];
	const char first[] = { len > 0 ? *name : '\0', '\0' };
	bool few = accounts_count(supervisor_accounts(s)) <= NEIGHBOURS;
	size_t n =
	    supervisor_account_list(s, few ? NULL : first, list, NEIGHBOURS);

	for (size_t i = 0; i < n; i++)
		closest_try(meant, name, len, list[i]->name);
}

void
supervisor_no_account(const struct supervisor *s, const char *name, size_t len,
    char *why, size_t size)
{
	char shown[SHOWN], other[SHOWN + 16];
	struct closest meant = { 0 };

	find_neighbour(s, name, len, &meant);
	(void)text_escape(shown, sizeof shown, name, len);
	(void)closest_say(&meant, other, sizeof other);
	(void)snprintf(why, size, "there is no account \"%s\"%s", shown, other);
}

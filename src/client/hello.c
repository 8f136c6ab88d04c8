/* What the server can do, as its hello said. */

#include <string.h>

#include "client/parts.h"

const struct admin_hello *
client_hello(const struct client *c)
{
	return c->extended ? &c->hello : NULL;
}

static bool
has_extended(const struct client *c, enum admin_id id)
{
	return c->extended && admin_hello_knows(&c->hello, id);
}

bool
client_knows(const struct client *c, enum admin_id id)
{
	return admin_base_code(id) >= 0 || has_extended(c, id);
}

/* Changes say more of why they were refused there; queries are shorter here. */
enum admin_form
client_form(const struct client *c, enum admin_id id)
{
	if (admin_base_code(id) >= 0 &&
	    (admin_commands[id].need == ADMIN_LOOK || !has_extended(c, id)))
		return ADMIN_BASE;
	return ADMIN_EXTENDED;
}

bool
client_next(const struct client_answer *answer, union admin_request *request)
{
	const struct admin_command *c = &admin_commands[answer->id];
	const struct layout_field *to = c->request->fields, *from;
	const char *last = answer->rows;
	bool found = false;

	if (!answer->more || answer->count == 0)
		return false;
	last += (answer->count - 1) * c->answer->size;
	for (size_t i = 0; i < c->request->nfields; i++, to++) {
		if (to->given != LAYOUT_CURSOR)
			continue;
		from = layout_cursor(to, c->answer);
		memcpy((char *)request + to->offset, last + from->offset,
		    layout_member(to->kind));
		found = true;
	}
	return found;
}

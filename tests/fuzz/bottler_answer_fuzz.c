/* What a Bottler server may send to a client: the first octet says which
 * command was asked. */

#include <stdlib.h>

#include "proto/bottler.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static union admin_answer rows[BOTTLER_LIST_MOST];
	struct rd in = rd_of(bytes, len);
	enum admin_id id = admin_bottler_find((uint8_t)rd_uint(&in, 1));
	enum admin_status status;
	char text[LAYOUT_PRINT];
	const char *row = (const char *)rows;
	enum parse found;
	size_t count;

	if (in.failed || id == ADMIN_COMMANDS)
		return 0;
	found = bottler_answer_parse(&in, id, &status, rows, &count);
	if (status >= ADMIN_STATUSES || count > BOTTLER_LIST_MOST ||
	    (count > 0 && (found != PARSE_DONE || status != ADMIN_OK)))
		abort();
	for (size_t i = 0; i < count;
	     i++, row += admin_commands[id].answer->size)
		for (size_t k = 0; k < admin_commands[id].answer->nfields; k++)
			(void)layout_json(&admin_commands[id].answer->fields[k],
			    row, text, sizeof text);
	return 0;
}

/* What a hostile server may send to a client. The first octet says which
 * command was asked; records are printed, as clients do. */

#include <stdlib.h>

#include "proto/frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
print_rows(const struct layout *layout, const char *rows, size_t count)
{
	char text[LAYOUT_PRINT];

	for (size_t i = 0; i < count; i++)
		for (size_t f = 0; f < layout->nfields; f++) {
			const char *row = rows + i * layout->size;

			if (layout_print(&layout->fields[f], row, text,
				sizeof text) >= sizeof text ||
			    layout_json(&layout->fields[f], row, text,
				sizeof text) >= sizeof text)
				abort();
		}
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static union admin_answer rows[FRAME_LIST_MOST];
	struct rd in = rd_of(bytes, len);
	enum frame_verdict verdict;
	enum admin_status status;
	enum parse found;
	size_t count;

	(void)frame_verdict_parse(&in, &verdict);
	do {
		enum admin_id id =
		    (enum admin_id)(rd_uint(&in, 1) % ADMIN_COMMANDS);
		const uint8_t *start = in.at;

		if (in.failed || admin_base_code(id) < 0)
			return 0;
		found = frame_answer_parse(
		    &in, id, &status, rows, FRAME_LIST_MOST, &count);
		if (status >= ADMIN_STATUSES || count > FRAME_LIST_MOST ||
		    (found != PARSE_DONE && (in.at != start || count != 0)))
			abort();
		print_rows(
		    admin_commands[id].answer, (const char *)rows, count);
	} while (found == PARSE_DONE);
	return 0;
}

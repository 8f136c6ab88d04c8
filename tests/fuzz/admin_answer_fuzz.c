/* What a hostile server may send to a client. The first octet says which
 * command was asked, and from 128 on of the extension, or 255 that it is an
 * event; records are printed, as clients do. */

#include <stdlib.h>

#include "proto/frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

enum { EVENT_OCTET = 255 };

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

static bool
has_code(enum admin_form form, enum admin_id id)
{
	return (form == ADMIN_BASE ? admin_base_code(id)
				   : admin_extended_code(id)) >= 0;
}

static enum parse
read_event(struct rd *in)
{
	static union admin_event_record record;
	const uint8_t *start = in->at;
	enum admin_event event;
	enum parse found = frame_event_parse(in, &event, &record);

	if (found != PARSE_DONE && in->at != start)
		abort();
	if (found == PARSE_DONE && event != ADMIN_EVENTS)
		print_rows(
		    admin_events[event].fields, (const char *)&record, 1);
	return found;
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static union admin_answer rows[FRAME_LIST_MOST];
	struct rd in = rd_of(bytes, len);
	enum frame_verdict verdict;
	struct frame_answer got;
	enum parse found;

	(void)frame_verdict_parse(&in, &verdict);
	do {
		unsigned octet = (unsigned)rd_uint(&in, 1);
		enum admin_id id = (enum admin_id)(octet % 128);
		enum admin_form form =
		    octet < 128 ? ADMIN_BASE : ADMIN_EXTENDED;
		const uint8_t *start = in.at;

		if (!in.failed && octet == EVENT_OCTET) {
			found = read_event(&in);
			continue;
		}
		if (in.failed || id >= ADMIN_COMMANDS || !has_code(form, id))
			return 0;
		found = frame_answer_parse(
		    &in, form, id, &got, rows, FRAME_LIST_MOST);
		if (got.status >= ADMIN_STATUSES ||
		    got.count > FRAME_LIST_MOST ||
		    (found != PARSE_DONE && (in.at != start || got.count != 0)))
			abort();
		print_rows(
		    admin_commands[id].answer, (const char *)rows, got.count);
	} while (found == PARSE_DONE);
	return 0;
}

/* Lines of the logs; see daemon/admin_do.h. */

#include <string.h>

#include "base/log.h"
#include "base/log_memory.h"
#include "daemon/admin_do.h"

/* Tabs would be shown as escapes; what does not fit ends in "...". */
static void
put(struct layout_text *to, const char *text, size_t len)
{
	layout_text_set(to, text, len);
	if (len > 255)
		memcpy(to->bytes + 252, "...", 3);
	for (size_t i = 0; i < to->len; i++)
		if (to->bytes[i] == '\t')
			to->bytes[i] = ' ';
}

void
admin_do_log_row(struct admin_log_row *row, const struct log_kept *line)
{
	static const char access[] = "access";
	const char *text = line->text;
	size_t tag = strcspn(text, " "), from = tag + (text[tag] == ' ');
	size_t end = line->more;

	row->id = line->id;
	row->time = (uint64_t)line->wall_us;
	row->level = line->level;
	if (line->which == LOG_ACCESS_LINES) {
		put(&row->tag, access, sizeof access - 1);
		from = 0;
	} else {
		put(&row->tag, text, tag);
	}
	put(&row->more, text + end, line->len - end);
	if (end > from && text[end - 1] == ' ')
		end--;
	put(&row->text, text + from, end > from ? end - from : 0);
}

enum admin_status
do_log_list(struct admin_call *call, const struct admin_log_page *request,
    struct admin_log_row *answer)
{
	uint64_t id = request->after;
	struct log_kept line;

	while (log_kept_after(id, &line)) {
		admin_do_log_row(answer, &line);
		if (!call->row(call, answer))
			break;
		id = line.id;
	}
	return ADMIN_OK;
}

/* Answers in sentences, for plain.c. */

#ifndef TUI_PLAIN_ROWS_H
#define TUI_PLAIN_ROWS_H

#include "tui/talk.h"

struct plain_rows {
	struct talk_printer printer;
	size_t count; /* rows told since it was set to 0 */
};

/* Rows and figures in sentences; what is empty or 0 in a row is left out. */
extern const struct talk_printer plain_printer;

/* "ops, role admin, sessions 3, up 1.2 MB". */
void plain_row(FILE *, const struct layout *, const void *row);

#endif

/* Which columns of Sessions a person wants; rows are tui/columns.def. */

#ifndef TUI_COLUMNS_H
#define TUI_COLUMNS_H

#include <stdbool.h>

enum column_id {
#define COLUMN(id, ...) COLUMN_##id,
#include "tui/columns.def"
	COLUMNS,
};

struct column_row {
	const char *word, *title;
	int width, grow, priority;
	bool right;
	const char *help;
};

extern const struct column_row column_rows[COLUMNS];

/* Their words with blanks between. */
extern const char columns_words[];

#endif

#include "tui/columns.h"

const struct column_row column_rows[COLUMNS] = {
#define COLUMN(id, word, title, width, grow, priority, right, help) \
	{ word, title, width, grow, priority, right, help },
#include "tui/columns.def"
};

const char columns_words[] =
#define COLUMN(id, word, ...) word " "
#include "tui/columns.def"
    ;

/* Accounts of a book in one line: what tests of the book share. */

#ifndef TESTS_CORE_BOOK_ROWS_H
#define TESTS_CORE_BOOK_ROWS_H

#include "core/book.h"

/* An account that is enabled and kept. */
struct account row(uint64_t id, const char *name);

/* Its id in the end. */
uint64_t add(struct book *b, uint64_t id, const char *name);

/* NULL if there is none of that name. */
const struct account *find(const struct book *b, const char *name);

#endif

#include "store/sqlite_findings.h"

enum { NUMBERS = 4 }; /* columns before the texts */

struct finding *
sqlite_finding(sqlite3_stmt *row)
{
	struct finding_text texts[FINDING_PARTS];
	const struct finding head = {
		.id = (uint64_t)sqlite3_column_int64(row, 0),
		.time = sqlite3_column_int64(row, 1),
		.session = (uint64_t)sqlite3_column_int64(row, 2),
		.confirmed = sqlite3_column_int(row, 3) != 0,
	};

	for (int i = 0; i < FINDING_PARTS; i++) {
		texts[i].bytes = sqlite3_column_blob(row, NUMBERS + i);
		texts[i].len = (size_t)sqlite3_column_bytes(row, NUMBERS + i);
	}
	return finding_new(&head, texts);
}

static void
bind_number(sqlite3_stmt *stmt, int at, uint64_t value)
{
	(void)sqlite3_bind_int64(stmt, at, (sqlite3_int64)value);
}

void
sqlite_finding_bind(sqlite3_stmt *stmt, const struct finding *f)
{
	char mask[DISSECT_MASKED];

	bind_number(stmt, 1, f->id);
	bind_number(stmt, 2, (uint64_t)f->time);
	bind_number(stmt, 3, f->session);
	bind_number(stmt, 4, f->confirmed);
	for (int i = 0; i < FINDING_PARTS; i++) {
		struct finding_text text =
		    i == FINDING_PASSWORD
			? finding_password(f, mask)
			: finding_part(f, (enum finding_part)i);

		/* Fails for lack of memory only; then NOT NULL refuses it. */
		(void)sqlite3_bind_blob(stmt, NUMBERS + 1 + i, text.bytes,
		    (int)text.len, SQLITE_TRANSIENT);
	}
}

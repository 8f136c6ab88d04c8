/*
 * The file of passwords that were seen in clear, for dissector-passwords plain:
 * mode 0600, a line for each finding, tab-separated. It is opened by its name
 * for each batch, so that rotating it needs no signal. Blocks: for the store
 * thread.
 */

#ifndef DAEMON_FINDINGS_FILE_H
#define DAEMON_FINDINGS_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "core/findings.h"
#include "store/store.h"

enum { FINDINGS_FILE_WHY = 160 };

/*
 * Append those with an id above `after`, all or none of them: 0, or -1 with
 * why. A file that others may read, or that is none, is refused. With n of 0
 * it is created and looked at.
 */
int findings_file_append(const char *path, struct finding *const found[],
    size_t n, uint64_t after, char why[FINDINGS_FILE_WHY]);

/* What a change has for the file, if anything. */
void findings_file_change(struct change *);

/* A line with its newline, no NUL; its length. */
enum { FINDINGS_FILE_LINE = 4 * FINDING_TEXT * FINDING_PARTS + 64 };
size_t
findings_file_line(char line[FINDINGS_FILE_LINE], const struct finding *);

#endif

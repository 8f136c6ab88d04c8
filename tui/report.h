/* A view as text, JSON or CSV on standard output, once or again and again. */

#ifndef TUI_REPORT_H
#define TUI_REPORT_H

#include "tui/console.h"

/* `times` 0: until a signal ends it. Returns the exit status. */
int report_run(struct console_options *, enum console_format, unsigned times,
    unsigned delay_ms);

#endif

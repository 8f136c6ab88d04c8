/* What somebody may have meant who typed no command. Pure; one thread. */

#ifndef CTL_SUGGEST_H
#define CTL_SUGGEST_H

#include "ctl/words.h"

/*
 * Say of words that are no command of that protocol what would be right: what
 * may follow them, or a command that is spelled much like them. The length; 0:
 * nothing comes to mind.
 */
size_t
suggest(char *out, size_t size, char *const words[], size_t n, enum admin_form);

#endif

/* The scripts that let shells ask `socks5ctl completion line`. */

#ifndef CTL_COMPLETE_SHELL_H
#define CTL_COMPLETE_SHELL_H

#include <stdbool.h>

/* Print the one of that shell; false: there is none. */
bool complete_shell(const char *shell);

#endif

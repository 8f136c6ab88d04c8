/* The list of commands for people, from proto/admin.def. One thread. */

#ifndef CTL_HELP_H
#define CTL_HELP_H

#include <stdio.h>

void help_commands(FILE *);

#endif

/* The list of commands for people, from proto/admin.def. One thread. */

#ifndef CTL_HELP_H
#define CTL_HELP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

void help_commands(FILE *);

/*
 * The commands that begin with the words, each with what may follow it. False:
 * there are none.
 */
bool help_words(FILE *, char *const words[], size_t n);

#endif

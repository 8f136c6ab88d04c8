/*
 * Small text files of one person, in $XDG_CONFIG_HOME/socks5tui: a line an
 * entry, words as a shell has them, # begins a comment. One thread.
 */

#ifndef TUI_OWN_FILE_H
#define TUI_OWN_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/*
 * Give each line's words to take(), which says what is wrong with them or NULL;
 * that is told on standard error with the line's number, and the line passed
 * over. A file that is not there has no lines. Returns how many are wrong.
 */
unsigned own_file_read(const char *name,
    const char *(*take)(char *words[], size_t n, void *arg), void *arg);

/*
 * Replace the file by what put() writes, whole or not at all; readable for its
 * owner alone. 0 or -errno.
 */
int own_file_write(
    const char *name, void (*put)(FILE *, const void *arg), const void *arg);

/* A word that own_file_read() reads as this text. */
void own_file_put_word(FILE *, const char *text);

#endif

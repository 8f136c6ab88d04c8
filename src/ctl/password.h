/* Where passwords come from; never from an argument. One thread. */

#ifndef CTL_PASSWORD_H
#define CTL_PASSWORD_H

#include <stdbool.h>
#include <stdio.h>

#include "base/secret.h"

/* The first line of a file, without its newline: 0, or -errno (-EINVAL: it is
 * empty or has more than 255 octets). */
int password_read(struct secret *, FILE *);
int password_file(struct secret *, const char *path);

/*
 * Ask on the terminal, without echo; twice if it is a new one. 0, or -errno
 * (-ENXIO: there is no terminal; -EINVAL: empty, too long, or they differ).
 * A signal that ends the program leaves the terminal as it was.
 */
int password_ask(struct secret *, const char *prompt, bool twice);

#endif

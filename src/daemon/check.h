/* Is what the settings say possible on this host? Before any thread. */

#ifndef DAEMON_CHECK_H
#define DAEMON_CHECK_H

#include <stdio.h>

#include "daemon/privileges.h"
#include "daemon/supervisor.h"

/*
 * Who the daemon is to become; *name is NULL if it stays who it is, else the
 * settings'. 0, or -1 with why: it was asked to be somebody who is not known.
 */
int check_user(const struct settings *, struct privileges_user *,
    const char **name, char why[SUPERVISOR_WHY]);

/* What a start would refuse and the settings alone do not tell: the user and
 * Bottler's token. 0, or -1 with why. */
int check_host(const struct settings *, char why[SUPERVISOR_WHY]);

/* What `socks5d -t` says of a configuration that is right, and of the one thing
 * that it may ask for and this host may not have. */
void check_say(FILE *);

#endif

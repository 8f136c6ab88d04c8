/* What `socks5d -t` says of a configuration that is right. */

#ifndef DAEMON_CHECK_H
#define DAEMON_CHECK_H

#include <stdio.h>

/* And of the one thing that it may ask for and this host may not have. */
void check_say(FILE *);

#endif

/*
 * Where the daemon keeps its things and the clients look for them: the
 * directories chosen at configure time for root, those of the XDG Base
 * Directory Specification for anyone else. Reads the environment; any thread
 * while nobody changes that.
 */

#ifndef BASE_PATHS_H
#define BASE_PATHS_H

#include <stdbool.h>
#include <stddef.h>

enum { PATHS_TEXT = 256 };

/* Where its store is. */
void paths_state(char path[PATHS_TEXT]);

/* The configuration file that is read if it exists and no other is named. */
void paths_config(char path[PATHS_TEXT]);

/* Where the console keeps what a person prefers. */
void paths_own(char path[PATHS_TEXT]);

/*
 * The endpoint of the local daemon, "unix:PATH". The daemon serves the one in
 * its run directory; a client that is not root takes root's daemon if there is
 * no socket of its own.
 */
void paths_admin(char endpoint[PATHS_TEXT], bool client);

#endif

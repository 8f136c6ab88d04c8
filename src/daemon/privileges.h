/* Rights: taken up at the start, given up once ports are bound. Main thread. */

#ifndef DAEMON_PRIVILEGES_H
#define DAEMON_PRIVILEGES_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Raise the limit of open files to its hard limit; returns what holds then. */
uint64_t privileges_raise_files(void);

/* Who the daemon becomes. */
struct privileges_user {
	uid_t uid;
	gid_t gid;
};

/* False if there is no user of that name. */
bool privileges_find(struct privileges_user *, const char *name);

/*
 * Make the folder that a file of that user is to be in: mode 0750, and parents
 * that are missing, mode 0755 and ours. 0 or -errno.
 */
int privileges_folder(const char *file, const struct privileges_user *);

/* Let that user own a file, or a link itself; NULL: it stays as it is. 0 or
 * -errno. */
int privileges_give(const char *path, const struct privileges_user *);

/* Become that user for good, with its groups. 0 or -errno. */
int privileges_drop(const char *name, const struct privileges_user *);

#endif

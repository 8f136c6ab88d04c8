/*
 * The configuration file, socks5d.conf(5): `key value` lines, # comments,
 * `include FILE`. Main thread.
 */

#ifndef DAEMON_CONFIG_H
#define DAEMON_CONFIG_H

#include <stddef.h>

#include "core/settings.h"

enum {
	CONFIG_WHY = 512,
	CONFIG_DEPTH = 8, /* files that include each other */
};

/*
 * Put what the file says in place of the layer ORIGIN_FILE: 0, or -errno with
 * why = "FILE:LINE: what is wrong"; then the settings are as before.
 */
int config_load(struct settings *, const char *path, char why[CONFIG_WHY]);

/* The same while clients are served: only a plain file is read, for another
 * could hold us up. */
int config_reload(struct settings *, const char *path, char why[CONFIG_WHY]);

/*
 * The same for text in memory that calls itself `path`: included files are
 * looked for beside it.
 */
int config_parse(struct settings *, const char *path, const char *text,
    size_t len, char why[CONFIG_WHY]);

#endif

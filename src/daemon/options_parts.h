/* What daemon/options*.c share. */

#ifndef DAEMON_OPTIONS_PARTS_H
#define DAEMON_OPTIONS_PARTS_H

#include <stddef.h>

#include "daemon/options.h"

enum {
	OPTIONS_WHY = 240,
	OPTIONS_LIST = 32, /* -l and -L each */
};

/* What is kept until all options are read. */
struct reading {
	struct options *o;
	struct settings *settings;
	const char *listen[OPTIONS_LIST], *admin[OPTIONS_LIST];
	size_t nlisten, nadmin;
	const char *listen_port, *admin_port; /* NULL: not given */
	char *why;
};

/* Puts into why what is wrong. */
enum options_wish options_bad(const struct reading *, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Sets what the option of that letter gives; OPTIONS_BAD with why. */
enum options_wish options_set(
    const struct reading *, int letter, const char *key, const char *value);

/* ---- options_where.c, when all have been read: -l and -p, -L and -P */

enum options_wish options_listen(const struct reading *);
enum options_wish options_admin(const struct reading *);

#endif

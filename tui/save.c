#include "tui/save.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "tui/act.h"
#include "tui/records.h"

/* From the root on; false: it is too long. */
static bool
resolve(const char *path, char where[SAVE_WHERE])
{
	const char *home = getenv("HOME"), *name = path;
	char folder[SAVE_WHERE - 256] = "";
	int n;

	if (strncmp(path, "~/", 2) == 0 && home != NULL) {
		(void)snprintf(folder, sizeof folder, "%s", home);
		name = path + 2;
	} else if (path[0] != '/' && getcwd(folder, sizeof folder) == NULL) {
		return false;
	}
	n = snprintf(where, SAVE_WHERE, "%s%s%s", folder,
	    folder[0] != '\0' ? "/" : "", name);
	return n > 0 && n < SAVE_WHERE - 8;
}

static size_t
put_rows(const struct model *m, FILE *file, const char *path)
{
	const struct layout *layout = admin_commands[save_list(m)].answer;
	size_t n = rows_count(m, m->view), len = strlen(path);
	struct records r = { .file = file };
	union save_row row;

	if (len > 4 && strcasecmp(path + len - 4, ".csv") == 0)
		r.format = RECORDS_CSV;
	records_time(&r, (time_t)m->wall);
	records_put(&r, layout, NULL, 0);
	for (size_t i = 0; i < n; i++) {
		save_take(m, (int)i, &row);
		records_put(&r, layout, &row, 1);
	}
	return n;
}

/* Give the whole file its name; link() leaves alone what is there. */
static int
put_in_place(const char *fresh, const char *where, bool replace)
{
	if (replace)
		return rename(fresh, where) == -1 ? -errno : 0;
	if (link(fresh, where) == -1)
		return -errno;
	(void)unlink(fresh);
	return 0;
}

long
save_view(const struct model *m, const char *path, bool replace,
    char where[SAVE_WHERE])
{
	char fresh[SAVE_WHERE];
	FILE *file;
	size_t n;
	int fd, err = 0;

	if (!resolve(path, where))
		return -ENAMETOOLONG;
	if (!replace && access(where, F_OK) == 0)
		return -EEXIST;
	(void)snprintf(
	    fresh, sizeof fresh, "%.*s.XXXXXX", SAVE_WHERE - 8, where);
	fd = mkstemp(fresh); /* mode 0600 */
	file = fd == -1 ? NULL : fdopen(fd, "w");
	if (file == NULL)
		return -errno;
	n = put_rows(m, file, where);
	if (fflush(file) != 0 || ferror(file))
		err = errno != 0 ? -errno : -EIO;
	if (fclose(file) != 0 && err == 0)
		err = -errno;
	if (err == 0)
		err = put_in_place(fresh, where, replace);
	if (err != 0)
		(void)unlink(fresh);
	return err != 0 ? err : (long)n;
}

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

struct save {
	struct records records;
	bool replace;
	size_t rows, done;
	unsigned order; /* of the rows, when it began */
	char where[SAVE_WHERE],
	    fresh[SAVE_WHERE]; /* fresh: until it is whole */
};

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

static bool
is_csv(const char *path)
{
	size_t len = strlen(path);

	return len > 4 && strcasecmp(path + len - 4, ".csv") == 0;
}

int
save_open(struct save **to, const struct model *m, const char *path,
    bool replace, char where[SAVE_WHERE])
{
	struct save *s;
	int fd, err;

	if (!resolve(path, where))
		return -ENAMETOOLONG;
	if (!replace && access(where, F_OK) == 0)
		return -EEXIST;
	s = calloc(1, sizeof *s);
	if (s == NULL)
		return -ENOMEM;
	s->replace = replace;
	s->rows = rows_count(m, m->view);
	s->order = m->orders;
	(void)snprintf(s->where, sizeof s->where, "%s", where);
	(void)snprintf(
	    s->fresh, sizeof s->fresh, "%.*s.XXXXXX", SAVE_WHERE - 8, where);
	fd = mkstemp(s->fresh); /* mode 0600 */
	if (fd == -1)
		s->fresh[0] = '\0';
	else
		s->records.file = fdopen(fd, "w");
	if (s->records.file == NULL) {
		err = -errno;
		if (fd != -1)
			(void)close(fd);
		save_close(s);
		return err;
	}
	s->records.format = is_csv(where) ? RECORDS_CSV : RECORDS_JSON;
	records_time(&s->records, (time_t)m->wall);
	records_put(&s->records, admin_commands[save_list(m)].answer, NULL, 0);
	*to = s;
	return 0;
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

static int
finish(struct save *s)
{
	FILE *file = s->records.file;
	int err = 0;

	if (fflush(file) != 0 || ferror(file))
		err = errno != 0 ? -errno : -EIO;
	s->records.file = NULL;
	if (fclose(file) != 0 && err == 0)
		err = -errno;
	if (err == 0)
		err = put_in_place(s->fresh, s->where, s->replace);
	if (err == 0)
		s->fresh[0] = '\0';
	return err;
}

long
save_some(struct save *s, const struct model *m)
{
	const struct layout *layout = admin_commands[save_list(m)].answer;
	union save_row row;
	int err;

	if (!m->saving)
		return -ECANCELED;
	if (s->order != m->orders || s->rows != rows_count(m, m->view))
		return -ESTALE;
	for (size_t i = 0; i < SAVE_SLICE && s->done < s->rows; i++) {
		save_take(m, (int)s->done++, &row);
		records_put(&s->records, layout, &row, 1);
	}
	if (ferror(s->records.file))
		return errno != 0 ? -errno : -EIO;
	if (s->done < s->rows)
		return -EAGAIN;
	err = finish(s);
	return err != 0 ? err : (long)s->rows;
}

void
save_close(struct save *s)
{
	if (s == NULL)
		return;
	if (s->records.file != NULL)
		(void)fclose(s->records.file);
	if (s->fresh[0] != '\0')
		(void)unlink(s->fresh);
	free(s);
}

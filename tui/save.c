#include "tui/save.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "ctl/table.h"
#include "tui/act.h"
#include "tui/records.h"

struct save {
	struct records records;
	struct table table; /* of text, whose columns are as wide as all rows */
	bool text, replace;
	size_t rows, measured, done;
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
ends_in(const char *path, const char *end)
{
	size_t len = strlen(path), n = strlen(end);

	return len > n && strcasecmp(path + len - n, end) == 0;
}

static void
put(struct save *s, const struct layout *layout, const void *rows, size_t n)
{
	struct paper paper = {
		.out = s->records.file, .columns = INT_MAX, .cut = ""
	};

	if (s->text)
		table_rows(&paper, &s->table, layout, rows, n);
	else
		records_put(&s->records, layout, rows, n);
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
	s->text = ends_in(where, ".txt");
	s->records.format = ends_in(where, ".csv") ? RECORDS_CSV : RECORDS_JSON;
	records_time(&s->records, (time_t)m->wall);
	if (!s->text || s->rows == 0)
		put(s, admin_commands[save_list(m)].answer, NULL, 0);
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

/* Text is gone through twice. */
static void
slice(struct save *s, const struct model *m)
{
	const struct layout *layout = admin_commands[save_list(m)].answer;
	bool measures = s->text && s->measured < s->rows;
	size_t *at = measures ? &s->measured : &s->done;
	union save_row row;

	for (size_t i = 0; i < SAVE_SLICE && *at < s->rows; i++) {
		save_take(m, (int)(*at)++, &row);
		if (measures)
			table_measure(&s->table, layout, &row, 1);
		else
			put(s, layout, &row, 1);
	}
}

long
save_some(struct save *s, const struct model *m)
{
	int err;

	if (!m->saving)
		return -ECANCELED;
	if (s->order != m->orders || s->rows != rows_count(m, m->view))
		return -ESTALE;
	slice(s, m);
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

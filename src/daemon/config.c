#include "daemon/config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"

enum {
	LARGEST = 1 << 20, /* octets of one file; more is a mistake */
	PATH = 1024,
};

/* A file being read; they form a stack of includes. */
struct source {
	const char *path;
	unsigned line;
	unsigned depth;
	struct settings *to;
	char *why;    /* CONFIG_WHY octets */
	bool serving; /* nothing may hold us up */
};

static int read_file(struct source *, const struct source *by);

/* Say where the error is, then what. */
static int
complain(const struct source *at, int err, const char *what)
{
	char path[200];

	text_escape(path, sizeof path, at->path, strlen(at->path));
	if (at->line > 0)
		snprintf(
		    at->why, CONFIG_WHY, "%s:%u: %s", path, at->line, what);
	else
		snprintf(at->why, CONFIG_WHY, "%s: %s", path, what);
	return err;
}

/* An included file lies beside the one that names it. */
static int
include(const struct source *by, const char *name)
{
	const char *slash = strrchr(by->path, '/');
	int dir = slash == NULL || *name == '/' ? 0 : (int)(slash - by->path);
	struct source at = *by;
	char path[PATH];
	int n;

	n = snprintf(path, sizeof path, "%.*s%s%s", dir, by->path,
	    slash == NULL || *name == '/' ? "" : "/", name);
	if (*name == '\0' || n < 0 || (size_t)n >= sizeof path)
		return complain(
		    by, -EINVAL, "include: want the name of a file");
	if (by->depth + 1 == CONFIG_DEPTH)
		return complain(
		    by, -EINVAL, "include: files include each other too deep");
	at.path = path;
	at.line = 0;
	at.depth++;
	return read_file(&at, by);
}

/* End the line where a comment begins, and drop blanks around what is left. */
static char *
trim(char *line)
{
	char *end;

	line += strspn(line, " \t\r");
	for (end = line; *end != '\0'; end++)
		if (*end == '#' &&
		    (end == line || end[-1] == ' ' || end[-1] == '\t'))
			break;
	while (end > line && strchr(" \t\r", end[-1]) != NULL)
		end--;
	*end = '\0';
	return line;
}

static int
read_line(const struct source *at, char *line)
{
	char what[160 + 1], *key = trim(line), *value;
	int err;

	if (*key == '\0')
		return 0;
	value = key + strcspn(key, " \t");
	if (*value != '\0')
		*value++ = '\0';
	value += strspn(value, " \t");
	if (strcmp(key, "include") == 0)
		return include(at, value);
	err = settings_set(at->to, ORIGIN_FILE, key, value, what);
	return err == 0 ? 0 : complain(at, err, what);
}

/* text[len] may be written; it becomes the last line's end. */
static int
read_lines(struct source *at, char *text, size_t len)
{
	char *line = text, *end;
	int err = 0;

	text[len] = '\0';
	for (; err == 0 && line < text + len; line = end + 1) {
		at->line++;
		end = memchr(line, '\n', (size_t)(text + len - line));
		if (end == NULL)
			end = text + len;
		*end = '\0';
		if (strlen(line) != (size_t)(end - line))
			return complain(at, -EINVAL, "a NUL octet in the line");
		err = read_line(at, line);
	}
	return err;
}

static const char too_large[] =
    "larger than 1 MiB: a file like that is none of "
    "ours, but it may include others";

/* The whole file, with room for one octet more; NULL with errno set. */
static char *
slurp(int fd, size_t *len)
{
	char *text = malloc(LARGEST + 1);
	ssize_t n;

	*len = 0;
	while (text != NULL) {
		n = read(fd, text + *len, LARGEST + 1 - *len);
		if (n > 0)
			*len += (size_t)n;
		if (n == 0 || *len > LARGEST)
			break;
		if (n == -1 && errno != EINTR) {
			free(text);
			return NULL;
		}
	}
	if (text != NULL && *len > LARGEST) {
		free(text);
		errno = EFBIG;
		return NULL;
	}
	return text;
}

/*
 * Open a file for reading. What a line includes, or a daemon reads while it
 * serves, must be a plain file: a FIFO would hold us up. NULL, or what is
 * wrong.
 */
static const char *
open_file(const char *path, bool plain, int *fd)
{
	struct stat st;

	*fd = open(path, O_RDONLY | O_CLOEXEC | (plain ? O_NONBLOCK : 0));
	if (*fd == -1)
		return strerror(errno);
	if (!plain || (fstat(*fd, &st) == 0 && S_ISREG(st.st_mode)))
		return NULL;
	close(*fd);
	return "not a plain file";
}

/* Read the file `at` is about; `by` is the line that includes it, or NULL. */
static int
read_file(struct source *at, const struct source *by)
{
	char what[PATH + 80];
	const char *wrong;
	char *text = NULL;
	size_t len = 0;
	int fd, err;

	wrong = open_file(at->path, by != NULL || at->serving, &fd);
	if (wrong == NULL) {
		text = slurp(fd, &len);
		wrong = text != NULL     ? NULL
			: errno == EFBIG ? too_large
					 : strerror(errno);
		close(fd);
	}
	if (wrong != NULL && by == NULL)
		return complain(at, -EINVAL, wrong);
	if (wrong != NULL) {
		snprintf(what, sizeof what, "include %s: %s", at->path, wrong);
		return complain(by, -EINVAL, what);
	}
	err = read_lines(at, text, len);
	free(text);
	return err;
}

/* Read into a copy, so that a bad file changes nothing. */
static int
load(struct settings *s, struct source at, const char *text, size_t len)
{
	struct settings *scratch = at.to = settings_copy(s);
	char *why = at.why;
	char *copy = NULL;
	int err = -ENOMEM;

	snprintf(why, CONFIG_WHY, "out of memory");
	if (scratch == NULL)
		return err;
	settings_clear(scratch, ORIGIN_FILE);
	if (text == NULL) {
		err = read_file(&at, NULL);
	} else if ((copy = malloc(len + 1)) != NULL) {
		memcpy(copy, text, len);
		err = read_lines(&at, copy, len);
	}
	if (err == 0) {
		settings_move(s, scratch, ORIGIN_FILE);
		*why = '\0';
	}
	free(copy);
	settings_free(scratch);
	return err;
}

int
config_load(struct settings *s, const char *path, char why[CONFIG_WHY])
{
	return load(s, (struct source){ .path = path, .why = why }, NULL, 0);
}

int
config_reload(struct settings *s, const char *path, char why[CONFIG_WHY])
{
	return load(s,
	    (struct source){ .path = path, .why = why, .serving = true }, NULL,
	    0);
}

int
config_parse(struct settings *s, const char *path, const char *text, size_t len,
    char why[CONFIG_WHY])
{
	return load(s, (struct source){ .path = path, .why = why }, text, len);
}

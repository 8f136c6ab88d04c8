#include "daemon/findings_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"

static char *
add_part(char *at, const struct finding *f, enum finding_part part)
{
	struct finding_text text = finding_part(f, part);

	if (text.len == 0)
		*at++ = '-';
	at += text_escape(at, 4 * FINDING_TEXT + 1, text.bytes, text.len);
	*at++ = '\t';
	return at;
}

size_t
findings_file_line(char line[FINDINGS_FILE_LINE], const struct finding *f)
{
	const char *outcome = f->confirmed ? "confirmed\n" : "refused\n";
	time_t when = (time_t)f->time;
	char *at = line;
	struct tm tm;

	gmtime_r(&when, &tm);
	at += strftime(at, 32, "%Y-%m-%dT%H:%M:%SZ\t", &tm);
	for (size_t i = 0; i < FINDING_PARTS; i++)
		at = add_part(at, f, (enum finding_part)i);
	memcpy(at, outcome, strlen(outcome));
	return (size_t)(at - line) + strlen(outcome);
}

/* ---- the file */

static int
say(char why[FINDINGS_FILE_WHY], const char *path, const char *what)
{
	(void)snprintf(why, FINDINGS_FILE_WHY, "%.80s: %s", path, what);
	return -1;
}

/* A descriptor, or -1 with why; *size is what it held. */
static int
open_file(const char *path, off_t *size, char why[FINDINGS_FILE_WHY])
{
	int fd = open(path,
	    O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC,
	    0600);
	struct stat st;

	if (fd == -1 || fstat(fd, &st) == -1)
		say(why, path, strerror(errno));
	else if (!S_ISREG(st.st_mode))
		say(why, path, "is no regular file");
	else if ((st.st_mode & 0077) != 0)
		say(why, path, "others may read it: chmod 600 first");
	else
		*size = st.st_size;
	if (*why == '\0')
		return fd;
	if (fd != -1)
		close(fd);
	return -1;
}

/* 0 or errno. */
static int
write_all(int fd, const char *text, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, text, len);

		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return n == 0 ? EIO : errno;
		text += n;
		len -= (size_t)n;
	}
	return 0;
}

int
findings_file_append(const char *path, struct finding *const found[], size_t n,
    uint64_t after, char why[FINDINGS_FILE_WHY])
{
	char line[FINDINGS_FILE_LINE];
	off_t size = 0;
	int fd, err = 0;

	*why = '\0';
	if ((fd = open_file(path, &size, why)) == -1)
		return -1;
	for (size_t i = 0; i < n && err == 0; i++)
		if (found[i]->id > after)
			err = write_all(
			    fd, line, findings_file_line(line, found[i]));
	explicit_bzero(line, sizeof line);
	if (err != 0) {
		say(why, path, strerror(err));
		(void)ftruncate(fd, size); /* they are all written later */
	}
	close(fd);
	return err == 0 ? 0 : -1;
}

void
findings_file_change(struct change *c)
{
	if (c->kind == CHANGE_FIND && c->file != NULL)
		(void)findings_file_append(
		    c->file, c->found, c->nfound, c->filed, c->file_why);
}

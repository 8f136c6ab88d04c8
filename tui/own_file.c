#include "tui/own_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/paths.h"
#include "base/text.h"
#include "ctl/words.h"

enum { PATH = PATHS_TEXT + 64 };

static void
path_of(char path[PATH], const char *name, const char *end)
{
	char folder[PATHS_TEXT];

	paths_own(folder);
	(void)snprintf(path, PATH, "%s/%.40s%s", folder, name, end);
}

static void
tell(const char *path, unsigned line, const char *wrong)
{
	char text[600];

	(void)text_show(text, sizeof text, wrong, strlen(wrong));
	(void)fprintf(stderr, "socks5tui: %s:%u: %s\n", path, line, text);
}

unsigned
own_file_read(const char *name,
    const char *(*take)(char *words[], size_t n, void *arg), void *arg)
{
	char path[PATH], *line = NULL, *words[WORDS_MOST];
	size_t room = 0;
	unsigned number = 0, mistakes = 0;
	FILE *file;

	path_of(path, name, "");
	file = fopen(path, "re");
	if (file == NULL)
		return 0;
	while (getline(&line, &room, file) != -1) {
		const char *wrong = "too many words, or an open quote";
		int n;

		number++;
		if (line[strspn(line, " \t\r\n")] == '#')
			continue;
		n = words_split(line, words);
		if (n == 0)
			continue;
		if (n > 0)
			wrong = take(words, (size_t)n, arg);
		mistakes += wrong != NULL;
		if (wrong != NULL)
			tell(path, number, wrong);
	}
	free(line);
	(void)fclose(file);
	return mistakes;
}

/* The folder, and the one it is in. */
static void
make_folder(void)
{
	char folder[PATHS_TEXT], *slash;

	paths_own(folder);
	slash = strrchr(folder, '/');
	*slash = '\0';
	(void)mkdir(folder, 0700);
	*slash = '/';
	(void)mkdir(folder, 0700);
}

int
own_file_write(
    const char *name, void (*put)(FILE *, const void *arg), const void *arg)
{
	char path[PATH], fresh[PATH];
	FILE *file;
	int fd, err = 0;

	make_folder();
	path_of(path, name, "");
	path_of(fresh, name, ".new");
	fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	file = fd == -1 ? NULL : fdopen(fd, "w");
	if (file == NULL)
		return -errno;
	put(file, arg);
	if (fflush(file) != 0 || ferror(file) || fsync(fd) != 0)
		err = -errno;
	(void)fclose(file);
	if (err == 0 && rename(fresh, path) == -1)
		err = -errno;
	if (err != 0)
		(void)unlink(fresh);
	return err;
}

void
own_file_put_word(FILE *file, const char *text)
{
	const char *quote = strchr(text, '"') == NULL ? "\"" : "'";

	(void)fprintf(file, "%s%s%s", quote, text, quote);
}

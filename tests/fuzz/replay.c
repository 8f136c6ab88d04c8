/*
 * Stands in for libFuzzer: plays a target its corpus, and every prefix of
 * each file, so that whatever was found once is tested for ever. Each input
 * is a block of its own, for the address sanitizer and valgrind to watch.
 *
 * The corpus of tests/fuzz/NAME_fuzz is $srcdir/tests/fuzz/corpus/NAME; files
 * named on the command line are played instead.
 */

#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

enum {
	LARGEST = 1 << 20,
	EVERY_PREFIX = 4096, /* of longer files only some */
};

static void
play(const uint8_t *bytes, size_t len)
{
	uint8_t *own = malloc(len > 0 ? len : 1);

	if (own == NULL)
		abort();
	if (len > 0)
		memcpy(own, bytes, len);
	(void)LLVMFuzzerTestOneInput(own, len);
	free(own);
}

static int
play_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	uint8_t *bytes = malloc(LARGEST);
	size_t len, step;

	if (f == NULL || bytes == NULL) {
		perror(path);
		exit(1);
	}
	len = fread(bytes, 1, LARGEST, f);
	step = len > EVERY_PREFIX ? len / EVERY_PREFIX : 1;
	for (size_t i = 0; i < len; i += step)
		play(bytes, i);
	play(bytes, len);
	fclose(f);
	free(bytes);
	return 1;
}

static int
play_dir(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *entry;
	char path[4096 + 300];
	int played = 0;

	while (d != NULL && (entry = readdir(d)) != NULL) {
		if (*entry->d_name == '.')
			continue;
		snprintf(path, sizeof path, "%s/%s", dir, entry->d_name);
		played += play_file(path);
	}
	if (d != NULL)
		closedir(d);
	return played;
}

int
main(int argc, char *argv[])
{
	const char *top = getenv("srcdir"),
		   *name = program_invocation_short_name;
	const char *end = strstr(name, "_fuzz");
	char dir[4096];
	int played = 0;

	for (int i = 1; i < argc; i++)
		played += play_file(argv[i]);
	if (argc == 1) {
		snprintf(dir, sizeof dir, "%s/tests/fuzz/corpus/%.*s",
		    top != NULL ? top : ".",
		    (int)(end != NULL ? end - name : (long)strlen(name)), name);
		played = play_dir(dir);
	}
	if (played == 0)
		fprintf(stderr, "%s: no corpus in %s\n", name, dir);
	printf("%d files and their prefixes replayed\n", played);
	return played > 0 ? 0 : 1;
}

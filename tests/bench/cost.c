#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/bench/load.h"

/* What proc(5) says of a process that matters here, in ticks and pages. */
struct stat_line {
	int session;
	unsigned long ticks;
	long pages;
};

static bool
read_line(const char *pid, struct stat_line *s)
{
	char path[64], line[1024] = "";
	const char *rest;
	unsigned long user, system;
	long waited_user, waited_system;
	FILE *f;

	(void)snprintf(path, sizeof path, "/proc/%.16s/stat", pid);
	if ((f = fopen(path, "r")) == NULL)
		return false;
	rest = fgets(line, sizeof line, f) != NULL ? strrchr(line, ')') : NULL;
	fclose(f);
	if (rest == NULL ||
	    sscanf(rest,
		") %*c %*d %*d %d %*d %*d %*u %*u %*u %*u %*u %lu %lu %ld %ld "
		"%*d %*d %*d %*d %*u %*u %ld",
		&s->session, &user, &system, &waited_user, &waited_system,
		&s->pages) != 6)
		return false;
	s->ticks = user + system + (unsigned long)waited_user +
		   (unsigned long)waited_system;
	return true;
}

static uint64_t
count_descriptors(const char *pid)
{
	char path[64];
	uint64_t n = 0;
	DIR *d;

	(void)snprintf(path, sizeof path, "/proc/%.16s/fd", pid);
	if ((d = opendir(path)) == NULL)
		return 0;
	while (readdir(d) != NULL)
		n++;
	closedir(d);
	return n - 2;
}

struct cost
cost_of(pid_t session)
{
	struct cost cost = { 0 };
	struct stat_line s;
	struct dirent *e;
	DIR *d = session > 0 ? opendir("/proc") : NULL;

	while (d != NULL && (e = readdir(d)) != NULL) {
		if (!isdigit((unsigned char)e->d_name[0]) ||
		    !read_line(e->d_name, &s) || s.session != session)
			continue;
		cost.cpu += (double)s.ticks / (double)sysconf(_SC_CLK_TCK);
		cost.resident +=
		    (uint64_t)s.pages * (uint64_t)sysconf(_SC_PAGESIZE);
		cost.descriptors += count_descriptors(e->d_name);
		cost.processes++;
	}
	if (d != NULL)
		closedir(d);
	return cost;
}

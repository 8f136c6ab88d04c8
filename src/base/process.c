#include "base/process.h"

#include <dirent.h>
#include <inttypes.h>
#include <malloc.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static void
look_at_memory(struct process *p)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	FILE *f = fopen("/proc/self/statm", "re");
	uint64_t mapped, resident;

	if (f == NULL)
		return;
	if (fscanf(f, "%" SCNu64 " %" SCNu64, &mapped, &resident) == 2) {
		p->mapped = mapped * page;
		p->resident = resident * page;
	}
	(void)fclose(f);
}

static uint64_t
heap_in_use(void)
{
	struct mallinfo2 m = mallinfo2();

	return m.uordblks + m.hblkhd;
}

/* Neither "." and ".." nor the folder's own descriptor count. */
static uint64_t
count_descriptors(const char *folder)
{
	DIR *dir = opendir(folder);
	uint64_t n = 0;

	if (dir == NULL)
		return 0;
	while (readdir(dir) != NULL)
		n++;
	(void)closedir(dir);
	return n > 3 ? n - 3 : 0;
}

static void
look_at_descriptors(struct process *p)
{
	static const char folder[] = "/proc/self/fd";
	struct rlimit limit;
	struct stat st;

	if (stat(folder, &st) == 0 && st.st_size > 0)
		p->descriptors = (uint64_t)st.st_size;
	else
		p->descriptors = count_descriptors(folder);
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0)
		p->descriptors_most = limit.rlim_cur;
}

void
process_look(struct process *p)
{
	struct timespec t;

	*p = (struct process){ 0 };
	if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t) == 0)
		p->cpu_us =
		    (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
	look_at_memory(p);
	p->heap = heap_in_use();
	look_at_descriptors(p);
}

void
process_give_back(void)
{
	/* From this size on malloc() asks the system for each block. */
	(void)mallopt(M_MMAP_THRESHOLD, 32 * 1024);
}

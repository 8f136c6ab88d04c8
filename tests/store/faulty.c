#include "tests/store/faulty.h"

#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

struct faulty faulty;
void (*faulty_meanwhile)(void);

static size_t failing;
static int failure;
static bool stays;

/* The real file is behind it in memory. */
struct file {
	sqlite3_file base;
	sqlite3_io_methods methods;
};

static sqlite3_vfs *real_vfs;

static sqlite3_file *
real(sqlite3_file *f)
{
	return (sqlite3_file *)((struct file *)f + 1);
}

static bool
fails(void)
{
	if (faulty_meanwhile != NULL)
		faulty_meanwhile();
	faulty.calls++;
	if (failing == 0 || faulty.calls < failing ||
	    (faulty.calls > failing && !stays))
		return false;
	faulty.failed = true;
	return true;
}

void
faulty_begin(size_t first, int code, bool on)
{
	faulty = (struct faulty){ 0 };
	failing = first;
	failure = code;
	stays = on;
}

/* ---- what may fail */

static int
write_at(sqlite3_file *f, const void *from, int n, sqlite3_int64 at)
{
	if (fails())
		return failure;
	return real(f)->pMethods->xWrite(real(f), from, n, at);
}

static int
sync_now(sqlite3_file *f, int flags)
{
	if (fails())
		return failure;
	return real(f)->pMethods->xSync(real(f), flags);
}

static int
truncate_to(sqlite3_file *f, sqlite3_int64 size)
{
	if (fails())
		return failure;
	return real(f)->pMethods->xTruncate(real(f), size);
}

/* ---- the rest is handed on */

#define ON(f) real(f)->pMethods
static int
close_file(sqlite3_file *f)
{
	return ON(f)->xClose(real(f));
}

static int
read_at(sqlite3_file *f, void *to, int n, sqlite3_int64 at)
{
	return ON(f)->xRead(real(f), to, n, at);
}

static int
file_size(sqlite3_file *f, sqlite3_int64 *size)
{
	return ON(f)->xFileSize(real(f), size);
}

static int
lock(sqlite3_file *f, int level)
{
	return ON(f)->xLock(real(f), level);
}

static int
unlock(sqlite3_file *f, int level)
{
	return ON(f)->xUnlock(real(f), level);
}

static int
check_lock(sqlite3_file *f, int *out)
{
	return ON(f)->xCheckReservedLock(real(f), out);
}

static int
control(sqlite3_file *f, int what, void *arg)
{
	return ON(f)->xFileControl(real(f), what, arg);
}

static int
sector_size(sqlite3_file *f)
{
	return ON(f)->xSectorSize(real(f));
}

static int
traits(sqlite3_file *f)
{
	return ON(f)->xDeviceCharacteristics(real(f));
}

static int
shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **out)
{
	return ON(f)->xShmMap(real(f), page, size, extend, out);
}

static int
shm_lock(sqlite3_file *f, int offset, int n, int flags)
{
	return ON(f)->xShmLock(real(f), offset, n, flags);
}

static void
shm_barrier(sqlite3_file *f)
{
	ON(f)->xShmBarrier(real(f));
}

static int
shm_unmap(sqlite3_file *f, int delete)
{
	return ON(f)->xShmUnmap(real(f), delete);
}

static int
open_file(
    sqlite3_vfs *vfs, const char *path, sqlite3_file *f, int flags, int *out)
{
	static const sqlite3_io_methods ours = {
		2, /* no memory mapping of the file */
		close_file, read_at, write_at, truncate_to, sync_now, file_size,
		lock, unlock, check_lock, control, sector_size, traits, shm_map,
		shm_lock, shm_barrier, shm_unmap, NULL, NULL
	};
	int result = real_vfs->xOpen(real_vfs, path, real(f), flags, out);

	(void)vfs;
	f->pMethods = real(f)->pMethods == NULL ? NULL : &ours;
	return result;
}

void
faulty_install(void)
{
	static sqlite3_vfs vfs;

	real_vfs = sqlite3_vfs_find(NULL);
	assert_non_null(real_vfs);
	vfs = *real_vfs;
	vfs.zName = "faulty";
	vfs.szOsFile = (int)sizeof(struct file) + real_vfs->szOsFile;
	vfs.xOpen = open_file;
	vfs.pNext = NULL;
	assert_int_equal(sqlite3_vfs_register(&vfs, 1), SQLITE_OK);
}

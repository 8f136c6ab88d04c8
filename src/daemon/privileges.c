#include "daemon/privileges.h"

#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stddef.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_FILES = 1 << 20 }; /* where the hard limit is "unlimited" */

uint64_t
privileges_raise_files(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == -1)
		return 1024;
	if (limit.rlim_max == RLIM_INFINITY || limit.rlim_max > MOST_FILES)
		limit.rlim_cur = MOST_FILES;
	else
		limit.rlim_cur = limit.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &limit) == -1)
		(void)getrlimit(RLIMIT_NOFILE, &limit);
	return limit.rlim_cur;
}

bool
privileges_find(struct privileges_user *user, const char *name)
{
	const struct passwd *entry = getpwnam(name);

	if (entry == NULL)
		return false;
	user->uid = entry->pw_uid;
	user->gid = entry->pw_gid;
	return true;
}

/* A parent is nobody's secret: who the daemon becomes must get past it. */
static int
make_parent(const char *path)
{
	if (mkdir(path, 0755) == 0)
		return chmod(path, 0755) == -1 ? -errno : 0; /* the umask */
	return errno == EEXIST ? 0 : -errno;
}

static int
make_folder(const char *path, const struct privileges_user *user)
{
	if (mkdir(path, 0750) == 0)
		return privileges_give(path, user);
	return errno == EEXIST ? 0 : -errno;
}

/* In a folder of that user's there may be a link by now, to a file of root's.
 */
int
privileges_give(const char *path, const struct privileges_user *user)
{
	return user != NULL && lchown(path, user->uid, user->gid) == -1 ? -errno
									: 0;
}

int
privileges_folder(const char *file, const struct privileges_user *user)
{
	const char *name = strrchr(file, '/');
	size_t len = name == NULL ? 0 : (size_t)(name - file);
	char part[PATH_MAX];
	int err;

	if (len == 0)
		return 0;
	if (len >= sizeof part)
		return -ENAMETOOLONG;
	memcpy(part, file, len);
	part[len] = '\0';
	for (char *slash = strchr(part + 1, '/'); slash != NULL;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		/* Parents stay ours: only the folder itself is the user's. */
		if ((err = make_parent(part)) != 0)
			return err;
		*slash = '/';
	}
	return make_folder(part, user);
}

int
privileges_drop(const char *name, const struct privileges_user *user)
{
	if (initgroups(name, user->gid) == -1)
		return -errno;
	if (setresgid(user->gid, user->gid, user->gid) == -1)
		return -errno;
	if (setresuid(user->uid, user->uid, user->uid) == -1)
		return -errno;
	return 0;
}

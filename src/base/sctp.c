#include "base/sctp.h"

#include <errno.h>
#include <glob.h>
#include <netinet/in.h>
#include <netinet/sctp.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/utsname.h>
#include <unistd.h>

int
sctp_tune(int fd)
{
	static const int on = 1;
	/* The kernel's least of 1 s turns every lost or held-back packet
	 * into a second of silence. */
	static const struct sctp_rtoinfo rto = {
		.srto_initial = 200,
		.srto_min = 20,
	};

	if (setsockopt(fd, IPPROTO_SCTP, SCTP_NODELAY, &on, sizeof on) == -1)
		return -errno;
	if (setsockopt(fd, IPPROTO_SCTP, SCTP_RTOINFO, &rto, sizeof rto) == -1)
		return -errno;
	return 0;
}

int
sctp_socket(int family)
{
	int fd, err;

	fd = socket(
	    family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_SCTP);
	if (fd == -1)
		return errno == ESOCKTNOSUPPORT ? -EPROTONOSUPPORT : -errno;
	err = sctp_tune(fd);
	if (err != 0)
		close(fd);
	return err != 0 ? err : fd;
}

/* 0, or -errno of the first call that fails. */
static int
try_to_serve(void)
{
	struct sockaddr_in any = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = sctp_socket(AF_INET), err = 0;

	if (fd < 0)
		return fd;
	if (bind(fd, (struct sockaddr *)&any, sizeof any) == -1 ||
	    listen(fd, 1) == -1)
		err = -errno;
	close(fd);
	return err;
}

/* Is there a module that could be loaded? */
static bool
has_module(void)
{
	char path[sizeof((struct utsname *)0)->release + 64];
	struct utsname self;
	glob_t found;
	bool has;

	if (uname(&self) == -1)
		return false;
	(void)snprintf(path, sizeof path,
	    "/lib/modules/%s/kernel/net/sctp/sctp.ko*", self.release);
	has = glob(path, GLOB_NOSORT, NULL, &found) == 0;
	globfree(&found);
	return has;
}

const char *
sctp_lack(void)
{
	switch (try_to_serve()) {
	case 0:
		return NULL;
	case -EPROTONOSUPPORT:
		if (has_module())
			return "this kernel has not loaded it: modprobe sctp, "
			       "as root";
		return "this kernel has none, and no module of it is "
		       "installed: install the kernel's further modules "
		       "(Ubuntu: linux-modules-extra), or in a container load "
		       "sctp on its host";
	case -ENOSYS:
		return "this kernel's SCTP lacks a hash: modprobe -a hmac "
		       "sha256_generic, as root";
	case -EACCES:
	case -EPERM:
		return "it is forbidden here: look at seccomp, SELinux or "
		       "AppArmor";
	default:
		return "this kernel does not let it be served on loopback";
	}
}

#include "base/sctp.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/sctp.h>
#include <sys/socket.h>
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

#include <errno.h>

#include "base/sctp.h"

int
sctp_tune(int fd)
{
	(void)fd;
	return -EPROTONOSUPPORT;
}

int
sctp_socket(int family)
{
	(void)family;
	return -EPROTONOSUPPORT;
}

#include <errno.h>

#include "base/sctp.h"

int
sctp_tune(int fd)
{
	(void)fd;
	return -EPROTONOSUPPORT;
}

const char *
sctp_lack(void)
{
	return "this build has none: install libsctp-dev and configure it "
	       "without --without-sctp";
}

int
sctp_socket(int family)
{
	(void)family;
	return -EPROTONOSUPPORT;
}

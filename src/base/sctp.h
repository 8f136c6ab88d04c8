/*
 * Kernel SCTP in one-to-one style, as both ends of the admin protocol use it.
 * sctp.c, or sctp_none.c in a build without it. Any thread.
 */

#ifndef BASE_SCTP_H
#define BASE_SCTP_H

enum {
	/* Larger messages stall for a retransmission timeout over loopback. */
	SCTP_SEND_MOST = 4096,
};

/*
 * A new socket of that family, non-blocking, close-on-exec, tuned; the
 * descriptor or -errno: -EPROTONOSUPPORT if the kernel or the build has no
 * SCTP.
 */
int sctp_socket(int family);

/* No Nagle delay, short first retransmissions: 0 or -errno. */
int sctp_tune(int fd);

/*
 * What keeps this host from serving SCTP and what to do about it, for people: a
 * constant text. NULL: nothing does. Tries it on loopback.
 */
const char *sctp_lack(void);

#endif

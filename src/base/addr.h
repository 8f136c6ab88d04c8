/*
 * Network addresses with a port: compact, comparable, printable. Any thread.
 */

#ifndef BASE_ADDR_H
#define BASE_ADDR_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

enum addr_family {
	ADDR_NONE = 0,
	ADDR_V4 = 4,
	ADDR_V6 = 6,
};

struct addr {
	uint8_t ip[16]; /* network order; the first 4 for ADDR_V4 */
	uint16_t port;  /* host order */
	uint8_t family; /* enum addr_family */
};

/* Room for any as text, and a NUL. A scope of IPv6 is not kept. */
enum { ADDR_TEXT = 64, ADDR_PORT_TEXT = 8 };

/* ADDR_NONE for any family but AF_INET and AF_INET6; ::ffff:a.b.c.d is V4. */
struct addr addr_of(const struct sockaddr *);

/* Fill in a socket address; returns its length. */
socklen_t addr_sockaddr(const struct addr *, struct sockaddr_storage *);

/*
 * Print "10.0.0.1:80" or "[2001:db8::1]:80" (addr_ip: without the port and
 * brackets); "-" for ADDR_NONE. Returns the length without the NUL.
 */
size_t addr_print(const struct addr *, char text[ADDR_TEXT]);
size_t addr_ip(const struct addr *, char text[ADDR_TEXT]);

/* ":443" */
size_t addr_port(uint16_t, char text[ADDR_PORT_TEXT]);

/*
 * Read "ADDR", "ADDR:PORT" or "[V6]:PORT"; a port that is not given is
 * `port`. Names are not resolved. False if the text is none of these.
 */
bool addr_parse(struct addr *, const char *text, uint16_t port);

/* The same address; the port does not matter. */
bool addr_same_ip(const struct addr *, const struct addr *);

bool addr_is_loopback(const struct addr *);

/* 0.0.0.0 or ::. */
bool addr_is_any(const struct addr *);

/* Whom an address speaks for when it is slowed down: IPv6 by its /64. */
struct addr addr_source(const struct addr *);

#endif

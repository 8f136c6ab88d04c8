/*
 * A DNS server for tests: UDP on 127.0.0.1, in the test's own loop. What it
 * answers depends on the first label of the name that is asked for.
 */

#ifndef TESTS_NET_FAKE_DNS_H
#define TESTS_NET_FAKE_DNS_H

#include <event2/event.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum fake_answer {
	FAKE_NONE,    /* the name exists, an address of this family does not */
	FAKE_GOOD,    /* the addresses of the row */
	FAKE_MISSING, /* NXDOMAIN */
	FAKE_FAILED,  /* SERVFAIL */
	FAKE_SILENT,  /* no answer, ever */
	FAKE_RUBBISH, /* the right id, then nonsense */
	FAKE_HELD,    /* GOOD, but only after fake_dns_release() */
};

/* Addresses as text, ended by NULL; more than 7 are made by `many`. */
struct fake_name {
	const char *label;
	enum fake_answer v4, v6;
	const char *v4s[8], *v6s[8];
	unsigned many; /* so many addresses 127.1.0.x instead of v4s */
};

struct fake_dns;

/* The rows, ended by one without a label, stay the caller's. */
struct fake_dns *fake_dns_new(struct event_base *, const struct fake_name *);
void fake_dns_free(struct fake_dns *);

/* "127.0.0.1:PORT", valid as long as the server. */
const char *fake_dns_server(const struct fake_dns *);

/* Questions asked so far. */
unsigned fake_dns_asked(const struct fake_dns *);

/* How long its addresses may be kept; 60 s at first. */
void fake_dns_ttl(struct fake_dns *, uint32_t seconds);

/* Send the answers that were held. */
void fake_dns_release(struct fake_dns *);

#endif

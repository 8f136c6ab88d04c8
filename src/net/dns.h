/*
 * What c-ares does for net/resolve.h: reading /etc/hosts and asking the servers
 * of resolv.conf, from the loop, without blocking. Worker thread only.
 */

#ifndef NET_DNS_H
#define NET_DNS_H

#include <event2/event.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "net/resolve.h"

struct dns;

enum dns_result {
	DNS_FOUND,
	DNS_NONE,   /* no such name, or no address of that family */
	DNS_FAILED, /* nobody knows: silence, nonsense, a server's failure */
	DNS_MEMORY, /* is out */
	DNS_AGAIN,  /* dns_reload() came in between: ask once more */
};

/* The addresses' port is 0, their order the server's. */
struct dns_answer {
	enum dns_result result;
	uint32_t ttl; /* seconds: the least of all */
	size_t count;
	struct addr addrs[2 * RESOLVE_MOST];
};

/* Embedded in the asker's struct; `answered` is the asker's to fill in. */
struct dns_question {
	struct dns *dns;
	void (*answered)(struct dns_question *, const struct dns_answer *);
};

/*
 * NULL with errno set. settled() is called from the loop after each round of
 * answers: what an answer must not do itself is done there.
 */
struct dns *dns_new(struct event_base *, const struct resolver_options *,
    void (*settled)(void *arg), void *arg);

/* Questions that are open get their answers first. NULL is fine. */
void dns_free(struct dns *);

/*
 * Read resolv.conf again. Questions that are open get DNS_AGAIN from inside. 0;
 * or -errno, and everything stays as it was.
 */
int dns_reload(struct dns *);

/* Are there domains to try behind a name that does not end in a dot? */
bool dns_searches(const struct dns *);

/* What /etc/hosts says, which is read for that. */
void dns_hosts(struct dns *, const char *name, struct dns_answer *);

/*
 * Ask the servers for one family (enum addr_family). answered() is called once,
 * maybe from inside, and may not call back into here.
 */
void
dns_ask(struct dns *, const char *name, uint8_t family, struct dns_question *);

/* While questions are open someone must look for servers that keep silent. */
void dns_watch(struct dns *, bool on);

#endif

/*
 * The messages of RFC 1928 (SOCKS5) and RFC 1929 (user and password) as bytes.
 *
 * A parser answers PARSE_DONE with the cursor behind the message, PARSE_MORE
 * or PARSE_BAD with the cursor where it was; what it fills in is valid only
 * after PARSE_DONE. A writer sets the cursor's `failed` if there is no room.
 * Nothing here allocates. Any thread.
 */

#ifndef PROTO_SOCKS5_H
#define PROTO_SOCKS5_H

#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/secret.h"
#include "base/wire.h"

enum socks_method {
	SOCKS_NO_AUTH = 0x00,
	SOCKS_PASSWORD = 0x02, /* RFC 1929 */
	SOCKS_NO_METHOD = 0xff,
};

enum socks_command {
	SOCKS_CONNECT = 1,
	SOCKS_BIND = 2,
	SOCKS_ASSOCIATE = 3,
};

enum socks_atyp {
	SOCKS_V4 = 1,
	SOCKS_NAME = 3,
	SOCKS_V6 = 4,
};

enum socks_reply {
#define REPLY(code, id, ...) SOCKS_##id = code,
#include "proto/socks5.def"
};

/* The longest message of all (RFC 1929's request). */
enum { SOCKS_MESSAGE_MAX = 3 + 255 + 255 };

/* The longest answer: a reply with an IPv6 address. */
enum { SOCKS_ANSWER_MAX = 6 + 16 };

/* RFC 1928 section 3, from the client. */
struct socks_greeting {
	uint8_t count;
	const uint8_t *methods; /* in the caller's bytes */
};

/* RFC 1929 section 2, from the client. */
struct socks_login {
	uint8_t name_len;
	char name[256]; /* may hold any octet; ends in NUL */
	struct secret password;
};

/* An address as a client wrote it (RFC 1928 section 5). */
struct socks_addr {
	uint8_t atyp; /* enum socks_atyp */
	uint8_t len;  /* of host */
	uint16_t port;
	uint8_t host[255]; /* 4 or 16 octets in network order, or a name */
};

/* RFC 1928 section 4, from the client; also section 6 with REP as cmd. */
struct socks_request {
	uint8_t cmd;
	struct socks_addr addr;
};

enum parse socks_greeting_parse(struct rd *, struct socks_greeting *);
void socks_greeting_write(struct wr *, const struct socks_greeting *);

/* The server's choice (RFC 1928 section 3). */
enum parse socks_method_parse(struct rd *, uint8_t *method);
void socks_method_write(struct wr *, uint8_t method);

/* Empty names and passwords are let through: nobody has one. */
enum parse socks_login_parse(struct rd *, struct socks_login *);
void socks_login_write(struct wr *, const struct socks_login *);

/* The server's verdict (RFC 1929 section 2). */
enum parse socks_verdict_parse(struct rd *, bool *right);
void socks_verdict_write(struct wr *, bool right);

/* After PARSE_BAD *refusal is the reply that says why. */
enum parse socks_request_parse(
    struct rd *, struct socks_request *, enum socks_reply *refusal);
void socks_request_write(struct wr *, const struct socks_request *);

/* RFC 1928 section 6; without an address 0.0.0.0:0 is written. */
enum parse socks_reply_parse(struct rd *, uint8_t *rep, struct socks_addr *);
void socks_reply_write(struct wr *, uint8_t rep, const struct addr *bound);

/*
 * ATYP, address and port alone (section 5), as all requests, replies and
 * datagrams carry them. PARSE_BAD: an unknown type, or a name without octets.
 */
enum parse socks_addr_parse(struct rd *, struct socks_addr *);
void socks_addr_write(struct wr *, const struct socks_addr *);

/* The same for a socket's address; without one 0.0.0.0:0 is written. */
void socks_bound_write(struct wr *, const struct addr *);

/* The address as a socket has it; ADDR_NONE for a name. */
struct addr socks_addr_literal(const struct socks_addr *);

/* The reply that tells a client about an error (a positive errno; 0: OK). */
enum socks_reply socks_reply_of(int err);

#endif

#include "proto/socks5.h"

#include <errno.h>
#include <string.h>

enum {
	PROTOCOL_VERSION = 5,
	LOGIN_VERSION = 1,
};

enum parse
socks_greeting_parse(struct rd *in, struct socks_greeting *g)
{
	struct rd try = *in;

	if (rd_uint(&try, 1) != PROTOCOL_VERSION && !try.failed)
		return PARSE_BAD;
	g->count = (uint8_t)rd_uint(&try, 1);
	g->methods = rd_bytes(&try, g->count);
	if (try.failed)
		return PARSE_MORE;
	*in = try;
	return PARSE_DONE;
}

void
socks_greeting_write(struct wr *out, const struct socks_greeting *g)
{
	wr_uint(out, 1, PROTOCOL_VERSION);
	wr_uint(out, 1, g->count);
	wr_bytes(out, g->methods, g->count);
}

/* Two octets: a version and a value. */
static enum parse
parse_pair(struct rd *in, uint8_t version, uint8_t *value)
{
	struct rd try = *in;

	if (rd_uint(&try, 1) != version && !try.failed)
		return PARSE_BAD;
	*value = (uint8_t)rd_uint(&try, 1);
	if (try.failed)
		return PARSE_MORE;
	*in = try;
	return PARSE_DONE;
}

enum parse
socks_method_parse(struct rd *in, uint8_t *method)
{
	return parse_pair(in, PROTOCOL_VERSION, method);
}

void
socks_method_write(struct wr *out, uint8_t method)
{
	wr_uint(out, 1, PROTOCOL_VERSION);
	wr_uint(out, 1, method);
}

enum parse
socks_login_parse(struct rd *in, struct socks_login *login)
{
	struct rd try = *in;
	const uint8_t *name, *password;
	size_t len;

	if (rd_uint(&try, 1) != LOGIN_VERSION && !try.failed)
		return PARSE_BAD;
	login->name_len = (uint8_t)rd_uint(&try, 1);
	name = rd_bytes(&try, login->name_len);
	len = rd_uint(&try, 1);
	password = rd_bytes(&try, len);
	if (try.failed)
		return PARSE_MORE;

	memcpy(login->name, name, login->name_len);
	login->name[login->name_len] = '\0';
	secret_set(&login->password, password, len);
	*in = try;
	return PARSE_DONE;
}

void
socks_login_write(struct wr *out, const struct socks_login *login)
{
	wr_uint(out, 1, LOGIN_VERSION);
	wr_uint(out, 1, login->name_len);
	wr_bytes(out, login->name, login->name_len);
	wr_uint(out, 1, login->password.len);
	wr_bytes(out, login->password.bytes, login->password.len);
}

enum parse
socks_verdict_parse(struct rd *in, bool *right)
{
	uint8_t status;
	enum parse found = parse_pair(in, LOGIN_VERSION, &status);

	if (found == PARSE_DONE)
		*right = status == 0;
	return found;
}

void
socks_verdict_write(struct wr *out, bool right)
{
	wr_uint(out, 1, LOGIN_VERSION);
	wr_uint(out, 1, right ? 0 : 1);
}

/* 0 for an unknown type, and for a name without octets. */
static size_t
host_len(struct rd *in, uint8_t atyp)
{
	switch (atyp) {
	case SOCKS_V4:
		return 4;
	case SOCKS_V6:
		return 16;
	case SOCKS_NAME:
		return rd_uint(in, 1);
	default:
		return 0;
	}
}

enum parse
socks_addr_parse(struct rd *in, struct socks_addr *a)
{
	struct rd try = *in;
	const uint8_t *host;
	size_t len;

	a->atyp = (uint8_t)rd_uint(&try, 1);
	len = host_len(&try, a->atyp);
	if (len == 0 && !try.failed)
		return PARSE_BAD;
	host = rd_bytes(&try, len);
	a->port = (uint16_t)rd_uint(&try, 2);
	if (try.failed)
		return PARSE_MORE;

	a->len = (uint8_t)len;
	memcpy(a->host, host, len);
	*in = try;
	return PARSE_DONE;
}

void
socks_addr_write(struct wr *out, const struct socks_addr *a)
{
	wr_uint(out, 1, a->atyp);
	if (a->atyp == SOCKS_NAME)
		wr_uint(out, 1, a->len);
	wr_bytes(out, a->host, a->len);
	wr_uint(out, 2, a->port);
}

enum parse
socks_request_parse(
    struct rd *in, struct socks_request *req, enum socks_reply *refusal)
{
	struct rd try = *in;
	enum parse found;

	*refusal = SOCKS_FAILURE;
	if (rd_uint(&try, 1) != PROTOCOL_VERSION && !try.failed)
		return PARSE_BAD;
	req->cmd = (uint8_t)rd_uint(&try, 1);
	rd_uint(&try, 1); /* RSV: ignored, see docs/rfc.md */
	if (try.failed)
		return PARSE_MORE;
	found = socks_addr_parse(&try, &req->addr);
	if (found == PARSE_BAD)
		*refusal = SOCKS_BAD_ADDRESS;
	if (found == PARSE_DONE)
		*in = try;
	return found;
}

void
socks_request_write(struct wr *out, const struct socks_request *req)
{
	wr_uint(out, 1, PROTOCOL_VERSION);
	wr_uint(out, 1, req->cmd);
	wr_uint(out, 1, 0);
	socks_addr_write(out, &req->addr);
}

/* A reply has a request's layout with REP in place of CMD. */
enum parse
socks_reply_parse(struct rd *in, uint8_t *rep, struct socks_addr *bound)
{
	struct socks_request layout;
	enum socks_reply refusal;
	enum parse found = socks_request_parse(in, &layout, &refusal);

	if (found == PARSE_DONE) {
		*rep = layout.cmd;
		*bound = layout.addr;
	}
	return found;
}

void
socks_bound_write(struct wr *out, const struct addr *bound)
{
	bool v6 = bound != NULL && bound->family == ADDR_V6;
	static const uint8_t none[4];

	wr_uint(out, 1, v6 ? SOCKS_V6 : SOCKS_V4);
	wr_bytes(out, bound != NULL ? bound->ip : none, v6 ? 16 : 4);
	wr_uint(out, 2, bound != NULL ? bound->port : 0);
}

void
socks_reply_write(struct wr *out, uint8_t rep, const struct addr *bound)
{
	wr_uint(out, 1, PROTOCOL_VERSION);
	wr_uint(out, 1, rep);
	wr_uint(out, 1, 0);
	socks_bound_write(out, bound);
}

struct addr
socks_addr_literal(const struct socks_addr *from)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	struct addr a = { 0 };

	if (from->atyp == SOCKS_NAME)
		return a;
	a.port = from->port;
	if (from->atyp == SOCKS_V6 && memcmp(from->host, mapped, 12) == 0) {
		a.family = ADDR_V4;
		memcpy(a.ip, from->host + 12, 4);
		return a;
	}
	a.family = from->atyp == SOCKS_V6 ? ADDR_V6 : ADDR_V4;
	memcpy(a.ip, from->host, from->atyp == SOCKS_V6 ? 16 : 4);
	return a;
}

enum socks_reply
socks_reply_of(int err)
{
	static const struct {
		int err;
		uint8_t reply;
	} causes[] = {
#define CAUSE(err, reply, because) { err, SOCKS_##reply },
#include "proto/socks5.def"
	};

	for (size_t i = 0; i < sizeof causes / sizeof *causes; i++)
		if (causes[i].err == err)
			return (enum socks_reply)causes[i].reply;
	return SOCKS_FAILURE;
}

/* Commands that wait for their answers; see core/dissect_parts.h. */

#include <string.h>

#include "core/dissect_parts.h"

static size_t
size_of(const struct dissect_entry *e)
{
	return (size_t)e->tag + e->login + e->password;
}

static size_t
place_of(const struct dissect *d, size_t i)
{
	size_t at = 0;

	while (i > 0)
		at += size_of(&d->queue[--i]);
	return at;
}

/* Behind the last one's texts. False: no room. */
static bool
add_text(struct dissect *d, const char *text, size_t len)
{
	if (len > sizeof d->texts - d->used)
		return false;
	if (len > 0)
		memcpy(d->texts + d->used, text, len);
	d->used = (uint16_t)(d->used + len);
	return true;
}

void
dissect_push_tag(
    struct dissect *d, enum dissect_kind kind, const char *tag, size_t len)
{
	/* So many commands without an answer: it is not what we took it for. */
	if (d->count == DISSECT_QUEUE || len > DISSECT_TEXT ||
	    !add_text(d, tag, len)) {
		dissect_stop(d);
		return;
	}
	d->queue[d->count++] = (struct dissect_entry){
		.kind = (uint8_t)kind,
		.tag = (uint8_t)len,
	};
}

void
dissect_push(struct dissect *d, enum dissect_kind kind)
{
	dissect_push_tag(d, kind, "", 0);
}

static size_t
cut(size_t len)
{
	return len > DISSECT_TEXT ? DISSECT_TEXT : len;
}

void
dissect_fill(struct dissect *d, const char *login, size_t login_len,
    const char *password, size_t password_len)
{
	uint16_t before = d->used;
	struct dissect_entry *e;

	if (d->over || d->count == 0 || d->queue[d->count - 1].filled)
		return;
	e = &d->queue[d->count - 1];
	login_len = cut(login_len);
	password_len = password == NULL ? 0 : cut(password_len);
	if (!add_text(d, login, login_len) ||
	    !add_text(d, password, password_len)) {
		d->used = before;
		return;
	}
	e->login = (uint8_t)login_len;
	e->password = (uint8_t)password_len;
	e->filled = true;
	e->without = password == NULL;
}

int
dissect_find(const struct dissect *d, const char *tag, size_t len)
{
	size_t at = 0;

	for (size_t i = 0; i < d->count; i++) {
		if (d->queue[i].tag == len &&
		    memcmp(d->texts + at, tag, len) == 0)
			return (int)i;
		at += size_of(&d->queue[i]);
	}
	return -1;
}

static void
tell(struct dissect *d, const struct dissect_entry *e, const char *texts,
    bool confirmed)
{
	struct dissect_finding f = {
		.protocol = d->row->name,
		.login = texts + e->tag,
		.login_len = e->login,
		.password = e->without ? NULL : texts + e->tag + e->login,
		.password_len = e->password,
		.confirmed = confirmed,
	};

	d->found(&f, d->arg);
}

void
dissect_settle(struct dissect *d, size_t i, bool confirmed)
{
	struct dissect_entry e = d->queue[i];
	size_t at = place_of(d, i), size = size_of(&e);

	if (e.filled)
		tell(d, &e, d->texts + at, confirmed);
	d->count--;
	memmove(&d->queue[i], &d->queue[i + 1],
	    (d->count - i) * sizeof d->queue[0]);
	d->used = (uint16_t)(d->used - size);
	memmove(d->texts + at, d->texts + at + size, d->used - at);
}

void
dissect_answer(struct dissect *d, size_t i, bool yes)
{
	struct dissect_entry e;

	if (i >= d->count)
		return;
	e = d->queue[i];
	/* Lines of a login that the server broke off are commands again. */
	if (i + 1U == d->count)
		d->sasl = SASL_NONE;
	dissect_settle(d, i, yes);
	if (yes && e.kind == DISSECT_LIST)
		d->list = true;
	if (yes && (e.kind == DISSECT_TLS || e.filled))
		dissect_stop(d);
}

/* ---- logins */

void
dissect_name_user(struct dissect *d, const char *name, size_t len)
{
	d->user.len = (uint16_t)cut(len);
	memcpy(d->user.bytes, name, d->user.len);
	d->named = true;
}

void
dissect_fill_named(struct dissect *d, const char *password, size_t len)
{
	if (d->named)
		dissect_fill(d, d->user.bytes, d->user.len, password, len);
}

/* "user NUL password" of RFC 4616, as base64. */
static void
fill_plain(struct dissect *d, const char *text, size_t len)
{
	char plain[DISSECT_SPELLED];
	int n = dissect_spell(plain, sizeof plain, text, len);
	const char *login, *password;

	if (n <= 0 || (login = memchr(plain, 0, (size_t)n)) == NULL)
		return;
	login++;
	password = memchr(login, 0, (size_t)(plain + n - login));
	if (password != NULL)
		dissect_fill(d, login, (size_t)(password - login), password + 1,
		    (size_t)(plain + n - password - 1));
	explicit_bzero(plain, (size_t)n);
}

void
dissect_fill_basic(struct dissect *d, const char *text, size_t len)
{
	char plain[DISSECT_SPELLED];
	int n = dissect_spell(plain, sizeof plain, text, len);
	const char *colon;

	if (n <= 0 || (colon = memchr(plain, ':', (size_t)n)) == NULL)
		return;
	dissect_fill(d, plain, (size_t)(colon - plain), colon + 1,
	    (size_t)(plain + n - colon - 1));
	explicit_bzero(plain, (size_t)n);
}

/* ---- SASL: PLAIN (RFC 4616) and LOGIN */

static void
name_spelled(struct dissect *d, const char *text, size_t len)
{
	char name[DISSECT_SPELLED];
	int n = dissect_spell(name, sizeof name, text, len);

	d->sasl = n < 0 ? SASL_OTHER : SASL_PASSWORD;
	if (n >= 0)
		dissect_name_user(d, name, (size_t)n);
}

void
dissect_sasl_begin(struct dissect *d, const char *text, size_t len)
{
	size_t rest;
	const char *initial = dissect_rest(text, len, &rest);

	if (dissect_is(text, len, "PLAIN"))
		d->sasl = SASL_PLAIN;
	else if (dissect_is(text, len, "LOGIN"))
		d->sasl = SASL_NAME;
	else
		d->sasl = SASL_OTHER;
	if (rest > 0)
		dissect_sasl_line(d, initial, rest);
}

void
dissect_sasl_line(struct dissect *d, const char *line, size_t len)
{
	char password[DISSECT_SPELLED];
	enum dissect_sasl now = (enum dissect_sasl)d->sasl;
	int n;

	if (now == SASL_OTHER)
		return;
	d->sasl = SASL_NONE;
	if (len == 1 && line[0] == '*')
		return; /* given up */
	if (now == SASL_PLAIN) {
		fill_plain(d, line, len);
	} else if (now == SASL_NAME) {
		name_spelled(d, line, len);
	} else if ((n = dissect_spell(password, sizeof password, line, len)) >=
		   0) {
		dissect_fill(
		    d, d->user.bytes, d->user.len, password, (size_t)n);
		explicit_bzero(password, (size_t)n);
	}
}

/* What the client's files share; for those alone. One thread. */

#ifndef CLIENT_PARTS_H
#define CLIENT_PARTS_H

#include "client/asks.h"
#include "client/client.h"
#include "client/link.h"
#include "client/outbox.h"
#include "proto/frame.h"

struct client {
	struct event_base *base;
	struct client_config config;
	enum client_state state;
	enum client_end end;
	char user[256];
	char why[ENDPOINT_TEXT + 160];
	const char *unresolved; /* why there is no address to try */

	struct link link;
	struct event timer;
	uint64_t connect_until_ms;
	uint64_t heard_ms; /* of the last octet of an answer, or of the first
			      request */
	bool scheduled;    /* a run is due in this loop's turn */

	/* Within a callback client_close() only marks. */
	unsigned depth;
	bool closed;

	struct outbox greeting; /* the login, and hello behind it */
	struct outbox out; /* requests; with a hello, once it is answered */
	struct asks asks;
	bool greeted;  /* the login was accepted; hello is not answered yet */
	bool extended; /* the hello below was said */
	struct admin_hello hello;
	void *rows;                     /* of the answer being read */
	union admin_event_record event; /* being told */
	size_t in_len;
	uint8_t in[FRAME_ANSWER_READ + 16 * 1024];
};

/* ---- client.c */

void client_set_timer(struct client *, uint64_t ms);

/* It is over: tell everybody who waits. */
void client_down(struct client *, enum client_end, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Logged in, and hello is answered. False: closed from a callback. */
bool client_up(struct client *);

/* ---- receive.c */

/* Read once, and act on what is whole; it may be over, or closed, after. */
void client_receive(struct client *);

/* ---- greet.c: the login, and hello behind it */

/* Queue both. False: memory is out. */
bool greet_write(struct client *, const struct client_config *);

/* Read what answers them. False: not all is there, or it is over. */
bool greet_read(struct client *, struct rd *);

/* Connect again, and say no hello this time. */
void greet_again(struct client *);

/* ---- hello.c */

/* The form in which a command is asked. */
enum admin_form client_form(const struct client *, enum admin_id);

#endif

/*
 * The daemon for modes without a screen: one command at a time, in the words of
 * socks5ctl, waited for. The event loop runs meanwhile. One thread.
 */

#ifndef TUI_TALK_H
#define TUI_TALK_H

#include "client/client.h"
#include "ctl/job.h"
#include "tui/console.h"

struct talk {
	struct event_base *base;
	struct client *client; /* NULL while there is no connection */
	struct client_config config;
	bool read_only;

	/* The connection ended, or stands again, while nobody waits; or NULL.
	 */
	void (*changed)(struct talk *, enum client_state, void *arg);
	/* An event that was subscribed to; or NULL. */
	void (*told)(struct talk *, enum admin_event,
	    const union admin_event_record *, void *arg);
	void *arg;

	/* of talk_do() */
	struct job *job;
	struct talk_printer *printer;
	int status;
	bool waiting;
	bool change; /* the last command was to change something */
};

/* Shows answers: each page of a list, or a job once all of it is answered. */
struct talk_printer {
	void (*page)(struct talk_printer *, const struct layout *,
	    const void *rows, size_t count);
	void (*figures)(struct talk_printer *, const struct job *);
	/* A new account's password; 0, or -errno. NULL: from standard input. */
	int (*secret)(struct talk_printer *, const char *line, struct secret *);
};

/* Ask for the password on the terminal if one is needed and not given:
 * CONSOLE_OK, or the exit status, told. */
int talk_password(struct console_options *);

/* Connect and log in: CONSOLE_OK, or the exit status, told. Wipes the options'
 * password. */
int talk_open(struct talk *, struct console_options *);

/* Begin to connect once more the same way; changed() tells what becomes of it.
 */
void talk_again(struct talk *);

/*
 * The daemon went: connect the same way, waiting longer after each failure,
 * until it is there. Blocks. CONSOLE_OK, or CONSOLE_REFUSED for a login that is
 * not accepted any more; both ends of it are told on standard error.
 */
int talk_find(struct talk *, const char *endpoint);

/*
 * Run the loop for so long, or until the daemon goes, for those without a
 * changed(): CONSOLE_OK, or CONSOLE_LOST, told on standard error.
 */
int talk_rest(struct talk *, const char *endpoint, uint64_t ms);

/*
 * Do one command and print what comes. CONSOLE_OK, CONSOLE_NO, CONSOLE_USAGE or
 * CONSOLE_LOST; what is wrong is on standard error.
 */
int
talk_do(struct talk *, char *const words[], size_t n, struct talk_printer *);

/* "socks5tui: WHAT: WHY" on standard error, made safe; returns the status. */
int talk_complain(int status, const char *what, const char *why);

/* The same of a daemon that is not there, or not any more. */
int talk_gone(int status, const char *endpoint, const char *why);

void talk_close(struct talk *);

#endif

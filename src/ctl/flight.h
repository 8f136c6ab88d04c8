/*
 * What was asked for, on its way to a daemon and back. Two ways: a connection
 * (flight_stream.c), all of it pipelined, or datagrams (flight_bottler.c), one
 * after the other. One thread.
 */

#ifndef CTL_FLIGHT_H
#define CTL_FLIGHT_H

#include "client/client.h"
#include "ctl/job.h"
#include "ctl/options.h"
#include "ctl/print.h"

struct flight {
	const struct options *options;
	struct job **jobs; /* owned by the caller */
	size_t njobs;
	struct paper *paper;
	const struct admin_hello *hello; /* of who answers, or NULL */
	FILE *errors;                    /* where complaints go */
	size_t most;        /* rows of a list that are wanted; 0: all */
	const bool *stop;   /* set by a signal: leave; or NULL */
	struct table table; /* of the list that is being printed */
	size_t rows;        /* printed of it */
	int status;         /* so far: EXIT_OK or EXIT_REFUSED */
};

/* Ask everything and print the answers: the exit status. */
int flight_stream(struct flight *);
int flight_bottler(struct flight *);

/* A connection that is kept from one flight to the next. */
struct stream {
	struct flight *flight; /* that is under way */
	struct event_base *base;
	struct client *client;
	size_t at; /* jobs[at] is the next to be answered */
};

/*
 * Fly once more, connecting first if need be: the exit status. The base is the
 * caller's, who must call stream_close().
 */
int stream_fly(struct stream *, struct flight *);
void stream_close(struct stream *);

/*
 * An answer, as it comes: printed, or complained about. True: that was the last
 * one of its job (for a list in pages: of this page).
 */
bool flight_answer(struct flight *, struct job *, const struct client_answer *);

/* Another page would be too much. */
bool flight_full(const struct flight *);

/* The next job begins. */
void flight_next(struct flight *);

/* Complain about a job in its words; the status that is to be returned. */
int flight_complain(
    struct flight *, const struct job *, int status, const char *why);

#endif

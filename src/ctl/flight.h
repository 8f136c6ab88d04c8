/*
 * What was asked for, on its way to a daemon and back. Two ways: a connection
 * (flight_stream.c), all of it pipelined, or datagrams (flight_bottler.c), one
 * after the other. For ctl's main.c and what it calls; one thread.
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
	struct table table; /* of the list that is being printed */
	int status;         /* so far: EXIT_OK or EXIT_REFUSED */
};

/* Ask everything and print the answers: the exit status. */
int flight_stream(struct flight *);
int flight_bottler(struct flight *);

/*
 * An answer, as it comes: printed, or complained about. True: that was the last
 * one of its job (for a list in pages: of this page).
 */
bool flight_answer(struct flight *, struct job *, const struct client_answer *);

/* Complain about a job in its words; the status that is to be returned. */
int flight_complain(
    struct flight *, const struct job *, int status, const char *why);

#endif

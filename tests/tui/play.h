/*
 * A console without a terminal and without a daemon: events are given by the
 * test, time passes when it says so, figures follow a fixed pattern.
 */

#ifndef TESTS_TUI_PLAY_H
#define TESTS_TUI_PLAY_H

#include "tui/canvas.h"
#include "tui/update.h"

struct play {
	struct model m;
	struct effects fx; /* of the last event */
	struct canvas c;
	uint64_t now;
	uint64_t buffer_size, idle, selector;
	const char *const *names; /* the accounts, NULL at the end */

	/* a daemon with the extension (play_more.c) */
	bool extended;
	bool asked[ADMIN_COMMANDS]; /* lists that are to be answered */
	unsigned nsessions;
	unsigned shift; /* of their ids: some end, others come */
	uint64_t seed;
	uint64_t revision;
	bool stopped, fresh;     /* no session ever came */
	int others_role;         /* of alice, changed by somebody else */
	const char *others_name; /* the same; NULL: it was not */
};

/* Connected to a daemon with the extension. */
void play_begin_extended(struct play *);

/* For play_more.c: give an event; the pattern of the figures. */
void play_happen(struct play *, struct event *);
uint64_t play_wave(uint64_t step, uint64_t period);
uint64_t play_grown(uint64_t step, uint64_t period, uint64_t unit);

/* Answer the figures, and all lists that were asked for. */
void play_answer_more(struct play *);

/* A page of the list of accounts with this one alone; more follow? */
void play_account(struct play *, const char *name, bool first, bool more);

/* A list of so many sessions at once, as rows of pages. */
void play_sessions(struct play *, unsigned n);

/* Connected to a local daemon, nothing asked yet. */
void play_begin(struct play *);

/* Not connected: as the program starts. */
void play_start(struct play *);
void play_end(struct play *);

/* Before and after each test, of a daemon without and with the extension:
   answered three times; *state is the play. */
int play_set_up(void **state);
int play_set_up_extended(void **state);

/* With the extension, and then where these keys lead. */
int play_set_up_at(void **state, const char *keys);

int play_tear_down(void **state);

/* Let time pass; ticks come as the model asks for them. */
void play_pass(struct play *, uint64_t ms);

void play_key(struct play *, uint32_t code);
void play_type(struct play *, const char *text);
void play_paste(struct play *, const char *text);

/* Answer what the console asks each second, for so many seconds. */
void play_polls(struct play *, int n);

/* Answer one poll with a list of accounts (NULL at the end). */
void play_users(struct play *, const char *const *names);

void play_up(struct play *);
void play_up_extended(struct play *);
void play_down(struct play *, const char *why, bool refused);
void play_resize(struct play *, int w, int h);

/* Answer the change that an effect asked for. */
void play_done(struct play *, const struct effect *, enum admin_status);

/* The n-th effect of a kind that the last event had, or NULL. */
const struct effect *play_effect(const struct play *, enum effect_kind, int n);

/* Is this text somewhere on a screen of that size? */
bool play_shows(struct play *, int w, int h, const char *text);

#endif

/*
 * Letters between threads, through a pipe.
 *
 * A letter is smaller than PIPE_BUF, so its write is atomic; the receiver's
 * loop wakes because the pipe is readable. Posting a pointer gives it away.
 * There is no lock: whatever two threads share travels.
 */

#ifndef NET_MAIL_H
#define NET_MAIL_H

#include <event2/event.h>
#include <stdint.h>

enum mail_kind {
#define MAIL(id, ...) MAIL_##id,
#include "net/mail.def"
};

/* Who posts: workers are 0 and up, the others count from here. */
enum {
	MAIL_FROM_MAIN = 1000,
	MAIL_FROM_LOGIN,
	MAIL_FROM_STORE,
};

struct mail {
	uint32_t kind; /* enum mail_kind */
	uint32_t from;
	union {
		void *p;
		uint64_t n;
	} u;
};

struct mailbox;

/*
 * A box whose letters are handed to take(), one by one, in the thread that runs
 * the base. NULL with errno set. Its capacity is a mebibyte where the system
 * allows it: more letters than can be under way, as every kind is bounded by
 * what it carries (a policy by workers, a login by its queue).
 */
struct mailbox *mailbox_new(struct event_base *,
    void (*take)(const struct mail *, void *arg), void *arg);

/* Take all letters that are there now. The receiver's thread, not in take(). */
void mailbox_empty(struct mailbox *);

/* The receiver's thread, when nobody will post any more. */
void mailbox_free(struct mailbox *);

/* Any thread. 0, or -EAGAIN: the box is full and the letter still yours. */
int mail_send(struct mailbox *to, const struct mail *);
int mail_post(struct mailbox *to, enum mail_kind, uint32_t from, void *p);
int
mail_post_number(struct mailbox *to, enum mail_kind, uint32_t from, uint64_t n);

#endif

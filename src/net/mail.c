#include "net/mail.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

enum {
	CAPACITY = 1 << 20,
	BATCH = 64, /* letters read at once */
	READ = 0,
	WRITE = 1,
};

static_assert(sizeof(struct mail) <= PIPE_BUF, "a letter is written whole");

struct mailbox {
	struct event *readable;
	void (*take)(const struct mail *, void *);
	void *arg;
	int pipe[2];
};

/* Returns how many letters were taken. */
static size_t
take_some(struct mailbox *box)
{
	struct mail letters[BATCH];
	ssize_t n;
	size_t count;

	/* Writes are atomic and whole, so a read never ends inside a letter. */
	n = read(box->pipe[READ], letters, sizeof letters);
	count = n > 0 ? (size_t)n / sizeof *letters : 0;
	for (size_t i = 0; i < count; i++)
		box->take(&letters[i], box->arg);
	return count;
}

static void
on_readable(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)take_some(arg);
}

void
mailbox_empty(struct mailbox *box)
{
	while (take_some(box) > 0)
		continue;
}

struct mailbox *
mailbox_new(struct event_base *base, void (*take)(const struct mail *, void *),
    void *arg)
{
	struct mailbox *box = calloc(1, sizeof *box);

	if (box == NULL)
		return NULL;
	box->take = take;
	box->arg = arg;
	if (pipe2(box->pipe, O_NONBLOCK | O_CLOEXEC) == -1) {
		free(box);
		return NULL;
	}
	/* Refused beyond the user's allowance: then 64 KiB must do. */
	(void)fcntl(box->pipe[WRITE], F_SETPIPE_SZ, CAPACITY);
	box->readable = event_new(
	    base, box->pipe[READ], EV_READ | EV_PERSIST, on_readable, box);
	if (box->readable == NULL || event_add(box->readable, NULL) != 0) {
		mailbox_free(box);
		errno = ENOMEM;
		return NULL;
	}
	return box;
}

void
mailbox_free(struct mailbox *box)
{
	if (box == NULL)
		return;
	if (box->readable != NULL)
		event_free(box->readable);
	close(box->pipe[READ]);
	close(box->pipe[WRITE]);
	free(box);
}

int
mail_send(struct mailbox *to, const struct mail *letter)
{
	ssize_t n;

	do
		n = write(to->pipe[WRITE], letter, sizeof *letter);
	while (n == -1 && errno == EINTR);
	return n == (ssize_t)sizeof *letter ? 0 : -EAGAIN;
}

int
mail_post(struct mailbox *to, enum mail_kind kind, uint32_t from, void *p)
{
	return mail_send(
	    to, &(struct mail){ .kind = kind, .from = from, .u.p = p });
}

int
mail_post_number(
    struct mailbox *to, enum mail_kind kind, uint32_t from, uint64_t n)
{
	return mail_send(
	    to, &(struct mail){ .kind = kind, .from = from, .u.n = n });
}

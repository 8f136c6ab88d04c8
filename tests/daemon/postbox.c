#include "tests/daemon/postbox.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void
take(const struct mail *letter, void *arg)
{
	struct postbox *p = arg;

	assert_in_range(p->count, 0, POSTBOX_MOST - 1);
	p->letters[p->count++] = *letter;
}

void
postbox_open(struct postbox *p)
{
	p->count = 0;
	p->base = event_base_new();
	assert_non_null(p->base);
	p->box = mailbox_new(p->base, take, p);
	assert_non_null(p->box);
}

void
postbox_close(struct postbox *p)
{
	mailbox_free(p->box);
	event_base_free(p->base);
}

void
postbox_wait(struct postbox *p, size_t count)
{
	while (p->count < count)
		assert_int_equal(event_base_loop(p->base, EVLOOP_ONCE), 0);
}

size_t
postbox_fill(struct postbox *p)
{
	size_t n = 0;

	while (mail_post_number(p->box, MAIL_LISTEN, MAIL_FROM_MAIN, n) == 0)
		n++;
	return n;
}

/*
 * An upgrade: the store is given up while sessions go on, so that the next
 * socks5d can open it and serve on the same port before this one stops.
 */

#include <errno.h>

#include "base/log.h"
#include "daemon/state.h"

enum { LAST_USE_S = 2 }; /* workers tell what was used once a second */

/* Is nothing under way that the store must answer, or is on its way to us? */
static bool
is_idle(const struct supervisor *s)
{
	return s->busy == NULL && !s->flushing && !s->finding &&
	       s->seconds >= s->leave_at;
}

void
hand_over_try(struct supervisor *s)
{
	if (s->store_thread == NULL || !is_idle(s))
		return;
	if (mail_post_number(store_thread_mailbox(s->store_thread), MAIL_QUIT,
		MAIL_FROM_MAIN, 0) != 0)
		return; /* again in a second */
	store_thread_free(s->store_thread);
	s->store_thread = NULL;
	use_flush_last(s);
	findings_flush_last(s);
	store_close(s->store);
	s->store = NULL;
	log_info("main", "handed over",
	    "another socks5d may start; this one serves until TERM");
}

void
supervisor_beside(struct supervisor *s)
{
	s->beside = true;
}

void
supervisor_hand_over(struct supervisor *s)
{
	if (s->leaving)
		return;
	s->leaving = true;
	s->leave_at = s->seconds + LAST_USE_S;
}

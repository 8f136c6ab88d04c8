/*
 * An upgrade: the store is given up while sessions go on, so that the next
 * socks5d can open it and serve on the same port before this one stops.
 */

#include "base/log.h"
#include "daemon/state.h"

enum {
	LAST_USE_S = 2, /* workers tell what was used once a second */
	AGAIN_S = 5,    /* between two tries to keep it */
};

/* Is nothing under way that the store must answer, or is on its way to us? */
static bool
is_idle(const struct supervisor *s)
{
	return s->busy == NULL && !s->flushing && !s->finding &&
	       s->seconds >= s->leave_at;
}

/* The store is main's from then on. False: again in a second. */
static bool
end_store_thread(struct supervisor *s)
{
	if (s->store_thread == NULL)
		return true;
	if (mail_post_number(store_thread_mailbox(s->store_thread), MAIL_QUIT,
		MAIL_FROM_MAIN, 0) != 0)
		return false;
	store_thread_free(s->store_thread);
	s->store_thread = NULL;
	return true;
}

/* What the store does not take keeps it ours, so that nothing is lost. */
static bool
keep_last(struct supervisor *s)
{
	if (use_flush_last(s) && findings_flush_last(s))
		return true;
	if (s->leave_waits == 0)
		log_warn("main", "not handed over yet",
		    "the store does not take what was used; another USR2 "
		    "hands it over all the same");
	s->leave_waits++;
	s->leave_at = s->seconds + AGAIN_S;
	return false;
}

/* What nobody keeps is said, in numbers. */
static void
lose(struct supervisor *s, const char *why)
{
	size_t accounts = use_lose(s), found = findings_lose(s);

	if (accounts > 0 || found > 0)
		log_warn("store", "not kept",
		    "accounts=%zu findings=%zu; totals since %s", accounts,
		    found, why);
}

void
hand_over_try(struct supervisor *s)
{
	if (s->store == NULL || !is_idle(s) || !end_store_thread(s))
		return;
	if (!s->let_go && !keep_last(s))
		return;
	hand_over_end(s);
	log_info("main", "handed over",
	    "another socks5d may start; this one serves until TERM");
}

void
hand_over_end(struct supervisor *s)
{
	if (s->store == NULL) {
		lose(s, "the store was handed over");
		return;
	}
	if (!use_flush_last(s) || !findings_flush_last(s))
		lose(s, "the store refused them");
	store_close(s->store);
	s->store = NULL;
}

void
supervisor_beside(struct supervisor *s)
{
	s->beside = true;
}

void
supervisor_hand_over(struct supervisor *s)
{
	if (!s->leaving) {
		log_info("main", "handing over", NULL);
		s->leaving = true;
		s->leave_at = s->seconds + LAST_USE_S;
	} else if (s->store == NULL) {
		log_info("main", "handed over already",
		    "another socks5d may start; TERM ends this one");
	} else if (s->leave_waits > 0) {
		log_info("main", "handing over all the same", NULL);
		s->let_go = true;
		s->leave_at = s->seconds;
	} else {
		log_info(
		    "main", "handing over already", "wait for \"handed over\"");
	}
}

const char *
hand_over_why(const struct supervisor *s)
{
	return s->store != NULL
		   ? "this daemon is handing over: ask the next one, once it "
		     "serves"
		   : "this daemon has handed over: connect again, to the new "
		     "one";
}

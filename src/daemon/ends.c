/* Days, quotas and ends of accounts: main's part of their limits. */

#include <inttypes.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "daemon/state.h"

enum { DAY = 24 * 60 * 60, SHOWN = 4 * 256 + 1 };

void
ends_limits(struct supervisor *s)
{
	uint64_t fallback[COLUMNS_COUNT] = { 0 };

	for (size_t i = 0; i < COLUMNS_COUNT; i++)
		if (column_rows[i].fallback != COLUMN_ALONE)
			fallback[i] = settings_number(s->settings,
			    (enum setting_id)column_rows[i].fallback);
	book_limit(s->book, fallback);
}

/* Its sessions end everywhere; who has none is not worth a line. */
static void
close_all(struct supervisor *s, const struct account *a, const char *event)
{
	char name[SHOWN];
	uint32_t sessions =
	    atomic_load_explicit(&a->live->sessions, memory_order_relaxed);

	if (sessions == 0)
		return;
	text_escape(name, sizeof name, a->name, a->name_len);
	log_info("main", event,
	    "name=\"%s\" sessions=%u used=%" PRIu64 " quota=%" PRIu64
	    "; they are closed",
	    name, sessions, account_used(a->live),
	    account_limit(a->live, COLUMN_quota));
	all_workers(s, MAIL_SPENT, a->id);
}

void
ends_spent(struct supervisor *s, uint64_t account)
{
	const struct account *a =
	    accounts_find_id(book_accounts(s->book), account);

	if (a != NULL && account_is_spent(a->live))
		close_all(s, a, "quota used up");
}

static void
on_ended(const struct account *a, void *supervisor)
{
	struct supervisor *s = supervisor;

	close_all(s, a, "account expired");
	/* Those of the admin protocol as well. */
	changes_disown(s, a->id);
	if (s->hooks.evict != NULL)
		s->hooks.evict(a->id, s->hooks.arg);
}

void
ends_second(struct supervisor *s)
{
	int64_t now = clock_wall_us() / 1000000;

	book_day(s->book, now / DAY);
	book_ended(s->book, now, on_ended, s);
}

/* Commands that the base protocol has not: see admin_do.h. */

#include <stdatomic.h>
#include <string.h>

#include "base/text.h"
#include "daemon/admin_do.h"
#include "proto/bottler.h"

static uint64_t
shared(const _Atomic uint64_t *figure)
{
	return atomic_load_explicit(figure, memory_order_relaxed);
}

/* ---- figures */

enum admin_status
do_metrics_summary(struct admin_call *call, const struct admin_nothing *request,
    struct admin_metrics_summary *answer)
{
	const struct worker_shared *s = supervisor_shared(call->sup);
	struct metrics_sum sum;

	(void)request;
	supervisor_metrics(call->sup, &sum);
	answer->total_connections = sum.accepted;
	answer->connections = shared(&s->sessions);
	answer->bytes = sum.sent + sum.received;
	answer->peak_connections = shared(&s->peak);
	answer->users_connected = shared(&s->users);
	return ADMIN_OK;
}

/* ---- the list of accounts in pages */

/*
 * Call the accounts in order until there is no further page that can be asked
 * for, or row() says that it is enough. Returns the last page begun.
 */
static unsigned
walk(struct admin_call *call,
    bool (*row)(struct admin_call *, unsigned page, const struct account *,
	unsigned wanted),
    unsigned wanted)
{
	const struct account *list[256];
	struct bottler_pager pager = { 0 };
	const char *after = NULL;
	size_t n;

	do {
		n = supervisor_account_list(
		    call->sup, after, list, sizeof list / sizeof *list);
		for (size_t i = 0; i < n; i++) {
			unsigned page =
			    bottler_pager_add(&pager, list[i]->name_len);

			if (page > BOTTLER_PAGES_MOST)
				return BOTTLER_PAGES_MOST;
			if (!row(call, page, list[i], wanted))
				return page;
		}
		if (n > 0)
			after = list[n - 1]->name;
	} while (n == sizeof list / sizeof *list);
	return pager.page;
}

static bool
pass_over(struct admin_call *call, unsigned page, const struct account *a,
    unsigned wanted)
{
	(void)call;
	(void)page;
	(void)a;
	(void)wanted;
	return true;
}

static bool
show_wanted(struct admin_call *call, unsigned page, const struct account *a,
    unsigned wanted)
{
	struct admin_user_row row = { 0 };

	if (page != wanted)
		return page < wanted;
	layout_text_set(&row.name, a->name, a->name_len);
	return call->row(call, &row);
}

enum admin_status
do_user_pages(struct admin_call *call, const struct admin_nothing *request,
    struct admin_user_pages *answer)
{
	(void)request;
	answer->user_pages = walk(call, pass_over, 0);
	return ADMIN_OK;
}

enum admin_status
do_user_page(struct admin_call *call, const struct admin_page *request,
    struct admin_user_row *row)
{
	unsigned wanted =
	    request->page > BOTTLER_PAGES_MOST ? 0 : (unsigned)request->page;

	(void)row;
	/* Of nobody, the first page is there and empty. */
	if (wanted == 1 && accounts_count(supervisor_accounts(call->sup)) == 0)
		return ADMIN_OK;
	if (wanted == 0 || walk(call, show_wanted, wanted) < wanted)
		return ADMIN_INVALID;
	return ADMIN_OK;
}

/* ---- accounts */

enum admin_status
do_user_last(struct admin_call *call, const struct admin_user_name *request,
    struct admin_last_connection *answer)
{
	const struct account *a;

	if (!text_is_name(request->name.bytes, request->name.len))
		return ADMIN_INVALID;
	a = accounts_find(supervisor_accounts(call->sup), request->name.bytes,
	    request->name.len);
	if (a == NULL)
		return ADMIN_MISSING;
	answer->last_connection = (uint64_t)atomic_load_explicit(
	    &a->live->last, memory_order_relaxed);
	return ADMIN_OK;
}

/* ---- the proxy as a whole */

enum admin_status
do_get_dissector(struct admin_call *call, const struct admin_nothing *request,
    struct admin_dissector *answer)
{
	(void)request;
	answer->dissector =
	    settings_number(supervisor_settings(call->sup), SETTING_dissector);
	return ADMIN_OK;
}

enum admin_status
do_get_authentication(struct admin_call *call,
    const struct admin_nothing *request, struct admin_authentication *answer)
{
	(void)request;
	answer->authentication = supervisor_authentication(call->sup);
	return ADMIN_OK;
}

enum admin_status
do_set_authentication(struct admin_call *call,
    const struct admin_authentication *request, struct admin_nothing *answer)
{
	(void)answer;
	if (!admin_is_flag(call, "authentication", request->authentication))
		return ADMIN_INVALID;
	return admin_ask(
	    call, change_setting(CHANGE_SET, setting_rows[SETTING_auth].key,
		      request->authentication == 1 ? "yes" : "no"));
}

enum admin_status
do_listener_list(struct admin_call *call,
    const struct admin_listener_page *request, struct admin_listener *row)
{
	bool behind = request->after.len == 0;
	char text[ADDR_TEXT];
	struct addr a;

	row->open = supervisor_open(call->sup);
	for (size_t i = 0;
	     (a = supervisor_listen_addr(call->sup, i)).family != ADDR_NONE;
	     i++) {
		layout_text_set(&row->address, text, addr_print(&a, text));
		if (behind && !call->row(call, row))
			break;
		behind |= strcmp(text, request->after.bytes) == 0;
	}
	return ADMIN_OK;
}

enum admin_status
do_get_running(struct admin_call *call, const struct admin_nothing *request,
    struct admin_running *answer)
{
	(void)request;
	answer->running = supervisor_open(call->sup);
	return ADMIN_OK;
}

enum admin_status
do_set_running(struct admin_call *call, const struct admin_running *request,
    struct admin_nothing *answer)
{
	struct change *c;

	(void)answer;
	if (!admin_is_flag(call, "running", request->running))
		return ADMIN_INVALID;
	c = change_new(CHANGE_LISTEN);
	if (c != NULL)
		c->enabled = request->running == 1;
	return admin_ask(call, c);
}

enum admin_status
do_reset(struct admin_call *call, const struct admin_nothing *request,
    struct admin_nothing *answer)
{
	(void)request;
	(void)answer;
	return admin_ask(call, change_new(CHANGE_RESET));
}

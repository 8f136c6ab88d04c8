/* Commands about what the dissector has found; see daemon/admin_do.h. */

#include <string.h>

#include "daemon/admin_do.h"

static void
put(struct layout_text *to, const struct finding *f, enum finding_part part)
{
	struct finding_text text = finding_part(f, part);

	layout_text_set(to, text.bytes, text.len);
}

/* Passwords that are kept as they passed are for administrators alone. */
static void
put_password(struct layout_text *to, const struct finding *f, enum role role)
{
	char mask[DISSECT_MASKED];
	struct finding_text text = role == ROLE_ADMIN
				       ? finding_part(f, FINDING_PASSWORD)
				       : finding_password(f, mask);

	layout_text_set(to, text.bytes, text.len);
}

void
admin_do_finding(
    struct admin_finding *row, const struct finding *f, enum role role)
{
	row->id = f->id;
	row->time = f->time > 0 ? (uint64_t)f->time : 0;
	row->confirmed = f->confirmed;
	row->session = f->session;
	put(&row->user, f, FINDING_USER);
	put(&row->client, f, FINDING_CLIENT);
	put(&row->target, f, FINDING_TARGET);
	put(&row->protocol, f, FINDING_PROTOCOL);
	put(&row->login, f, FINDING_LOGIN);
	put_password(&row->password, f, role);
}

enum admin_status
do_finding_list(struct admin_call *call,
    const struct admin_finding_page *request, struct admin_finding *row)
{
	const struct findings *list = supervisor_findings(call->sup);
	const struct finding *f = findings_after(list, request->after);

	for (; f != NULL; f = findings_after(list, f->id)) {
		admin_do_finding(row, f, call->role);
		if (!call->row(call, row))
			break;
	}
	return ADMIN_OK;
}

enum admin_status
do_finding_clear(struct admin_call *call, const struct admin_nothing *request,
    struct admin_nothing *answer)
{
	(void)request;
	(void)answer;
	return admin_ask(call, change_new(CHANGE_FORGET));
}

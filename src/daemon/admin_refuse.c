/* Refusals that name the thing and the value, and what would have been right;
 * see admin_do.h. */

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/closest.h"
#include "base/text.h"
#include "daemon/admin_do.h"

enum { SHOWN = 64 }; /* of a value in a message */

enum admin_status
admin_refuse(
    struct admin_call *call, enum admin_status status, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	(void)vsnprintf(call->reason, sizeof call->reason, format, ap);
	va_end(ap);
	call->why = call->reason;
	return status;
}

bool
admin_is_name(
    struct admin_call *call, const char *what, const struct layout_text *text)
{
	if (text_is_name(text->bytes, text->len))
		return true;
	(void)text_refuse(call->reason, what, text->bytes, text->len);
	call->why = call->reason;
	return false;
}

bool
admin_is_flag(struct admin_call *call, const char *what, uint64_t value)
{
	if (value <= 1)
		return true;
	(void)admin_refuse(call, ADMIN_INVALID,
	    "%s is 1 (yes) or 0 (no), not %" PRIu64, what, value);
	return false;
}

enum admin_status
admin_missing(struct admin_call *call, const char *what,
    const struct layout_text *typed, const struct closest *meant)
{
	char shown[SHOWN], other[SHOWN + 16];

	(void)text_escape(shown, sizeof shown, typed->bytes, typed->len);
	(void)closest_say(meant, other, sizeof other);
	return admin_refuse(
	    call, ADMIN_MISSING, "there is no %s \"%s\"%s", what, shown, other);
}

const struct account *
admin_find_account(struct admin_call *call, const struct layout_text *name)
{
	const struct account *a = accounts_find(
	    supervisor_accounts(call->sup), name->bytes, name->len);

	if (a != NULL)
		return a;
	supervisor_no_account(call->sup, name->bytes, name->len, call->reason,
	    sizeof call->reason);
	call->why = call->reason;
	return NULL;
}

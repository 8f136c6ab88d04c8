#include "daemon/check.h"

#include <string.h>
#include <unistd.h>

#include "base/sctp.h"
#include "daemon/doors.h"

int
check_user(const struct settings *settings, struct privileges_user *user,
    const char **name, char why[SUPERVISOR_WHY])
{
	const char *wanted = settings_text(settings, SETTING_user);

	*name = NULL;
	/* Nobody but root can become somebody else. */
	if (geteuid() != 0 || strcmp(wanted, "root") == 0)
		return 0;
	if (privileges_find(user, wanted)) {
		*name = wanted;
		return 0;
	}
	if (settings_origin(settings, SETTING_user) == ORIGIN_DEFAULT)
		return 0;
	(void)snprintf(why, SUPERVISOR_WHY,
	    "user: \"%s\" is not a user of this system", wanted);
	return -1;
}

int
check_host(const struct settings *settings, char why[SUPERVISOR_WHY])
{
	struct privileges_user user;
	const char *name;

	if (check_user(settings, &user, &name, why) != 0)
		return -1;
	return doors_check(settings, why);
}

void
check_say(FILE *out)
{
	const char *lack = sctp_lack();

	fputs("configuration ok\n", out);
	if (lack == NULL)
		fputs("SCTP: this kernel serves it\n", out);
	else
		fprintf(out,
		    "SCTP: %s; until then administer over unix: or tcp:\n",
		    lack);
}

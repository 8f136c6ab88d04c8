#include "daemon/check.h"

#include "base/sctp.h"

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

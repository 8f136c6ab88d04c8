/* socks5tui: watch and steer a socks5d from a terminal. */

#include <locale.h>
#include <malloc.h>

#include "tui/options.h"
#include "tui/plain.h"
#include "tui/report.h"

enum { LARGE = 65536 };

static int
save(const struct options *o)
{
	const char *wrong =
	    nodes_save(o->save, o->console.endpoint, o->console.user);

	if (wrong == NULL)
		return CONSOLE_OK;
	fprintf(stderr, "socks5tui: --save: \"%s\": %s\n", o->save, wrong);
	return CONSOLE_USAGE;
}

int
main(int argc, char *argv[])
{
	static struct options o;
	int status;

	(void)setlocale(LC_ALL, "");
	/* Large lists go back to the system as soon as they are freed. */
	(void)mallopt(M_MMAP_THRESHOLD, LARGE);
	status = options_read(&o, argc, argv);
	if (status != -1)
		return status;
	switch (o.mode) {
	case MODE_PLAIN:
		return plain_run(&o.console);
	case MODE_COMMAND:
		return plain_command(&o.console, o.command);
	case MODE_ONCE:
	case MODE_BATCH:
		return report_run(&o.console, o.format, o.times, o.delay_ms);
	case MODE_SAVE:
		return save(&o);
	case MODE_SCREEN:
		break;
	}
	return console_run(&o.console);
}

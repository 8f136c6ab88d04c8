#include "base/date.h"

#include <string.h>
#include <time.h>

/* The whole text, and a day that the calendar has. */
static bool
parse_form(const char *text, const char *form, time_t *at)
{
	struct tm tm = { 0 }, again;
	const char *end = strptime(text, form, &tm);

	if (end == NULL || *end != '\0')
		return false;
	again = tm;
	*at = timegm(&again);
	return again.tm_mday == tm.tm_mday && again.tm_mon == tm.tm_mon;
}

bool
date_parse(const char *text, uint64_t *seconds)
{
	time_t at;

	/* strptime() takes shorter fields; one spelling is enough. */
	if (strlen(text) != strlen("2027-01-31") &&
	    strlen(text) != strlen("2027-01-31T18:00:00Z"))
		return false;
	if (!parse_form(text, "%Y-%m-%d", &at) &&
	    !parse_form(text, "%Y-%m-%dT%H:%M:%SZ", &at))
		return false;
	*seconds = (uint64_t)at;
	return at > 0;
}

void
date_print(uint64_t seconds, char text[DATE_TEXT])
{
	time_t at = (time_t)seconds;
	struct tm tm;

	text[0] = '\0';
	if (gmtime_r(&at, &tm) != NULL)
		(void)strftime(text, DATE_TEXT,
		    at % 86400 == 0 ? "%Y-%m-%d" : "%Y-%m-%dT%H:%M:%SZ", &tm);
}

/* Days and moments as people write them, in UTC. Pure; any thread. */

#ifndef BASE_DATE_H
#define BASE_DATE_H

#include <stdbool.h>
#include <stdint.h>

enum { DATE_TEXT = 24 };

/*
 * "2027-01-31" (its midnight) or "2027-01-31T18:00:00Z" as Unix seconds. False
 * if it is neither, no day that the calendar has, or not after 1970.
 */
bool date_parse(const char *text, uint64_t *seconds);

/* The same backwards, as short as can be; "" if there is no such year. */
void date_print(uint64_t seconds, char text[DATE_TEXT]);

#endif

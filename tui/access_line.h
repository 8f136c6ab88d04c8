/* Lines of the access log in words. Any thread. */

#ifndef TUI_ACCESS_LINE_H
#define TUI_ACCESS_LINE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * "bob A 10.0.0.7 4711 example.net 443 5" as "bob 10.0.0.7:4711 ->
 * example.net:443 refused". False: it is not of a kind that is known, and out
 * is left alone. *bad: the request failed.
 */
bool access_line(const char *text, char *out, size_t size, bool *bad);

#endif

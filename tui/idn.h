/* Names of hosts as DNS has them. Any thread. */

#ifndef TUI_IDN_H
#define TUI_IDN_H

#include <stddef.h>

/*
 * As utf8_safe(), but a name with octets above 0x7f is shown as its A-labels
 * ("xn--..."), which no other name looks like, where it is one of IDNA2008 (RFC
 * 5891 5) as it stands but for the case of ASCII letters: nothing is mapped, so
 * that a full-width "example" is not taken for another's.
 */
size_t idn_safe(char *out, size_t size, const char *name, size_t len);

#endif

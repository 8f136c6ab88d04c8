#include "tui/listeners.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "tui/utf8.h"

void
listeners_begin(struct listeners *l)
{
	l->n = 0;
}

void
listeners_add(struct listeners *l, const struct admin_listener *rows, size_t n)
{
	for (size_t i = 0; i < n && l->n < LISTENERS_MOST; i++)
		(void)utf8_safe(l->all[l->n++], LISTENERS_TEXT,
		    rows[i].address.bytes, rows[i].address.len);
}

/* Can it stand in a shell's line as it is? */
static bool
is_plain(const char *name)
{
	return *name != '\0' && *name != '-' &&
	       name[strspn(name, "abcdefghijklmnopqrstuvwxyz"
				 "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				 "0123456789._-@")] == '\0';
}

/* "[::]:1080" and "0.0.0.0:1080" are no places to go to. */
static bool
is_everywhere(const char *address)
{
	return strncmp(address, "[::]:", 5) == 0 ||
	       strncmp(address, "0.0.0.0:", 8) == 0;
}

const char *
listeners_try(const struct listeners *l, const char *here, const char *user,
    char *out, size_t size)
{
	const char *address = l->n > 0 ? l->all[0] : "";
	const char *port = strrchr(address, ':');
	bool all = is_everywhere(address), v6 = strchr(here, ':') != NULL;

	*out = '\0';
	if (port == NULL)
		return out;
	(void)snprintf(out, size,
	    "curl --proxy socks5h://%s%s%s%s%s%s http://example.org/",
	    all && v6 ? "[" : "", all ? here : address, all && v6 ? "]" : "",
	    all ? port : "", *user != '\0' ? " -U " : "",
	    *user == '\0'    ? ""
	    : is_plain(user) ? user
			     : "NAME");
	return out;
}

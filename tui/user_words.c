#include "tui/user_words.h"

#include <stdio.h>
#include <string.h>

bool
user_is_oneself(const struct model *m, const struct user *u)
{
	return m->link.user[0] != '\0' && strcmp(m->link.user, u->shown) == 0;
}

const char *
user_role(const struct model *m, const struct user *u)
{
	static const char *const words[] = { "regular", "admin", "observer" };

	if (u->role >= 0 && u->role < 3)
		return words[u->role];
	return user_is_oneself(m, u) ? "admin" : "-";
}

bool
user_is_expired(const struct model *m, const struct user *u)
{
	return u->expires != 0 && m->wall != 0 && u->expires <= m->wall;
}

const char *
user_hindrance(const struct model *m, const struct user *u)
{
	if (user_is_expired(m, u))
		return "expired";
	return u->quota != 0 && u->used >= u->quota ? "quota used" : "";
}

const char *
user_ago(const struct model *m, const struct user *u, char text[USER_AGO])
{
	char unit[UNIT_TEXT];

	if (!u->whole)
		(void)snprintf(text, USER_AGO, "-");
	else if (u->last == 0)
		(void)snprintf(text, USER_AGO, "never");
	else if (m->wall < u->last + 2)
		(void)snprintf(text, USER_AGO, "now");
	else
		(void)snprintf(text, USER_AGO, "%s ago",
		    unit_ms(unit, (double)(m->wall - u->last) * 1000));
	return text;
}

const char *
user_standing(const struct model *m, const struct user *u)
{
	if (u->enabled == 0)
		return "turned off";
	return user_hindrance(m, u)[0] != '\0' ? user_hindrance(m, u) : "on";
}

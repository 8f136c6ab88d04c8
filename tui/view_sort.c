#include "tui/act.h"
#include "tui/screen.h"

enum { BOX_W = 34 };

const char *
sorts_name(enum view view, int sort, bool reverse)
{
	static const char *const sessions[SESSIONS_SORTS][2] = {
		[SESSIONS_BUSY] = { "busiest first", "quietest first" },
		[SESSIONS_ID] = { "oldest first", "newest first" },
		[SESSIONS_USER] = { "by user", "by user, backwards" },
		[SESSIONS_CLIENT] = { "by client", "by client, backwards" },
		[SESSIONS_TARGET] = { "by target", "by target, backwards" },
		[SESSIONS_ADDRESS] = { "by address", "by address, backwards" },
		[SESSIONS_STATE] = { "by state", "by state, backwards" },
		[SESSIONS_UP_RATE] = { "most up/s first", "least up/s first" },
		[SESSIONS_DOWN_RATE] = { "most down/s first",
		    "least down/s first" },
		[SESSIONS_UP] = { "most up first", "least up first" },
		[SESSIONS_DOWN] = { "most down first", "least down first" },
		[SESSIONS_AGE] = { "longest first", "shortest first" },
		[SESSIONS_IDLE] = { "longest silent first",
		    "last active first" },
		[SESSIONS_SETUP] = { "slowest set-up first",
		    "fastest set-up first" },
	};
	static const char *const users[USERS_SORTS][2] = {
		[USERS_NAME] = { "by name", "by name, backwards" },
		[USERS_SESSIONS] = { "most sessions first",
		    "fewest sessions first" },
		[USERS_RATE] = { "busiest first", "quietest first" },
		[USERS_TRAFFIC] = { "most traffic first",
		    "least traffic first" },
		[USERS_LAST] = { "last seen first", "never seen first" },
		[USERS_ROLE] = { "administrators first",
		    "regular users first" },
		[USERS_ENABLED] = { "turned off first", "turned on first" },
		[USERS_FAILED] = { "most failed logins first",
		    "fewest failed logins first" },
	};

	return view == VIEW_USERS ? users[sort][reverse]
				  : sessions[sort][reverse];
}

void
sort_draw(const struct model *m, struct canvas *c)
{
	const struct list *l = &m->lists[m->view];
	int n = (int)rows_sorts(m->view);
	int h = n + 2 < c->h - 2 ? n + 2 : c->h - 2;
	struct rect in = canvas_box(
	    c, screen_middle(c, BOX_W, h), "Sort", "I turns it round");
	int top = m->menu_row >= in.h ? m->menu_row - in.h + 1 : 0;

	for (int i = top; i < n && i - top < in.h; i++) {
		int y = in.y + i - top;
		bool here = i == m->menu_row, now = i == l->sort;

		canvas_spot(c, (struct rect){ in.x, y, in.w, 1 }, SPOT_LINE,
		    (uint32_t)i);
		canvas_put(c, in.x, y, here ? '>' : ' ', ROLE_KEY);
		canvas_text(c, in.x + 2, y, ROLE_KEY, now ? "(*)" : "( )");
		canvas_cut(c, in.x + 6, y, in.w - 7, ROLE_TEXT,
		    sorts_name(m->view, i, l->reverse));
		if (!here)
			continue;
		canvas_tint(c, (struct rect){ in.x, y, in.w, 1 }, ROLE_CURSOR);
		c->cursor_x = in.x;
		c->cursor_y = y;
	}
}

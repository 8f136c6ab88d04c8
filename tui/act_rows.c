#include <string.h>

#include "tui/act.h"
#include "tui/screen.h"

/* ---- what each view lists */

size_t
rows_count(const struct model *m, enum view view)
{
	switch (view) {
	case VIEW_SESSIONS:
		return m->sessions.order.n;
	case VIEW_USERS:
		return m->users.order.n;
	case VIEW_SETTINGS:
		return m->settings.n;
	case VIEW_LOGS:
		return m->lines.shown;
	case VIEW_FINDINGS:
		return m->findings.shown;
	case VIEW_RULES:
		return m->rules.shown;
	case VIEW_NODES:
		return m->nnodes;
	default:
		return 0;
	}
}

size_t
rows_sorts(enum view view)
{
	return view == VIEW_SESSIONS ? SESSIONS_SORTS
	       : view == VIEW_USERS  ? USERS_SORTS
				     : 1;
}

int
rows_place(const struct model *m, enum view view, const struct list *l)
{
	struct setting *s;

	switch (view) {
	case VIEW_SESSIONS:
		return sessions_place(&m->sessions, l->id);
	case VIEW_USERS:
		return users_place(&m->users, &l->name);
	case VIEW_SETTINGS:
		s = settings_find(&m->settings, l->name.bytes);
		return s == NULL ? -1 : (int)(s - m->settings.all);
	case VIEW_LOGS:
		return lines_place(&m->lines, l->id);
	case VIEW_FINDINGS:
		return findings_place(&m->findings, l->id);
	case VIEW_RULES:
		return rules_list_place(&m->rules, l->id);
	case VIEW_NODES:
		return (int)l->id;
	default:
		return -1;
	}
}

static void
remember(struct model *m, enum view view, int row)
{
	struct list *l = &m->lists[view];
	const char *key;

	switch (view) {
	case VIEW_SESSIONS:
		l->id = sessions_row(&m->sessions, row)->id;
		break;
	case VIEW_USERS:
		l->name = users_row(&m->users, row)->name;
		break;
	case VIEW_SETTINGS:
		key = m->settings.all[row].key;
		layout_text_set(&l->name, key, strlen(key));
		break;
	case VIEW_LOGS:
		l->id = lines_row(&m->lines, row)->id;
		break;
	case VIEW_FINDINGS:
		l->id = findings_row(&m->findings, row)->id;
		break;
	case VIEW_RULES:
		l->id = rules_list_row(&m->rules, row)->id;
		break;
	case VIEW_NODES:
		l->id = (uint64_t)row;
		break;
	default:
		break;
	}
}

void
rows_select(struct model *m, enum view view, int row)
{
	int n = (int)rows_count(m, view);

	if (row >= n)
		row = n - 1;
	if (row < 0)
		row = 0;
	m->lists[view].row = row;
	if (n > 0)
		remember(m, view, row);
}

static void
arrange(struct model *m, enum view view)
{
	const struct list *l = &m->lists[view];

	switch (view) {
	case VIEW_SESSIONS:
		sessions_arrange(&m->sessions, (enum sessions_sort)l->sort,
		    l->reverse, l->filter);
		break;
	case VIEW_USERS:
		users_arrange(
		    &m->users, (enum users_sort)l->sort, l->reverse, l->filter);
		break;
	case VIEW_LOGS:
		lines_arrange(&m->lines, m->log_level, l->filter);
		break;
	case VIEW_FINDINGS:
		findings_arrange(&m->findings, l->filter);
		break;
	case VIEW_RULES:
		rules_list_arrange(&m->rules, l->filter);
		break;
	default:
		break;
	}
}

/* Where one is as long as one did not go elsewhere. */
static int
first_place(const struct model *m, enum view view)
{
	return view == VIEW_LOGS ? (int)m->lines.shown - 1 : 0;
}

void
rows_arrange(struct model *m, enum view view)
{
	struct list *l = &m->lists[view];
	int row;

	m->orders++;
	arrange(m, view);
	row = l->moved ? rows_place(m, view, l) : first_place(m, view);
	rows_select(m, view, row < 0 ? l->row : row);
	if (view == m->view)
		rows_keep(m);
}

void
rows_keep(struct model *m)
{
	struct list *l = &m->lists[m->view];
	int visible = screen_rows(m), n = (int)rows_count(m, m->view);

	if (l->row >= l->top + visible)
		l->top = l->row - visible + 1;
	if (l->row < l->top)
		l->top = l->row;
	if (l->top > n - visible)
		l->top = n - visible;
	if (l->top < 0)
		l->top = 0;
}

/* ---- keys */

static void
sideways(struct model *m, int by)
{
	struct list *l = &m->lists[m->view];
	int most = screen_left(m);

	if (by > 0 && l->left >= most)
		return;
	/* The window may be wider, or the lines shorter, by now. */
	l->left = l->left < most ? l->left : most;
	l->left = l->left + by < 0 ? 0 : l->left + by;
}

void
rows_sort(struct model *m, int by)
{
	struct list *l = &m->lists[m->view];

	if (by < 0 || by >= (int)rows_sorts(m->view))
		return;
	l->reverse = by == l->sort && !l->reverse;
	l->sort = by;
	rows_arrange(m, m->view);
}

static void
sort_by(struct model *m, int by)
{
	struct list *l = &m->lists[m->view];
	int n = (int)rows_sorts(m->view);

	l->sort = (l->sort + by + n) % n;
	rows_arrange(m, m->view);
}

/* One step back: the detail, then the filter, then the marks. */
static void
back(struct model *m)
{
	struct list *l = &m->lists[m->view];

	if (m->view == VIEW_SESSIONS && m->detail) {
		m->detail = false;
	} else if (l->filter[0] != '\0') {
		l->filter[0] = '\0';
		m->reading[ADMIN_session_list].want = true;
		rows_arrange(m, m->view);
	} else {
		mark_all(m, false);
	}
}

/* Away from where new rows are, or back to there. */
static void
moving(struct model *m, struct list *l, enum action action)
{
	bool logs = m->view == VIEW_LOGS;
	bool home = action == (logs ? ACTION_LAST : ACTION_FIRST);

	if (action == ACTION_FILTER || action == ACTION_SEARCH ||
	    (logs && !l->moved && action == ACTION_DOWN))
		return;
	if (home)
		l->moved = false;
	else
		rows_leave(m, l);
}

/* To another row, as far as the view's list goes. */
static void
move(struct model *m, enum action action)
{
	int page = screen_rows(m) - 1, n = (int)rows_count(m, m->view);
	int row = m->lists[m->view].row;

	page = page < 1 ? 1 : page;
	rows_select(m, m->view,
	    action == ACTION_DOWN        ? row + 1
	    : action == ACTION_UP        ? row - 1
	    : action == ACTION_FIRST     ? 0
	    : action == ACTION_LAST      ? n
	    : action == ACTION_PAGE_DOWN ? row + page
					 : row - page);
}

static void
find(struct model *m, enum action action)
{
	if (action == ACTION_SEARCH) {
		search_begin(m);
	} else if (action == ACTION_FILTER) {
		m->reading[ADMIN_session_list].want = true;
		act_form_open_prompt(m, FORM_FILTER);
	} else {
		rows_search(m, action == ACTION_SEARCH_NEXT ? 1 : -1, false);
	}
}

static void
sort_and_show(struct model *m, enum action action)
{
	struct list *l = &m->lists[m->view];

	if (action == ACTION_REVERSE) {
		l->reverse = !l->reverse;
		rows_arrange(m, m->view);
	} else if (action == ACTION_SORT_NEXT || action == ACTION_SORT_BACK) {
		sort_by(m, action == ACTION_SORT_NEXT ? 1 : -1);
	} else if (action == ACTION_LEFT || action == ACTION_RIGHT) {
		sideways(m, action == ACTION_RIGHT ? 1 : -1);
	} else if (action == ACTION_BACK) {
		back(m);
	}
}

void
act_rows(struct model *m, enum action action)
{
	if (action <= ACTION_MARK_RANGE)
		moving(m, &m->lists[m->view], action);
	if (action <= ACTION_PAGE_UP)
		move(m, action);
	else if (action <= ACTION_FILTER)
		find(m, action);
	else if (action == ACTION_MARK)
		mark_row(m);
	else if (action == ACTION_MARK_RANGE)
		mark_range(m);
	else if (action == ACTION_MARK_ALL || action == ACTION_MARK_NONE)
		mark_all(m, action == ACTION_MARK_ALL);
	else
		sort_and_show(m, action);
}

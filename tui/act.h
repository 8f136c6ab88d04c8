/* What keys and answers do; the parts of update(). */

#ifndef TUI_ACT_H
#define TUI_ACT_H

#include "tui/update.h"

/* Add an effect; the last one is given up when there are too many. */
struct effect *effects_add(struct effects *, enum effect_kind);

/* ---- poll.c: what is asked when, and what the answers say */

void poll_tick(struct model *, struct effects *);
void poll_begin(struct model *, const struct event *up);
void poll_end(struct model *); /* the connection is gone */
void poll_answer(struct model *, const struct event *);
void poll_done(struct model *, const struct event *);

/* poll_lists.c: take an answer that is a list's page; false: it is none. */
bool poll_list(struct model *, const struct event *);

/* Ask for all lists as soon as may be. */
void poll_want(struct model *);

/* What is under way of that list was true before: it is left out, and the list
 * read anew. */
void poll_tear(struct model *, enum admin_id);

/* ---- done.c: changes that were answered */

void done(struct model *, const struct event *, struct effects *);

/* What a status means for people; `why` is what the server said of it. */
const char *done_why(enum admin_status, const char *why);

/* ---- act.c: a key, wherever it goes */

void act_key(struct model *, struct key, struct effects *);

/* In a view: the actions of the key table. */
void act_view(struct model *, enum action, struct effects *);
void act_go(struct model *, enum view);

/* Which part of the key table holds in the view. */
unsigned act_where(enum view);

/*
 * May changes be sent now? Else says why not. A change is described by a
 * struct write until it is answered; NULL: too many are under way.
 */
bool act_may_write(struct model *);
bool act_knows(struct model *, enum admin_id);
struct write *
act_write(struct model *, enum admin_id, struct effects *, struct effect **);

/* The same with the request that is sent, struct admin_<its request>: what it
 * is about and what would take it back are filled in. */
struct write *
act_send(struct model *, enum admin_id, const void *request, struct effects *);

/* Ask more or less often. */
void act_pace(struct model *, bool faster);

/* ---- act_save.c: the view's rows to a file */

enum { CONFLICT_TEXT = 260 };

enum { SAVE_PATH, SAVE_REPLACE }; /* fields of its form */

void act_save(struct model *);
void save_check(struct model *);
void save_send(struct model *, struct effects *);
void save_told(struct model *, const struct event *);

/* ---- act_copy.c: to the terminal's clipboard */

void act_copy(struct model *, bool row, struct effects *);

/* ---- act_rows.c: moving, sorting, filtering, marking */

void act_rows(struct model *, enum action);

/* Sort and filter again, and find the selected row. */
void rows_arrange(struct model *, enum view);
void rows_select(struct model *, enum view, int row);
void rows_keep(struct model *); /* the selected row in sight */
size_t rows_count(const struct model *, enum view);
size_t rows_sorts(enum view);

/* Sort by that; the other way round, if it is already. */
void rows_sort(struct model *, int by);

/* The row of what a list has selected; -1 if it is gone. */
int rows_place(const struct model *, enum view, const struct list *);

/* Away from where new rows are: the cursor stays with its row. */
void rows_leave(struct model *, struct list *);

/* ---- act_search.c: the row with a text, as it is typed and again */

void search_begin(struct model *);
void search_typed(struct model *);  /* a letter more or less */
void search_cancel(struct model *); /* back to where one was */
void rows_search(struct model *, int by, bool from_here);

/* ---- act_mark.c: marks of sessions and users */

void mark_row(struct model *);   /* the selected one, or unmark it */
void mark_range(struct model *); /* from the last one marked to it */
void mark_all(struct model *, bool on);

/* ---- act_confirm.c: questions, and what a yes does */

void confirm_open(struct model *, enum confirm_kind);
bool confirm_add(struct model *, const struct target *);
void confirm_close(struct model *);
void confirm_key(struct model *, struct key, struct effects *);

/* ---- batch.c: many changes, a few at a time */

/* Says so if one is under way. */
bool batch_is_busy(struct model *);

/* Takes the plan; what becomes of one and of many is said behind a number, or
 * behind "undone". The next tick begins to send. */
void batch_open(struct model *, struct plan *, const char *one,
    const char *many, bool undoing);
void batch_tick(struct model *, struct effects *);
void batch_done(
    struct model *, const struct write *, enum admin_status, const char *why);
void batch_drop(struct model *); /* the connection is gone */
void batch_close(struct model *);

/* ---- undo.c: taking changes back, for a minute */

/* Takes the plan, unless it is empty; `together`: see struct undo. */
void
undo_offer(struct model *, struct plan *, const char *text, unsigned together);
/* What was done last has no inverse: u must not undo what was before it. */
void undo_block(struct model *, const char *text);
void undo_tick(struct model *);
void undo_drop(struct model *);
void act_undo(struct model *, struct effects *);

/* ---- act_user.c, act_session.c, act_setting.c */

void act_user(struct model *, enum action, struct effects *);
void act_session(struct model *, enum action, struct effects *);
void act_setting(struct model *, enum action, struct effects *);
void act_setting_stage(struct model *, struct setting *, const char *value);
void act_setting_default(struct model *, struct setting *);
bool act_setting_has_default(const struct model *, const struct setting *);
/* Send what is staged of one setting. */
bool act_setting_apply(struct model *, struct setting *, struct effects *);
void act_sessions_of(struct model *, const char *user);
void act_rule(struct model *, enum action, struct effects *);
void act_news(struct model *, enum action);
void act_node(struct model *, enum action, struct effects *);
void node_told(struct model *, const struct event *);

/* ---- act_server.c: the server as a whole */

void server_open(struct model *);
void server_choose(struct model *, int row, struct effects *);
void server_confirmed(struct model *, enum confirm_kind, struct effects *);
void menu_key(struct model *, struct key, struct effects *);

/* ---- act_mouse.c: clicks and wheels, and whether they are wanted */

void act_mouse(
    struct model *, uint32_t code, const struct spot *hit, struct effects *);
void act_mouse_toggle(struct model *, struct effects *);

/* What a row of the open view is, whatever its place; 0: there is none. */
uint64_t rows_id(const struct model *, int row);

/* ---- act_columns.c: which columns of Sessions are shown */

void columns_open(struct model *);
void columns_key(struct model *, struct key);

/* ---- act_setup.c: preferences that hold at once */

void setup_open(struct model *);
void setup_key(struct model *, struct key, struct effects *);

/* ---- act_sort.c: the menu of orders */

void sort_open(struct model *);
void sort_key(struct model *, struct key);

/* ---- act_command.c: the command line */

void command_do(struct model *, const char *typed, struct effects *);

/* ---- forms */

void act_form_key(struct model *, struct key, struct effects *);
void act_form_open_connect(struct model *, const char *why);
void act_form_open_setting(struct model *);
void act_form_open_prompt(struct model *, enum form_kind);
void act_form_show(struct model *);
void act_form_close(struct model *);
bool act_form_is_last(const struct model *); /* to close it is to quit */
void act_form_click(struct model *, const struct spot *);
void act_form_check(struct model *); /* every field, after each key */

/* With what is known already. */
void form_user_add(struct model *, const char *name, unsigned role);
void form_user_edit(struct model *, int focus);
void form_user_role(struct model *);
void form_edit_next(struct model *, struct effects *); /* the next step */
void form_user_password(struct model *, const struct layout_text *name);
/* The account is there and selected: send its limits. False: it has none. */
bool form_user_added(struct model *, struct effects *);
void form_user_check(struct model *);
void form_user_send(struct model *, struct effects *);

void form_rule_check(struct model *);
void form_rule_send(struct model *, struct effects *);

/* A field of that form as an account has it, or as it was typed (NULL). */
void form_user_value(const struct form *, int field, const struct user *,
    char text[CONFLICT_TEXT]);
void form_user_take(struct form *, int field, const struct user *);

/* ---- conflict.c: somebody else changed the account that is edited */

struct conflict_row {
	char mine[CONFLICT_TEXT], theirs[CONFLICT_TEXT];
	bool touched, changed; /* here; there */
};

/* False: it is the same here and there. */
bool conflict_row(const struct model *, int field, struct conflict_row *);

/* Before and after a list of accounts becomes the one that is shown. */
void conflict_follow(struct model *);
void conflict_open(struct model *);
void conflict_key(struct model *, struct key, struct effects *);

/* ---- in the help: rows that are shown now, and the one with this number */

bool help_shows(const struct model *, const struct keys_row *);
const struct keys_row *help_row(const struct model *, int row);
void act_help_key(struct model *, struct key, struct effects *);

#endif

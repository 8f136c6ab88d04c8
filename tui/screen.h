/*
 * The whole screen: pure drawing of a model on a canvas. Nothing is allocated
 * and nothing is changed; what does not fit is left out by priority.
 */

#ifndef TUI_SCREEN_H
#define TUI_SCREEN_H

#include "tui/canvas.h"
#include "tui/model.h"

/* All of it, on a canvas that is cleared first. */
void screen_draw(const struct model *, struct canvas *);

/*
 * Which screen that is: whoever clicks on another must not be taken to mean
 * this one. Never 0.
 */
uint64_t screen_scene(const struct model *);

/* Rows of the open view's list that a screen of the model's size has. */
int screen_rows(const struct model *);

/* How often that list can be scrolled to the right there. */
int screen_left(const struct model *);

/* ---- parts */

/* Header, tabs, banner, prompt and key bar. */
void frame_draw(const struct model *, struct canvas *);

/* What they leave for a view on a screen of that size. */
struct rect frame_body(const struct model *, int w, int h);

/* The place of a change's outcome or of the last event. */
void frame_prompt(const struct model *, struct canvas *, int y);
/* The same place as long as no session ever came: what to type to try it.
   False: there is nothing to say. */
bool trial_draw(const struct model *, struct canvas *, int y);
/* Again what it says, if that needs more lines: when the view is drawn. */
void frame_toast(const struct model *, struct canvas *);
void frame_keys(const struct model *, struct canvas *, int y);

void dash_draw(const struct model *, struct canvas *, struct rect);
void sessions_draw(const struct model *, struct canvas *, struct rect);
void users_draw(const struct model *, struct canvas *, struct rect);
void settings_draw(const struct model *, struct canvas *, struct rect);
void logs_draw(const struct model *, struct canvas *, struct rect);
void findings_draw(const struct model *, struct canvas *, struct rect);
void rules_draw(const struct model *, struct canvas *, struct rect);
void nodes_draw(const struct model *, struct canvas *, struct rect);

/* view_user.c: the selected user, beside the list and in a strip below it. */
void user_side(const struct model *, struct canvas *, struct rect);
void user_strip(const struct model *, struct canvas *, struct rect);

/* Rows of their lists in that rectangle. */
int sessions_rows(const struct model *, struct rect body);
int users_rows(const struct model *, struct rect body);
int settings_rows(const struct model *, struct rect body);
int logs_rows(const struct model *, struct rect body);
int findings_rows(const struct model *, struct rect body);
int rules_rows(const struct model *, struct rect body);
int nodes_rows(const struct model *, struct rect body);

/* How often they can be scrolled to the right there. */
int sessions_left(const struct model *, struct rect body);
int users_left(const struct model *, struct rect body);
int logs_left(const struct model *, struct rect body);
int findings_left(const struct model *, struct rect body);
int rules_left(const struct model *, struct rect body);
int nodes_left(const struct model *, struct rect body);

/* On top of the view. */
void help_draw(const struct model *, struct canvas *);
void confirm_draw(const struct model *, struct canvas *);
void menu_draw(const struct model *, struct canvas *);
void columns_draw(const struct model *, struct canvas *);
void sort_draw(const struct model *, struct canvas *);
void setup_draw(const struct model *, struct canvas *);

/* view_sort.c: "busiest first": what a list of sessions or users begins with.
 */
const char *sorts_name(enum view, int sort, bool reverse);
void conflict_draw(const struct model *, struct canvas *);
void answer_draw(const struct model *, struct canvas *);
void connect_draw(const struct model *, struct canvas *);

/* ---- small things that views share */

/* In the middle, or all there is when the window is smaller. */
struct rect screen_middle(const struct canvas *, int w, int h);

/* "label ......... value" on a line w wide. */
void screen_fact(struct canvas *, int x, int y, int w, const char *label,
    enum role, const char *value);

/* The same on the first line of *r, which is cut off. */
void screen_line(struct canvas *, struct rect *r, const char *label, enum role,
    const char *value);

/* A text that is wider than w columns ends there, with the sign for more. */
enum { SCREEN_CUT = 264, SCREEN_CUT_W = 64 }; /* room; columns at most */
const char *screen_cut(
    const struct canvas *, char out[SCREEN_CUT], const char *text, int w);

/* A setting as people read it: "65 536 B", "255 s", "on", "-". */
enum { SCREEN_SETTING = 64 };
const char *screen_setting(
    const struct model *, const char *key, char text[SCREEN_SETTING]);
const char *screen_value(
    const struct setting *, const char *value, char text[SCREEN_SETTING]);

/* The state of the link in one word, and its role. */
const char *screen_state(const struct model *, enum role *);

/* "12 shown of 187, filter ..., 2 marked": what a list leaves out. */
void screen_note(char text[160], const struct list *, size_t shown, size_t all,
    size_t marked, size_t hidden, const char *more);

#endif

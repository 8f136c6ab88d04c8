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

/* ---- parts */

/* Header, tabs, banner, prompt and key bar; returns what is left for a view. */
struct rect frame_draw(const struct model *, struct canvas *);

/* The place of a change's outcome or of the last event. */
void frame_prompt(const struct model *, struct canvas *, int y);
void frame_keys(const struct model *, struct canvas *, int y);

void dash_draw(const struct model *, struct canvas *, struct rect);
void users_draw(const struct model *, struct canvas *, struct rect);
void settings_draw(const struct model *, struct canvas *, struct rect);

/* On top of the view. */
void help_draw(const struct model *, struct canvas *);
void confirm_draw(const struct model *, struct canvas *);
void connect_draw(const struct model *, struct canvas *);

/* ---- small things that views share */

/* "label ......... value" on a line w wide. */
void screen_fact(struct canvas *, int x, int y, int w, const char *label,
    enum role, const char *value);

/* A setting as people read it: "65 536 B", "255 s", "on", "-". */
const char *screen_setting(const struct model *, int row, char text[40]);

/* The state of the link in one word, and its role. */
const char *screen_state(const struct model *, enum role *);

#endif

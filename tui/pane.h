/* The boxes a dashboard is made of. Pure drawing; see tui/screen.h. */

#ifndef TUI_PANE_H
#define TUI_PANE_H

#include "tui/canvas.h"
#include "tui/model.h"

void pane_traffic(const struct model *, struct canvas *, struct rect);
void
pane_series(const struct model *, struct canvas *, struct rect, enum series);
/* The history of what is watched: the selected session or user. */
void pane_watched(
    const struct model *, struct canvas *, struct rect, const char *title);
void pane_fleet(const struct model *, struct canvas *, struct rect);
void pane_now(const struct model *, struct canvas *, struct rect);
void pane_top(const struct model *, struct canvas *, struct rect);
void pane_targets(const struct model *, struct canvas *, struct rect);
void pane_settings(const struct model *, struct canvas *, struct rect);
void pane_latency(const struct model *, struct canvas *, struct rect);
void pane_failures(const struct model *, struct canvas *, struct rect);
void pane_alerts(const struct model *, struct canvas *, struct rect);
void pane_link(const struct model *, struct canvas *, struct rect);
void pane_events(const struct model *, struct canvas *, struct rect);

/* The facts of "Now" without a box. */
void pane_facts(const struct model *, struct canvas *, struct rect);

#endif

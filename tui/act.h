/* What keys do; parts of update(). */

#ifndef TUI_ACT_H
#define TUI_ACT_H

#include "tui/update.h"

/* Add an effect; the last one is given up when there are too many. */
struct effect *effects_add(struct effects *, enum effect_kind);

/* A key, wherever it goes. */
void act_key(struct model *, struct key, struct effects *);

/* In a view: the actions of the key table. */
void act_view(struct model *, enum action, struct effects *);

/* In a form. */
void act_form_key(struct model *, struct key, struct effects *);
void act_form_open_connect(struct model *, const char *why);
void act_form_open_user(struct model *);
void act_form_open_setting(struct model *);
void act_form_open_filter(struct model *);
void act_form_close(struct model *);
void act_form_check(struct model *); /* every field, after each key */

/* Settings. */
void act_setting_stage(struct model *, int row, uint64_t value);
void act_settings_apply(struct model *, struct effects *);

/*
 * May changes be sent now? Else says why not. A change is described by a
 * struct write until it is answered; NULL: too many are under way.
 */
bool act_may_write(struct model *);
struct write *
act_write(struct model *, enum admin_id, struct effects *, struct effect **);

/* In the help: rows that are shown now, and the one with this number. */
bool help_shows(const struct model *, const struct keys_row *);
const struct keys_row *help_row(const struct model *, int row);
void act_help_key(struct model *, struct key, struct effects *);

/* Which part of the key table holds in the view. */
unsigned act_where(enum view);

#endif

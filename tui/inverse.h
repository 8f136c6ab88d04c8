/* What takes a change back; a part of update(). */

#ifndef TUI_INVERSE_H
#define TUI_INVERSE_H

#include "tui/model.h"

/*
 * The request that would take this one back, from what the model knows before
 * it is sent. False: there is none, or it is not known what held before.
 */
bool
inverse_of(const struct model *, enum admin_id, const union admin_request *,
    enum admin_id *inverse, union admin_request *back);

/* Does the server give a removed account, or a password, back for a minute? */
bool inverse_restores(const struct model *);

/*
 * A rule that is put in has no id until then: its inverse names the last one
 * before. Once it is there, put its own id in its place. Returns how many rules
 * it could be: unless 1, it cannot be told.
 */
size_t inverse_settle(const struct model *, enum admin_id inverse, void *back);

#endif

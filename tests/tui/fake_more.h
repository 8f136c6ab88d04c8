/* The extension of the fake server: many sessions that do not exist. */

#ifndef TESTS_TUI_FAKE_MORE_H
#define TESTS_TUI_FAKE_MORE_H

#include "proto/frame.h"

/* Answer a request of the extension, with so many sessions; false: that command
 * is not known here. */
bool more_answer(struct wr *, const struct frame_request *, unsigned sessions,
    double seconds);

#endif

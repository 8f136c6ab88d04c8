/* Thresholds that someone should know of; see tui/alerts.def. A part of
 * update().
 */

#ifndef TUI_ALERTS_H
#define TUI_ALERTS_H

#include <stdbool.h>
#include <stdint.h>

enum alert_id {
#define ALERT(id, ...) ALERT_##id,
#include "tui/alerts.def"
	ALERTS,
};

struct alert {
	double value; /* NAN: not told */
	bool raised;
	char since[12]; /* raised at that clock */
};

struct alert_row {
	const char *label;
	double limit;
	const char *unit;
};

extern const struct alert_row alert_rows[ALERTS];

struct model;

/* Look at all of them again, and tell what rose or fell. */
void alerts_check(struct model *);

/* How many are raised. */
int alerts_raised(const struct model *);

#endif

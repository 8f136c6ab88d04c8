/*
 * The daemon's figures as Prometheus reads them (text format 0.0.4).
 *
 * Names come from the rows of base/metrics.def: socks5d_<id>_bytes_total for a
 * counter of bytes, socks5d_<unit>_<id>_total for another, socks5d_<unit>_<id>
 * for a level (socks5d_sessions, where both words are the same). Further
 * figures are rows of metrics_text.def. Histograms are socks5d_<id>_seconds. No
 * label tells of users or addresses.
 */

#ifndef DAEMON_METRICS_TEXT_H
#define DAEMON_METRICS_TEXT_H

#include <event2/buffer.h>
#include <stddef.h>

#include "base/metrics.h"
#include "daemon/supervisor.h"

/* Room for a counter's name and a NUL. */
enum { METRICS_TEXT_NAME = 64 };

void metrics_text_name(char name[METRICS_TEXT_NAME], const struct metric_row *);

/* Write everything; false if memory is out. Main thread. */
bool metrics_text(struct evbuffer *, const struct supervisor *);

/* A figure beside the counters; its value counts in 1/scale of a unit. */
struct metrics_figure {
	const char *id, *unit, *help;
	enum metric_kind kind;
	uint64_t scale, value;
};

enum {
#define FIGURE(id, ...) METRICS_FIGURE_##id,
#include "daemon/metrics_text.def"
	METRICS_FIGURES,
};

/* All of them, in the order of daemon/metrics_text.def. Main thread. */
void metrics_figures(
    const struct supervisor *, struct metrics_figure[METRICS_FIGURES]);

#endif

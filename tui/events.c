#include "tui/events.h"

#include <string.h>

#include "tui/match.h"

static const char *const column_names[] = { "tag", "text", NULL };

/* From the newest to the oldest. */
struct walk {
	const struct model *m;
	struct match match;
	unsigned level, told;
	size_t line, note; /* how many have been passed */
};

/* What is found, and what it has in common with its repeats. */
struct found {
	struct happening what;
	uint64_t shape;
};

static bool
passes(const struct walk *w, const char *tag, const char *text)
{
	const char *texts[2] = { tag, text };

	return w->match.n == 0 || match_row(&w->match, texts, 2);
}

static const struct line *
next_line(struct walk *w)
{
	const struct lines *l = &w->m->lines;
	size_t kept = lines_kept(l);

	for (; w->line < kept; w->line++) {
		const struct line *one =
		    &l->ring[(l->count - 1 - w->line) % LINES_MOST];

		if (one->level <= w->told && strcmp(one->tag, "access") != 0 &&
		    passes(w, one->tag, one->text))
			return one;
	}
	return NULL;
}

static unsigned
level_of(const struct note *note)
{
	return note->level == LEVEL_BAD ? 0 : note->level == LEVEL_WARN ? 1 : 2;
}

static const struct note *
next_note(struct walk *w)
{
	const struct model *m = w->m;
	size_t kept = m->nevents < MODEL_EVENTS ? m->nevents : MODEL_EVENTS;

	for (; w->note < kept; w->note++) {
		const struct note *one =
		    &m->events[(m->nevents - 1 - w->note) % MODEL_EVENTS];

		if (level_of(one) <= w->level &&
		    passes(w, "console", one->text))
			return one;
	}
	return NULL;
}

static bool
next(struct walk *w, struct found *f)
{
	const struct line *line = next_line(w);
	const struct note *note = next_note(w);

	if (line == NULL && note == NULL)
		return false;
	if (line == NULL ||
	    (note != NULL && note->time >= line->time / 1000000)) {
		f->what = (struct happening){ note->time, level_of(note),
			note->text, 1 };
		f->shape = note->shape;
		w->note++;
	} else {
		f->what = (struct happening){ line->time / 1000000, line->level,
			line->text, 1 };
		f->shape = line->shape;
		w->line++;
	}
	return true;
}

size_t
events_list(const struct model *m, unsigned level, unsigned told,
    const char *filter, struct happening *out, size_t most)
{
	struct walk w = { .m = m, .level = level, .told = told };
	uint64_t shapes[EVENTS_MOST];
	struct found f;
	size_t n = 0, i;

	most = most < EVENTS_MOST ? most : EVENTS_MOST;
	match_read(&w.match, filter, column_names);
	while (next(&w, &f)) {
		for (i = 0; i < n && shapes[i] != f.shape; i++)
			;
		if (i < n) {
			out[i].times++;
		} else if (n < most) {
			shapes[n] = f.shape;
			out[n++] = f.what;
		}
	}
	return n;
}

#include "tui/answer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/help.h"
#include "ctl/print.h"
#include "tui/act.h"
#include "tui/canvas.h"
#include "tui/utf8.h"

enum { FRAME = 4, NARROW = 20, HELP_LINE = 300 };

void
answer_free(struct answer *a)
{
	job_free(a->job);
	free(a->rows);
	free(a->text);
	free(a->help);
	*a = (struct answer){ 0 };
}

void
answer_close(struct model *m)
{
	answer_free(&m->answer);
	m->overlay = OVERLAY_NONE;
}

/* ---- as text */

static void
measure(struct answer *a)
{
	size_t left = a->text == NULL ? 0 : strlen(a->text);
	const char *at = a->text, *end = at + left;
	int w = 0;

	a->lines = 0;
	a->widest = 0;
	while (at < end) {
		uint32_t cp = utf8_next(&at, (size_t)(end - at));

		w = cp == '\n' ? 0 : w + utf8_width(cp);
		a->lines += cp == '\n';
		a->widest = w > a->widest ? w : a->widest;
	}
}

/* A line, and what does not fit below its last column. */
static void
fold(FILE *out, const char *line, int w)
{
	int hang = 0, left = 0;

	for (const char *p = line; (p = strstr(p, "  ")) != NULL;) {
		p += strspn(p, " ");
		hang = (int)(p - line);
	}
	if (hang > w / 2)
		hang = 0;
	do {
		size_t n = canvas_fit(line, w - left);

		(void)fprintf(out, "%*s%.*s\n", left, "", (int)n, line);
		line += n;
		line += strspn(line, " ");
		left = hang;
	} while (*line != '\0');
}

static void
print_help(const char *help, FILE *out, int w)
{
	char line[HELP_LINE];

	for (size_t len; *help != '\0'; help += len + 1) {
		len = strcspn(help, "\n");
		(void)snprintf(line, sizeof line, "%.*s", (int)len, help);
		fold(out, line, w);
	}
}

static void
print(const struct answer *a, struct paper *paper)
{
	const struct admin_command *c;
	struct table table = { 0 };

	if (a->help != NULL)
		print_help(a->help, paper->out, paper->columns);
	if (a->job == NULL || a->job->ping)
		return;
	c = &admin_commands[a->job->items[0].id];
	if (c->many)
		print_rows(paper, &table, c->answer, a->rows, a->count);
	else if (!a->out)
		print_job(paper, a->job);
}

static void
scroll(struct model *m, int by)
{
	struct answer *a = &m->answer;
	int last = (int)a->lines - answer_visible(m->h);

	a->top += by;
	if (a->top > last)
		a->top = last;
	if (a->top < 0)
		a->top = 0;
}

void
answer_lay(struct model *m)
{
	struct answer *a = &m->answer;
	int columns = m->w - FRAME;
	struct paper paper = { .columns = columns < NARROW ? NARROW : columns,
		.cut = "\xe2\x80\xa6" }; /* the canvas knows it */
	size_t size;

	if (a->job == NULL && a->help == NULL)
		return;
	free(a->text);
	a->text = NULL;
	paper.out = open_memstream(&a->text, &size);
	if (paper.out == NULL)
		return;
	print(a, &paper);
	if (fclose(paper.out) != 0) {
		free(a->text);
		a->text = NULL;
	}
	measure(a);
	scroll(m, 0);
}

const char *
answer_line(const struct answer *a, int line)
{
	const char *at = a->text;

	for (; at != NULL && *at != '\0'; at = strchr(at, '\n') + 1)
		if (line-- == 0)
			return at;
	return NULL;
}

/* ---- asking */

static bool
ask(struct model *m, struct effects *fx)
{
	struct answer *a = &m->answer;
	struct write *w =
	    act_send(m, a->job->items[a->at].id, &a->job->request, fx);

	if (w == NULL)
		return false;
	a->tag = (unsigned)(w - m->writes);
	w->typed = true;
	w->undoable = false;
	return true;
}

void
answer_open(struct model *m, struct job *job, struct effects *fx)
{
	struct answer *a = &m->answer;

	answer_free(a);
	a->job = job;
	a->out = ask(m, fx);
	(void)snprintf(a->title, sizeof a->title, "%s", job->line);
	if (a->out)
		m->overlay = OVERLAY_ANSWER;
	else
		answer_free(a);
}

void
answer_help(struct model *m, char *const words[], size_t n)
{
	struct answer *a = &m->answer;
	size_t size;
	bool any = false;
	FILE *out;

	answer_free(a);
	out = open_memstream(&a->help, &size);
	if (out != NULL) {
		any = help_words(out, words, n);
		any &= fclose(out) == 0;
	}
	if (!any) {
		answer_free(a);
		model_say(m, LEVEL_WARN,
		    "No command begins so; Tab shows what there is.");
		return;
	}
	(void)snprintf(a->title, sizeof a->title, "help");
	m->overlay = OVERLAY_ANSWER;
	answer_lay(m);
}

/* ---- answers */

static bool
keep_rows(struct answer *a, const struct event *e)
{
	size_t size = admin_commands[e->id].answer->size;
	char *rows = realloc(a->rows, (a->count + e->count + 1) * size);

	if (rows == NULL)
		return false;
	a->rows = rows;
	if (e->count > 0)
		memcpy(rows + a->count * size, e->rows, e->count * size);
	a->count += e->count;
	return true;
}

static void
keep(struct answer *a, const struct event *e)
{
	struct item *item = &a->job->items[a->at];

	if (admin_commands[e->id].many)
		a->cut |= !keep_rows(a, e) || e->value != 0;
	else if (e->count == 1)
		memcpy(
		    &item->answer, e->rows, admin_commands[e->id].answer->size);
}

static void
refused(struct model *m, const struct event *e)
{
	char line[200], why[400];

	(void)snprintf(line, sizeof line, "%s", m->answer.job->line);
	(void)snprintf(why, sizeof why, "%s", done_why(e->status, e->why));
	answer_close(m);
	model_say(m, LEVEL_BAD, "%s: %s.", line, why);
}

/* All of it is there. */
static void
whole(struct model *m, const struct event *e)
{
	struct answer *a = &m->answer;

	a->out = false;
	answer_lay(m);
	if (a->job->ping) {
		answer_close(m);
		model_say(m, LEVEL_GOOD, "Answered in %.3f ms.", e->rtt_ms);
	} else if (a->count == 0 && admin_commands[e->id].many) {
		char line[200];

		(void)snprintf(line, sizeof line, "%s", a->job->line);
		answer_close(m);
		model_say(m, LEVEL_INFO, "%s: there are none.", line);
	}
}

void
answer_told(struct model *m, const struct event *e, struct effects *fx)
{
	struct answer *a = &m->answer;

	if (m->overlay != OVERLAY_ANSWER || a->job == NULL || !a->out ||
	    e->tag != a->tag || e->id != a->job->items[a->at].id)
		return; /* the window was closed meanwhile */
	if (e->status != ADMIN_OK) {
		refused(m, e);
		return;
	}
	keep(a, e);
	if (e->more) {
		answer_lay(m);
		return;
	}
	if (++a->at < a->job->count) {
		if (!ask(m, fx))
			answer_close(m);
		return;
	}
	whole(m, e);
}

/* ---- keys */

int
answer_visible(int h)
{
	return h - 4 < 1 ? 1 : h - 4; /* header, frame, keys */
}

/* The same once more, as it is now. */
static void
again(struct model *m, struct effects *fx)
{
	char line[FIELD_MOST + 1];

	if (m->answer.job == NULL || m->answer.out)
		return;
	(void)snprintf(line, sizeof line, "%s", m->answer.job->line);
	answer_close(m);
	command_do(m, line, fx);
}

void
answer_key(struct model *m, struct key k, struct effects *fx)
{
	int page = answer_visible(m->h) - 1;

	switch (k.pasted ? ACTION_NONE : keys_find(IN_ANSWER, k.code)) {
	case ACTION_ANSWER_DOWN:
		scroll(m, 1);
		break;
	case ACTION_ANSWER_UP:
		scroll(m, -1);
		break;
	case ACTION_ANSWER_PAGE_DOWN:
		scroll(m, page > 0 ? page : 1);
		break;
	case ACTION_ANSWER_PAGE_UP:
		scroll(m, page > 0 ? -page : -1);
		break;
	case ACTION_ANSWER_FIRST:
		scroll(m, -(int)m->answer.lines);
		break;
	case ACTION_ANSWER_LAST:
		scroll(m, (int)m->answer.lines);
		break;
	case ACTION_ANSWER_AGAIN:
		again(m, fx);
		break;
	case ACTION_ANSWER_COMMAND:
		answer_close(m);
		act_form_open_prompt(m, FORM_COMMAND);
		break;
	case ACTION_ANSWER_CLOSE:
		answer_close(m);
		break;
	default:
		break;
	}
}

#include "ctl/screen.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "ctl/paper.h"

/* The other screen, no cursor; and back, with no colour left behind. */
static const char enter[] = "\033[?1049h\033[?25l";
static const char leave[] = "\033[0m\033[?25h\033[?1049l";

bool
screen_possible(void)
{
	const char *term = getenv("TERM");

	return isatty(STDOUT_FILENO) && term != NULL && *term != '\0' &&
	       strcmp(term, "dumb") != 0;
}

void
screen_measure(struct screen *s)
{
	struct winsize size;

	s->columns = 80;
	s->rows = 24;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == -1)
		return;
	if (size.ws_col > 0)
		s->columns = size.ws_col;
	if (size.ws_row > 0)
		s->rows = size.ws_row;
}

static bool
put_all(const char *bytes, size_t len)
{
	ssize_t n;

	while (len > 0) {
		n = write(STDOUT_FILENO, bytes, len);
		if (n == -1 && errno != EINTR)
			return false;
		if (n > 0) {
			bytes += n;
			len -= (size_t)n;
		}
	}
	return true;
}

void
screen_enter(struct screen *s)
{
	struct termios raw;

	if (s->on)
		return;
	s->on = true;
	s->keys = tcgetattr(STDIN_FILENO, &s->before) == 0;
	if (s->keys) {
		raw = s->before;
		raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
		raw.c_cc[VMIN] = 1;
		raw.c_cc[VTIME] = 0;
		(void)tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
	}
	(void)put_all(enter, sizeof enter - 1);
}

void
screen_leave(struct screen *s)
{
	if (!s->on)
		return;
	s->on = false;
	(void)put_all(leave, sizeof leave - 1);
	if (s->keys)
		(void)tcsetattr(STDIN_FILENO, TCSADRAIN, &s->before);
}

/* ---- one picture */

/* Octets of the sequence or the character at text, and its columns. */
static size_t
step(const char *text, int *columns)
{
	size_t len = 1;

	*columns = 0;
	if (*text != '\033')
		return paper_next(text, columns);
	while (text[len] != '\0' && text[len] != 'm')
		len++;
	return len + (text[len] == 'm');
}

/* As much of a line as fits, its colours switched off, the rest erased. */
static void
put_line(FILE *out, const struct screen *s, const char *line, size_t len)
{
	const char *end = line + len;
	int used = 0, columns;
	size_t n;

	for (; line < end; line += n) {
		n = step(line, &columns);
		if (used + columns > s->columns)
			break;
		used += columns;
		(void)fwrite(line, 1, n, out);
	}
	/* In the last column the cursor stands on what was written there. */
	fputs(used < s->columns ? "\033[0m\033[K" : "\033[0m", out);
}

static void
put_title(
    FILE *out, const struct screen *s, const char *left, const char *right)
{
	struct paper paper = { .out = out, .colour = true, .cut = ">" };
	int width = paper_width(right);
	int room = s->columns - width - 2;

	if (room < 16)
		room = s->columns;
	paper_put(&paper, left, room, room, false, SHADE_BOLD);
	if (room < s->columns)
		fprintf(out, "  %s", right);
}

/* The lines that fit; one line tells how many do not. */
static void
put_text(FILE *out, const struct screen *s, const char *text, int rows)
{
	int lines = 0;

	for (const char *at = text; *at != '\0'; at++)
		lines += *at == '\n';
	for (int i = 0; i < lines && i < rows; i++) {
		size_t len = strcspn(text, "\n");

		fputs("\r\n", out);
		if (i == rows - 1 && lines > rows) {
			fprintf(out, "\033[2m(%d more)\033[0m\033[K",
			    lines - rows + 1);
			break;
		}
		put_line(out, s, text, len);
		text += len + 1;
	}
	if (lines < rows)
		fputs("\r\n\033[J", out);
}

bool
screen_show(const struct screen *s, const char *left, const char *right,
    const char *warning, const char *text)
{
	char *bytes = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&bytes, &len);
	int rows = s->rows - 1;
	bool there;

	if (out == NULL)
		return true; /* next time */
	fputs("\033[H", out);
	put_title(out, s, left, right);
	if (*warning != '\0' && rows > 0) {
		fputs("\r\n\033[31m", out);
		put_line(out, s, warning, strlen(warning));
		rows--;
	}
	if (rows > 0)
		put_text(out, s, text, rows);
	there = fclose(out) == 0 ? put_all(bytes, len) : true;
	free(bytes);
	return there;
}

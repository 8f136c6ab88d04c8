#include "ctl/paper.h"

#include <langinfo.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

static const char *const sequences[] = {
	[SHADE_NONE] = "",
	[SHADE_BOLD] = "\033[1m",
	[SHADE_DIM] = "\033[2m",
	[SHADE_GOOD] = "\033[32m",
	[SHADE_BAD] = "\033[31m",
	[SHADE_WARN] = "\033[33m",
};

static bool
wants_colour(int fd)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	return isatty(fd) && (no == NULL || *no == '\0') && term != NULL &&
	       strcmp(term, "dumb") != 0;
}

void
paper_of(struct paper *p, FILE *out, bool json)
{
	bool utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	int fd = fileno(out);
	struct winsize size;

	*p = (struct paper){ .out = out,
		.columns = INT_MAX,
		.json = json,
		.colour = wants_colour(fd),
		.cut = utf8 ? "\xe2\x80\xa6" : "~" };
	if (isatty(fd) && ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		p->columns = size.ws_col;
}

size_t
paper_next(const char *text, int *columns)
{
	mbstate_t state = { 0 };
	wchar_t c;
	size_t len = mbrtowc(&c, text, strlen(text), &state);

	*columns = 1;
	if (len != (size_t)-1 && len != (size_t)-2 && len > 0) {
		int width = wcwidth(c);

		*columns = width < 0 ? 1 : width;
		return len;
	}
	/* Not of this locale: octets that begin a character take a column. */
	for (len = 1; ((unsigned char)text[len] & 0xc0) == 0x80;)
		len++;
	return len;
}

int
paper_width(const char *text)
{
	int width = 0, columns;

	while (*text != '\0') {
		text += paper_next(text, &columns);
		width += columns;
	}
	return width;
}

static void
blanks(struct paper *p, int n)
{
	if (n > 0)
		fprintf(p->out, "%*s", n, "");
}

/* The beginning, in one column less than there are, and the sign. */
static void
put_cut(struct paper *p, const char *text, int most)
{
	int left = most - 1, columns;
	size_t len;

	for (;;) {
		len = paper_next(text, &columns);
		if (columns > left)
			break;
		(void)fwrite(text, 1, len, p->out);
		left -= columns;
		text += len;
	}
	fputs(p->cut, p->out);
	blanks(p, left);
}

void
paper_put(struct paper *p, const char *text, int least, int most, bool right,
    enum shade shade)
{
	int width = paper_width(text);
	bool shaded = p->colour && shade != SHADE_NONE && width > 0;

	if (most <= 0)
		return;
	if (right)
		blanks(p, least - width);
	if (shaded)
		fputs(sequences[shade], p->out);
	if (width > most)
		put_cut(p, text, most);
	else
		fputs(text, p->out);
	if (shaded)
		fputs("\033[0m", p->out);
	if (!right)
		blanks(p, least - width);
}

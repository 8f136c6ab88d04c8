#include "tui/replay.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tui/columns.h"
#include "tui/record.h"

enum { WORDS = 24, ROWS_MOST = 255, SIZE_MOST = 1000 };

struct replay {
	FILE *file;
	char *line;
	size_t room;
	unsigned number, wrong; /* lines */
	struct replay_head head;
	char *words[WORDS];
	int n;

	/* of the event given last */
	char clock[12], why[400];
	struct layout_text name;
	struct admin_hello hello;
	bool knows[ADMIN_COMMANDS];
	void *rows;
	size_t rows_room;
};

/* ---- a line's words */

/* In place; false: there are too many. */
static bool
split(struct replay *r, char *line)
{
	line[strcspn(line, "\r\n")] = '\0';
	for (r->n = 0; *line != '\0'; r->n++) {
		if (r->n == WORDS)
			return false;
		r->words[r->n] = line;
		line += strcspn(line, " ");
		if (*line == ' ')
			*line++ = '\0';
	}
	return true;
}

/* What stands behind "KEY="; "" for KEY alone; NULL: it is not there. */
static const char *
value(const struct replay *r, const char *key)
{
	size_t len = strlen(key);

	for (int i = 1; i < r->n; i++) {
		if (strncmp(r->words[i], key, len) != 0)
			continue;
		if (r->words[i][len] == '=')
			return r->words[i] + len + 1;
		if (r->words[i][len] == '\0')
			return r->words[i] + len;
	}
	return NULL;
}

static uint64_t
number(const struct replay *r, const char *key)
{
	const char *text = value(r, key);

	return text == NULL ? 0 : strtoull(text, NULL, 10);
}

static int
at_most(const struct replay *r, const char *key, int most)
{
	uint64_t n = number(r, key);

	return n <= (uint64_t)most ? (int)n : most;
}

static int
digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c == '\0' ? NULL : strchr(digits, c);

	return at == NULL ? -1 : (int)(at - digits);
}

/* Octets up to one of the ends, of which %XX are one; returns behind them. */
static const char *
octets(const char *text, const char *ends, char *out, size_t size, size_t *len)
{
	for (*len = 0; *text != '\0' && strchr(ends, *text) == NULL; text++) {
		char c = *text;

		if (c == '%' && digit(text[1]) >= 0 && digit(text[2]) >= 0) {
			c = (char)(digit(text[1]) << 4 | digit(text[2]));
			text += 2;
		}
		if (*len + 1 < size)
			out[(*len)++] = c;
	}
	out[*len] = '\0';
	return text;
}

static void
text(const struct replay *r, const char *key, char *out, size_t size)
{
	const char *from = value(r, key);
	size_t len;

	(void)octets(from == NULL ? "" : from, "", out, size, &len);
}

/* ---- rows */

/* One row, up to ';'; what it has not is 0. Returns behind it. */
static const char *
row(const struct layout *layout, void *record, const char *from)
{
	char bytes[256];
	size_t len;

	memset(record, 0, layout->size);
	for (size_t i = 0; i < layout->nfields; i++) {
		const struct layout_field *f = &layout->fields[i];
		void *member = (char *)record + f->offset;

		from = octets(from, ",;", bytes, sizeof bytes, &len);
		if (f->kind < LAYOUT_TEXT)
			*(uint64_t *)member = strtoull(bytes, NULL, 10);
		else if (f->kind == LAYOUT_TEXT)
			layout_text_set(member, bytes, len);
		if (*from == ',')
			from++;
		else if (*from == ';' || *from == '\0')
			break;
	}
	return from + strcspn(from, ";");
}

static bool
rows(struct replay *r, struct event *e)
{
	const struct layout *layout = admin_commands[e->id].answer;
	const char *from = value(r, "rows");
	size_t n = 1;

	if (from == NULL)
		return true;
	for (const char *at = from; *at != '\0'; at++)
		n += *at == ';';
	if (n > ROWS_MOST)
		return false;
	if (r->rows_room < n * layout->size) {
		free(r->rows);
		r->rows_room = n * layout->size;
		r->rows = malloc(r->rows_room);
	}
	if (r->rows == NULL) {
		r->rows_room = 0;
		return false;
	}
	e->rows = r->rows;
	e->count = n;
	for (size_t i = 0; i < n; i++) {
		from = row(layout, (char *)r->rows + i * layout->size, from);
		from += *from == ';';
	}
	return true;
}

/* ---- events */

static enum admin_id
command(const char *name)
{
	int i = 0;

	while (i < ADMIN_COMMANDS && strcmp(admin_commands[i].name, name) != 0)
		i++;
	return (enum admin_id)i;
}

static bool
answer(struct replay *r, struct event *e)
{
	const char *id = value(r, "id");

	e->id = id == NULL ? ADMIN_COMMANDS : command(id);
	if (e->id == ADMIN_COMMANDS)
		return false; /* of another version */
	e->status = (enum admin_status)at_most(r, "status", ADMIN_LOST);
	e->value = number(r, "value");
	e->tag = (unsigned)number(r, "tag");
	e->first = value(r, "first") != NULL;
	e->more = value(r, "more") != NULL;
	text(r, "name", r->name.bytes, sizeof r->name.bytes);
	r->name.len = (uint8_t)strlen(r->name.bytes);
	e->name = &r->name;
	return rows(r, e);
}

static void
up(struct replay *r, struct event *e)
{
	const char *hello = value(r, "hello"), *knows = value(r, "knows");
	char name[64];
	size_t len;

	if (hello == NULL)
		return;
	(void)row(admin_commands[ADMIN_hello].answer, &r->hello, hello);
	e->hello = &r->hello;
	e->knows = r->knows;
	memset(r->knows, 0, sizeof r->knows);
	while (knows != NULL && *knows != '\0') {
		knows = octets(knows, ",", name, sizeof name, &len);
		knows += *knows == ',';
		if (command(name) < ADMIN_COMMANDS)
			r->knows[command(name)] = true;
	}
}

static void
tell_time(struct replay *r, struct event *e, uint64_t ms)
{
	time_t wall;
	struct tm t;

	e->now = r->head.now + ms;
	e->wall = r->head.wall + ms / 1000;
	wall = (time_t)e->wall;
	if (gmtime_r(&wall, &t) == NULL ||
	    strftime(r->clock, sizeof r->clock, "%T", &t) == 0)
		r->clock[0] = '\0';
	e->clock = r->clock;
}

static bool
understand(struct replay *r, struct event *e)
{
	int kind = 0;
	char *end;
	uint64_t ms = strtoull(r->words[0], &end, 10);

	if (r->n < 2 || *end != '\0' || ms > UINT32_MAX)
		return false;
	while (record_kinds[kind] != NULL &&
	       strcmp(record_kinds[kind], r->words[1]) != 0)
		kind++;
	if (record_kinds[kind] == NULL)
		return false;
	*e = (struct event){ .kind = (enum event_kind)kind };
	tell_time(r, e, ms);
	e->key.code = (uint32_t)number(r, "code");
	e->key.pasted = value(r, "pasted") != NULL;
	e->spot.kind = (enum spot_kind)at_most(r, "spot", SPOT_CHOICE);
	e->spot.value = (uint32_t)number(r, "value");
	e->spot.id = number(r, "on");
	e->w = at_most(r, "w", SIZE_MOST);
	e->h = at_most(r, "h", SIZE_MOST);
	e->refused = value(r, "refused") != NULL;
	e->value = number(r, "value");
	e->tag = (unsigned)number(r, "tag");
	e->rtt_ms = (double)number(r, "us") / 1000;
	e->at = r->head.now + number(r, "at");
	text(r, "why", r->why, sizeof r->why);
	e->why = r->why;
	if (e->kind == EVENT_UP)
		up(r, e);
	if (e->kind == EVENT_RESIZE && (e->w == 0 || e->h == 0))
		return false;
	return (e->kind != EVENT_ANSWER && e->kind != EVENT_DONE) ||
	       answer(r, e);
}

bool
replay_next(struct replay *r, struct event *e)
{
	while (r->wrong == 0 && getline(&r->line, &r->room, r->file) != -1) {
		r->number++;
		if (!split(r, r->line) || (r->n > 0 && !understand(r, e)))
			r->wrong = r->number;
		else if (r->n > 0)
			return true;
	}
	return false;
}

unsigned
replay_wrong(const struct replay *r)
{
	return r->wrong;
}

/* ---- begin and end */

static bool
read_head(struct replay *r)
{
	if (getline(&r->line, &r->room, r->file) == -1 || !split(r, r->line))
		return false;
	r->number = 1;
	return r->n >= 2 && strcmp(r->words[0], "socks5tui-record") == 0 &&
	       strtol(r->words[1], NULL, 10) == RECORD_VERSION;
}

static void
set_up(struct replay *r, struct model *m)
{
	char endpoint[400], user[400];

	r->head.wall = number(r, "start");
	r->head.now = number(r, "now");
	r->head.w = at_most(r, "w", SIZE_MOST);
	r->head.h = at_most(r, "h", SIZE_MOST);
	r->head.glyphs = (enum glyphs)at_most(r, "glyphs", GLYPHS_BRAILLE);
	text(r, "endpoint", endpoint, sizeof endpoint);
	text(r, "user", user, sizeof user);
	model_open(m, endpoint, user);
	m->now = r->head.now;
	m->view = (enum view)at_most(r, "view", VIEW_COUNT - 1);
	m->window = (unsigned)at_most(r, "window", MODEL_WINDOWS - 1);
	m->hidden = (unsigned)at_most(r, "hidden", (1 << COLUMNS) - 1);
	m->interval_ms = (unsigned)at_most(r, "interval", 60000);
	if (m->interval_ms < 200)
		m->interval_ms = 200;
	m->read_only = value(r, "read-only") != NULL;
	m->logarithmic = value(r, "logarithmic") != NULL;
	m->mouse = value(r, "mouse") != NULL;
}

struct replay *
replay_open(
    FILE *file, struct model *m, struct replay_head *head, const char **why)
{
	struct replay *r = calloc(1, sizeof *r);

	*why = "out of memory";
	if (r == NULL) {
		(void)fclose(file);
		return NULL;
	}
	r->file = file;
	*why = "it is no recording of socks5tui, or of another version";
	if (!read_head(r)) {
		replay_close(r);
		return NULL;
	}
	set_up(r, m);
	*head = r->head;
	return r;
}

void
replay_close(struct replay *r)
{
	if (r == NULL)
		return;
	(void)fclose(r->file);
	free(r->line);
	free(r->rows);
	free(r);
}

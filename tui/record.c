#include "tui/record.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct record {
	FILE *file;
	uint64_t start; /* what 0 is */
	int error;
};

const char *const record_kinds[] = { "tick", "key", "resize", "up", "down",
	"answer", "polled", "done", "saved", "mouse", NULL };

/* ---- values */

static void
put_octets(FILE *f, const char *text, size_t len)
{
	static const char plain[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	    "0123456789._:/@[]-";

	for (size_t i = 0; i < len; i++)
		if (text[i] != '\0' && strchr(plain, text[i]) != NULL)
			(void)fputc(text[i], f);
		else
			(void)fprintf(f, "%%%02x", (unsigned char)text[i]);
}

static void
put_text(FILE *f, const char *key, const char *text)
{
	if (text == NULL)
		return;
	(void)fprintf(f, " %s=", key);
	put_octets(f, text, strlen(text));
}

static void
put_number(FILE *f, const char *key, uint64_t n)
{
	if (n != 0)
		(void)fprintf(f, " %s=%" PRIu64, key, n);
}

static void
put_row(FILE *f, const struct layout *layout, const void *row)
{
	for (size_t i = 0; i < layout->nfields; i++) {
		const struct layout_field *field = &layout->fields[i];
		const struct layout_text *text =
		    (const void *)((const char *)row + field->offset);

		if (i > 0)
			(void)fputc(',', f);
		if (field->kind < LAYOUT_TEXT)
			(void)fprintf(f, "%" PRIu64, layout_number(field, row));
		else if (field->kind == LAYOUT_TEXT &&
			 strcmp(field->name, "password") != 0)
			put_octets(f, text->bytes, text->len);
	}
}

static void
put_rows(FILE *f, const struct event *e)
{
	const struct layout *layout = admin_commands[e->id].answer;
	const char *row = e->rows;

	if (e->rows == NULL || e->count == 0)
		return;
	(void)fputs(" rows=", f);
	for (size_t i = 0; i < e->count; i++, row += layout->size) {
		if (i > 0)
			(void)fputc(';', f);
		put_row(f, layout, row);
	}
}

/* ---- events */

static void
put_key(FILE *f, const struct model *m, struct key key)
{
	const struct form *form = &m->form;
	bool secret = m->overlay == OVERLAY_FORM && form->focus < form->n &&
		      form->fields[form->focus].kind == FIELD_SECRET;
	uint32_t code = key.code;

	if (secret && code >= ' ' && code < INPUT_UP && code != INPUT_BACKSPACE)
		code = '*';
	(void)fprintf(
	    f, " code=%" PRIu32 "%s", code, key.pasted ? " pasted" : "");
}

static void
put_mouse(FILE *f, const struct event *e)
{
	put_number(f, "code", e->key.code);
	put_number(f, "spot", e->spot.kind);
	put_number(f, "value", e->spot.value);
	put_number(f, "on", e->spot.id);
}

static void
put_up(FILE *f, const struct event *e)
{
	const char *before = " knows=";

	if (e->hello == NULL)
		return;
	(void)fputs(" hello=", f);
	put_row(f, admin_commands[ADMIN_hello].answer, e->hello);
	for (int i = 0; e->knows != NULL && i < ADMIN_COMMANDS; i++) {
		if (!e->knows[i])
			continue;
		(void)fprintf(f, "%s%s", before, admin_commands[i].name);
		before = ",";
	}
}

static void
put_answer(FILE *f, const struct event *e)
{
	(void)fprintf(f, " id=%s", admin_commands[e->id].name);
	put_number(f, "status", e->status);
	put_number(f, "value", e->value);
	put_number(f, "tag", e->tag);
	if (e->first)
		(void)fputs(" first", f);
	if (e->more)
		(void)fputs(" more", f);
	if (e->name != NULL) {
		(void)fputs(" name=", f);
		put_octets(f, e->name->bytes, e->name->len);
	}
	put_text(f, "why", e->why);
	put_rows(f, e);
}

void
record_event(struct record *r, const struct model *m, const struct event *e)
{
	FILE *f = r->file;

	if (e->kind == EVENT_NODE) /* a record is of one daemon */
		return;
	(void)fprintf(
	    f, "%" PRIu64 " %s", e->now - r->start, record_kinds[e->kind]);
	switch (e->kind) {
	case EVENT_TICK:
		break;
	case EVENT_KEY:
		put_key(f, m, e->key);
		break;
	case EVENT_MOUSE:
		put_mouse(f, e);
		break;
	case EVENT_RESIZE:
		(void)fprintf(f, " w=%d h=%d", e->w, e->h);
		break;
	case EVENT_UP:
		put_up(f, e);
		break;
	case EVENT_DOWN:
	case EVENT_SAVED:
		put_text(f, "why", e->why);
		put_number(f, "value", e->value);
		put_number(f, "tag", e->tag);
		if (e->refused)
			(void)fputs(" refused", f);
		break;
	case EVENT_POLLED:
		(void)fprintf(f, " us=%.0f", e->rtt_ms * 1000);
		put_number(f, "at", e->at < r->start ? 0 : e->at - r->start);
		break;
	case EVENT_ANSWER:
	case EVENT_DONE:
		if (e->id < ADMIN_COMMANDS)
			put_answer(f, e);
		break;
	case EVENT_NODE:
		break;
	}
	(void)fputc('\n', f);
	if (ferror(f) && r->error == 0)
		r->error = errno != 0 ? -errno : -EIO;
}

/* ---- begin and end */

struct record *
record_open(
    const char *path, const struct model *m, enum glyphs glyphs, uint64_t wall)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	struct record *r = fd == -1 ? NULL : calloc(1, sizeof *r);

	if (r == NULL || (r->file = fdopen(fd, "w")) == NULL) {
		if (fd != -1)
			(void)close(fd);
		free(r);
		return NULL;
	}
	r->start = m->now;
	(void)fprintf(r->file,
	    "socks5tui-record %d start=%" PRIu64 " now=%" PRIu64
	    " w=%d h=%d glyphs=%d view=%d interval=%u window=%u",
	    RECORD_VERSION, wall, m->now, m->w, m->h, (int)glyphs, (int)m->view,
	    m->interval_ms, m->window);
	put_text(r->file, "endpoint", m->link.endpoint);
	put_text(r->file, "user", m->link.user);
	if (m->read_only)
		(void)fputs(" read-only", r->file);
	put_number(r->file, "hidden", m->hidden);
	if (m->logarithmic)
		(void)fputs(" logarithmic", r->file);
	if (m->mouse)
		(void)fputs(" mouse", r->file);
	(void)fputc('\n', r->file);
	return r;
}

int
record_close(struct record *r)
{
	int error;

	if (r == NULL)
		return 0;
	error = r->error;
	if (fclose(r->file) != 0 && error == 0)
		error = -errno;
	free(r);
	return error;
}

/*
 * Print, for every code of the admin protocol, a request and an answer as
 * octets, made by the code itself: a part of docs/admin-protocol.md. Fields are
 * set apart by |.
 */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/frame.h"

enum {
	BYTES_MOST = 65536,
	PARTS_MOST = 256,
	WIDTH = 116,
};

/* ---- samples: what a field of that name holds */

static const struct {
	const char *name, *text;
	uint64_t number;
} samples[] = {
	{ "name", "bob", 0 },
	{ "new_name", "tim", 0 },
	{ "user", "bob", 0 },
	{ "password", "pw", 0 },
	{ "client", "10.0.0.7:51220", 0 },
	{ "target", "example.org:443", 0 },
	{ "address", "192.0.2.7:443", 0 },
	{ "key", "cleanup", 0 },
	{ "value", "yes", 0 },
	{ "rule", "deny port 25", 0 },
	{ "text", "deny port 25", 0 },
	{ "by", "admin root@unix", 0 },
	{ "buffer_size", NULL, 65536 },
	{ "selector_timeout", NULL, 7 },
	{ "connection_timeout", NULL, 255 },
	{ "version", NULL, 1 },
	{ "figures", NULL, 1000 },
};

static const char *
sample_text(const char *name)
{
	for (size_t i = 0; i < sizeof samples / sizeof *samples; i++)
		if (strcmp(samples[i].name, name) == 0 &&
		    samples[i].text != NULL)
			return samples[i].text;
	return name;
}

static uint64_t
sample_number(const struct layout_field *f)
{
	for (size_t i = 0; i < sizeof samples / sizeof *samples; i++)
		if (strcmp(samples[i].name, f->name) == 0 &&
		    samples[i].text == NULL)
			return samples[i].number;
	return f->kind == LAYOUT_TIME ? 1700000000 : 1;
}

static void
fill(const struct layout *layout, void *record, bool request)
{
	memset(record, 0, layout->size);
	for (size_t i = 0; i < layout->nfields; i++) {
		const struct layout_field *f = &layout->fields[i];
		void *at = (char *)record + f->offset;
		const char *text = sample_text(f->name);
		uint64_t n = sample_number(f);

		/* What a plain client leaves out. */
		if (request && f->given != LAYOUT_WORD &&
		    f->given != LAYOUT_REST && f->given != LAYOUT_ASKED &&
		    strcmp(layout->name, "subscription") != 0)
			continue;
		if (f->kind == LAYOUT_TEXT)
			layout_text_set(at, text, strlen(text));
		else if (f->kind == LAYOUT_SECRET)
			secret_set(at, text, strlen(text));
		else
			memcpy(at, &n, sizeof n);
	}
}

/* ---- octets, in parts */

struct octets {
	uint8_t bytes[BYTES_MOST];
	size_t len;
	size_t parts[PARTS_MOST]; /* how many octets each has */
	size_t nparts;
};

static void
part(struct octets *o, size_t n)
{
	if (n > 0 && o->nparts < PARTS_MOST)
		o->parts[o->nparts++] = n;
}

/* A part for each field of a record. */
static void
parts_of(struct octets *o, const struct layout *layout, enum admin_form form,
    const void *record)
{
	uint8_t bytes[1024];
	struct layout one = *layout;

	one.nfields = 1;
	for (size_t i = 0; i < layout->nfields; i++) {
		struct wr out = wr_of(bytes, sizeof bytes);

		one.fields = &layout->fields[i];
		layout_pack(&out, &one, form, record);
		part(o, wr_len(&out));
	}
}

/* The parts are all there is, or the document would lie. */
static void
put(const struct octets *o, char sign)
{
	size_t sum = 0, at = 0;
	int column = 6;

	for (size_t i = 0; i < o->nparts; i++)
		sum += o->parts[i];
	if (sum != o->len) {
		fprintf(
		    stderr, "octets: %zu in parts, %zu in all\n", sum, o->len);
		exit(1);
	}
	printf("    %c", sign);
	for (size_t i = 0; i < o->nparts; i++) {
		int width = (int)o->parts[i] * 3 + (i > 0 ? 2 : 0);

		if (column + width > WIDTH && i > 0) {
			printf("\n     ");
			column = 6;
		}
		printf(i > 0 ? " |" : "");
		for (size_t k = 0; k < o->parts[i]; k++)
			printf(" %02x", o->bytes[at++]);
		column += width;
	}
	putchar('\n');
}

/* ---- exchanges */

static struct octets octets;

static struct wr
begin(void)
{
	octets.nparts = 0;
	return wr_of(octets.bytes, sizeof octets.bytes);
}

static void
end(const struct wr *out, char sign)
{
	octets.len = wr_len(out);
	put(&octets, sign);
}

static void
put_request(enum admin_form form, enum admin_id id)
{
	static union admin_request record;
	const struct layout *layout = admin_commands[id].request;
	struct wr out = begin();

	fill(layout, &record, true);
	frame_request_write(&out, form, id, &record);
	part(&octets, 2);
	part(&octets, form == ADMIN_EXTENDED ? 4 : 0);
	parts_of(&octets, layout, form, &record);
	end(&out, '>');
}

static void
put_list(const struct frame_request *request, const void *record)
{
	const struct layout *layout = admin_commands[request->id].answer;
	struct frame_list list;
	struct wr out = begin();

	frame_list_begin(&list, &out, request);
	(void)frame_list_row(&list, record);
	frame_list_end(&list);
	part(&octets, 2);
	if (request->form == ADMIN_EXTENDED) {
		part(&octets, 1);
		part(&octets, 4);
		part(&octets, 1);
		part(&octets, 2);
	} else {
		part(&octets, 1);
	}
	parts_of(&octets, layout, request->form, record);
	end(&out, '<');
}

static void
put_one(const struct frame_request *request, const void *record)
{
	const struct admin_command *c = &admin_commands[request->id];
	struct wr out = begin();

	frame_answer_write(&out, request, ADMIN_OK, record, NULL);
	part(&octets, 2);
	part(&octets,
	    request->form == ADMIN_EXTENDED || c->need == ADMIN_CHANGE);
	part(&octets, request->form == ADMIN_EXTENDED ? 4 : 0);
	parts_of(&octets, c->answer, request->form, record);
	end(&out, '<');
}

static void
put_exchange(enum admin_form form, uint8_t type, uint8_t cmd, enum admin_id id)
{
	static union admin_answer record;
	const struct frame_request request = {
		.id = id, .type = type, .cmd = cmd, .form = form
	};
	const struct admin_command *c = &admin_commands[id];

	printf("`%02X %02X` %s\n\n", type, cmd, c->help);
	put_request(form, id);
	fill(c->answer, &record, false);
	if (c->many)
		put_list(&request, &record);
	else
		put_one(&request, &record);
	putchar('\n');
}

static void
put_event(enum admin_event event)
{
	static union admin_event_record record;
	const struct admin_event_row *row = &admin_events[event];
	struct wr out = begin();

	fill(row->fields, &record, false);
	printf("`04 %02X` %s\n\n", row->cmd, row->help);
	frame_event_write(&out, event, &record);
	part(&octets, 2);
	part(&octets, 4);
	parts_of(&octets, row->fields, ADMIN_EXTENDED, &record);
	end(&out, '<');
	putchar('\n');
}

int
main(void)
{
	putchar('\n');
#define BASE(type, cmd, id)                                       \
	if (admin_base_code(ADMIN_##id) == ((type) << 8 | (cmd))) \
		put_exchange(ADMIN_BASE, type, cmd, ADMIN_##id);
#define EXTENDED(type, cmd, id) \
	put_exchange(ADMIN_EXTENDED, type, cmd, ADMIN_##id);
#include "proto/admin.def"
	for (unsigned i = 0; i < ADMIN_EVENTS; i++)
		put_event((enum admin_event)i);
	return 0;
}

/* Commands that show and change settings; see daemon/admin_do.h. */

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/closest.h"
#include "daemon/admin_do.h"

static enum admin_status
no_such(struct admin_call *call, const struct layout_text *key)
{
	struct closest meant = { 0 };

	for (size_t i = 0; i < SETTINGS_COUNT; i++)
		closest_try(&meant, key->bytes, key->len, setting_rows[i].key);
	return admin_missing(call, "setting", key, &meant);
}

/* ---- showing */

static void
put_text(struct layout_text *to, const char *text)
{
	layout_text_set(to, text, strlen(text));
}

void
admin_do_setting_value(
    struct layout_text *to, const struct settings *set, enum setting_id id)
{
	char text[SETTING_TEXT];
	size_t len = settings_print(set, id, text);

	put_text(to, text);
	if (len > 255)
		memcpy(to->bytes + 252, "...", 3);
}

static void
put_kind(struct layout_text *to, enum setting_id id)
{
	static const char *const kinds[] = {
#define SETTING(id, key, kind, ...) #kind,
#include "core/settings.def"
	};

	put_text(to, kinds[id]);
	for (char *at = to->bytes; *at != '\0'; at++)
		*at = (char)tolower((unsigned char)*at);
}

static bool
put_row(struct admin_call *call, enum setting_id id)
{
	const struct settings *set = supervisor_settings(call->sup);
	const struct setting_row *row = &setting_rows[id];
	struct admin_setting out = {
		.origin = settings_origin(set, id),
		.effect = row->effect,
		.least = row->least,
		.most = row->most,
	};

	put_text(&out.key, row->key);
	admin_do_setting_value(&out.value, set, id);
	put_text(&out.fallback,
	    *row->depends != '\0' ? row->depends : row->fallback);
	put_kind(&out.kind, id);
	put_text(&out.form, row->form);
	put_text(&out.meaning, row->meaning);
	return call->row(call, &out);
}

enum admin_status
do_get(struct admin_call *call, const struct admin_setting_page *request,
    struct admin_setting *answer)
{
	int at = 0;

	(void)answer;
	if (request->key.len > 0)
		at = settings_find(request->key.bytes);
	else if (request->after.len > 0)
		at = settings_find(request->after.bytes);
	if (at < 0)
		return no_such(call,
		    request->key.len > 0 ? &request->key : &request->after);
	if (request->key.len > 0) {
		if (request->after.len == 0)
			(void)put_row(call, (enum setting_id)at);
		return ADMIN_OK;
	}
	if (request->after.len > 0)
		at++;
	while (at < SETTINGS_COUNT && put_row(call, (enum setting_id)at))
		at++;
	return ADMIN_OK;
}

/* ---- changing */

static enum admin_status
change(struct admin_call *call, enum change_kind kind,
    const struct layout_text *key, const char *value)
{
	int id = settings_find(key->bytes);

	if (id < 0 || strlen(key->bytes) != key->len)
		return no_such(call, key);
	return admin_ask(
	    call, change_setting(kind, setting_rows[id].key, value));
}

enum admin_status
do_set(struct admin_call *call, const struct admin_setting_value *request,
    struct admin_nothing *answer)
{
	(void)answer;
	if (!admin_is_name(call, "a value", &request->value))
		return ADMIN_INVALID;
	return change(call, CHANGE_SET, &request->key, request->value.bytes);
}

enum admin_status
do_unset(struct admin_call *call, const struct admin_setting_key *request,
    struct admin_nothing *answer)
{
	(void)answer;
	return change(call, CHANGE_UNSET, &request->key, "");
}

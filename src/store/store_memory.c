/* A store that is gone when the daemon ends: for tests and throw-away runs. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "store/store_kind.h"

struct row {
	struct account columns; /* name and hash point to the texts below */
	struct account_use use;
	char name[256];
	char hash[ACCOUNT_HASH];
};

struct pair {
	char key[sizeof((struct change *)0)->key];
	char *value;
};

struct memory {
	struct store store;
	struct map ids, names; /* of struct row */
	struct map settings;   /* of struct pair */
	uint64_t last_id;
};

static struct store *
memory_open(const char *rest, char why[STORE_WHY])
{
	struct memory *m;

	if (*rest != '\0') {
		(void)snprintf(why, STORE_WHY,
		    "store: memory: takes no path, but \"%s\" was given", rest);
		return NULL;
	}
	m = calloc(1, sizeof *m);
	if (m == NULL) {
		(void)snprintf(why, STORE_WHY, "store: out of memory");
		return NULL;
	}
	m->store.ops = &store_memory;
	return &m->store;
}

static int
memory_load(
    struct store *s, const struct store_reader *reader, char why[STORE_WHY])
{
	struct memory *m = (struct memory *)s;
	struct map_entry *e;
	bool on = true;

	for (size_t at = 0; on && (e = map_next(&m->ids, &at)) != NULL;) {
		struct row *r = e->value;

		on = reader->account(&r->columns, &r->use, reader->arg);
	}
	for (size_t at = 0; on && (e = map_next(&m->settings, &at)) != NULL;) {
		struct pair *p = e->value;

		on = reader->setting(p->key, p->value, reader->arg);
	}
	if (!on)
		(void)snprintf(why, STORE_WHY, "memory: was not taken over");
	return on ? 0 : -1;
}

static void
pair_free(struct pair *p)
{
	if (p != NULL)
		free(p->value);
	free(p);
}

static void
memory_close(struct store *s)
{
	struct memory *m = (struct memory *)s;
	struct map_entry *e;

	for (size_t at = 0; (e = map_next(&m->ids, &at)) != NULL;)
		free(e->value);
	for (size_t at = 0; (e = map_next(&m->settings, &at)) != NULL;)
		pair_free(e->value);
	map_free(&m->ids);
	map_free(&m->names);
	map_free(&m->settings);
	free(m);
}

/* ---- changes: 0, or -ENOENT, -EEXIST, -ENOMEM and nothing has changed */

static struct row *
find(struct memory *m, const struct change *c)
{
	return map_get(&m->ids, &c->account, sizeof c->account);
}

static int
put_name(struct memory *m, struct row *r)
{
	return map_put(&m->names, r->name, strlen(r->name), r);
}

static int
insert(struct memory *m, const struct change *c, uint64_t id)
{
	struct row *r;

	if (map_get(&m->names, c->name, strlen(c->name)) != NULL)
		return -EEXIST;
	r = calloc(1, sizeof *r);
	if (r == NULL)
		return -ENOMEM;
	strcpy(r->name, c->name);
	strcpy(r->hash, c->hash);
	r->columns = (struct account){
		.id = id,
		.created = c->created,
		.name = r->name,
		.name_len = (uint8_t)strlen(r->name),
		.hash = r->hash,
		.role = c->role,
		.enabled = c->enabled,
		.kept = true,
	};
	memcpy(r->columns.own, c->own, sizeof c->own);
	r->use.account = id;
	if (c->kind == CHANGE_RESTORE)
		r->use = c->uses[0];
	if (map_put(&m->ids, &r->columns.id, sizeof r->columns.id, r) != 0) {
		free(r);
		return -ENOMEM;
	}
	if (put_name(m, r) != 0) {
		map_take(&m->ids, &r->columns.id, sizeof r->columns.id);
		free(r);
		return -ENOMEM;
	}
	return 0;
}

static int
add(struct memory *m, struct change *c)
{
	int err = insert(m, c, m->last_id + 1);

	if (err == 0)
		c->account = ++m->last_id;
	return err;
}

static int
take_out(struct memory *m, struct row *r)
{
	map_take(&m->names, r->name, strlen(r->name));
	map_take(&m->ids, &r->columns.id, sizeof r->columns.id);
	free(r);
	return 0;
}

static int
name_anew(struct memory *m, struct row *r, const struct change *c)
{
	struct row *other = map_get(&m->names, c->name, strlen(c->name));

	if (other != NULL)
		return other == r ? 0 : -EEXIST;
	map_take(&m->names, r->name, strlen(r->name));
	strcpy(r->name, c->name);
	r->columns.name_len = (uint8_t)strlen(r->name);
	return put_name(m, r); /* into the room of the old one */
}

static int
set(struct memory *m, const struct change *c)
{
	struct pair *p = map_get(&m->settings, c->key, strlen(c->key));
	char *value = strdup(c->value);

	if (p == NULL && value != NULL && (p = calloc(1, sizeof *p)) != NULL) {
		strcpy(p->key, c->key);
		if (map_put(&m->settings, p->key, strlen(p->key), p) != 0) {
			free(p);
			p = NULL;
		}
	}
	if (p == NULL || value == NULL) {
		free(value);
		return -ENOMEM;
	}
	free(p->value);
	p->value = value;
	return 0;
}

static int
unset(struct memory *m, const struct change *c)
{
	struct pair *p = map_take(&m->settings, c->key, strlen(c->key));

	if (p == NULL)
		return -ENOENT;
	pair_free(p);
	return 0;
}

static int
keep_uses(struct memory *m, const struct change *c)
{
	for (size_t i = 0; i < c->nuses; i++) {
		struct row *r = map_get(
		    &m->ids, &c->uses[i].account, sizeof c->uses[i].account);

		if (r != NULL)
			r->use = c->uses[i];
	}
	return 0;
}

static int
change_row(struct memory *m, struct row *r, const struct change *c)
{
	switch (c->kind) {
	case CHANGE_REMOVE:
		return take_out(m, r);
	case CHANGE_RENAME:
		return name_anew(m, r, c);
	case CHANGE_PASSWORD:
		strcpy(r->hash, c->hash);
		return 0;
	case CHANGE_ROLE:
		r->columns.role = c->role;
		return 0;
	case CHANGE_LIMIT:
		r->columns.own[c->column] = c->number;
		return 0;
	default:
		r->columns.enabled = c->enabled;
		return 0;
	}
}

static int
carry_out(struct memory *m, struct change *c)
{
	struct row *r;

	switch (c->kind) {
	case CHANGE_ADD:
		return add(m, c);
	case CHANGE_RESTORE:
		return insert(m, c, c->account);
	case CHANGE_SET:
		return set(m, c);
	case CHANGE_UNSET:
		return unset(m, c);
	case CHANGE_USE:
		return keep_uses(m, c);
	case CHANGE_FIND:
	case CHANGE_FORGET:
		return 0; /* main has them, and is gone as soon as this is */
	default:
		r = find(m, c);
		return r == NULL ? -ENOENT : change_row(m, r, c);
	}
}

static void
memory_change(struct store *s, struct change *c)
{
	switch (carry_out((struct memory *)s, c)) {
	case 0:
		store_answer(c, CHANGE_DONE, "");
		break;
	case -ENOENT:
		store_answer_missing(c);
		break;
	case -EEXIST:
		store_answer_taken(c);
		break;
	default:
		store_answer(c, CHANGE_FAILED, "out of memory");
	}
}

const struct store_ops store_memory = {
	.scheme = "memory:",
	.open = memory_open,
	.load = memory_load,
	.change = memory_change,
	.close = memory_close,
};

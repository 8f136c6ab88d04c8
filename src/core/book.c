#include "core/book.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "core/book_parts.h"

struct garbage {
	struct garbage *next;
	struct scrap *scraps;
	struct account_live *live; /* of a removed account, or NULL */
};

/* ---- the two tries */

static struct trie_key
name_key(const void *item)
{
	const struct account *a = item;

	return (struct trie_key){ map_hash(a->name, a->name_len), a->name,
		a->name_len };
}

static struct trie_key
id_key(const void *item)
{
	const struct account *a = item;

	return (struct trie_key){ a->id, NULL, 0 };
}

static const struct trie_kind by_name = { name_key }, by_id = { id_key };

/* ---- accounts and their live parts */

/* One block, so that free() is all it takes. */
static struct account *
account_new(const struct account *row, struct account_live *live)
{
	size_t name = strlen(row->name), hash = strlen(row->hash) + 1;
	struct account *a = malloc(sizeof *a + name + 1 + hash);
	char *text;

	if (a == NULL)
		return NULL;
	assert(name > 0 && name < 256);
	text = (char *)(a + 1);
	*a = account_columns(row);
	a->id = live->id;
	a->live = live;
	a->name_len = (uint8_t)name;
	a->name = memcpy(text, row->name, name + 1);
	a->hash = memcpy(text + name + 1, row->hash, hash);
	return a;
}

static void
keep_fast(struct account *a, const struct account *before)
{
	uint64_t words[ACCOUNT_FAST_WORDS];

	if (strcmp(a->hash, before->hash) != 0 ||
	    !accounts_fast_words(before, words))
		return;
	for (size_t i = 0; i < ACCOUNT_FAST_WORDS; i++)
		atomic_init(&a->fast[i], words[i]);
	atomic_init(&a->fast_known, true);
}

static size_t
admins(const struct account *a)
{
	return a != NULL && a->role == ROLE_ADMIN && a->enabled ? 1 : 0;
}

static const struct account *
find_name(const struct accounts *set, const char *name)
{
	return accounts_find(set, name, strlen(name));
}

/* ---- the book */

struct book *
book_new(void)
{
	struct book *b = calloc(1, sizeof *b);

	if (b == NULL || (b->set = calloc(1, sizeof *b->set)) == NULL) {
		free(b);
		return NULL;
	}
	b->set->names.kind = &by_name;
	b->set->ids.kind = &by_id;
	b->run_id = BOOK_RUN_ID;
	return b;
}

static void
free_account(const void *item, void *arg)
{
	const struct account *a = item;

	(void)arg;
	book_live_free(a->live);
	free((void *)(uintptr_t)a);
}

void
book_free(struct book *b)
{
	struct garbage *g;

	if (b == NULL)
		return;
	ledger_free(&b->ledger);
	while ((g = b->leaving) != NULL) {
		b->leaving = g->next;
		book_live_free(g->live);
		free(g);
	}
	trie_each(&b->set->ids, free_account, NULL);
	trie_free(&b->set->ids);
	trie_free(&b->set->names);
	order_free(&b->order);
	free(b->set);
	free(b);
}

const struct accounts *
book_accounts(const struct book *b)
{
	return b->set;
}

/* ---- adding */

/* An id of its own for an account of this run; 0: the name or id is taken. */
static uint64_t
new_id(struct book *b, const struct account *row)
{
	if (find_name(b->set, row->name) != NULL)
		return 0;
	if (row->id == 0)
		return b->run_id++;
	return accounts_find_id(b->set, row->id) == NULL ? row->id : 0;
}

/* With a live part of its own, or NULL. */
static struct account *
newcomer(const struct book *b, uint64_t id, const struct account *row,
    const struct account_use *use)
{
	struct account_live *live = book_live_new(id, use, b->day);
	struct account *a = live == NULL ? NULL : account_new(row, live);

	if (a == NULL)
		book_live_free(live);
	return a;
}

int
book_load(
    struct book *b, const struct account *row, const struct account_use *use)
{
	struct trie_edit edit = { .alone = true };
	uint64_t id = new_id(b, row);
	struct account *a;

	if (id == 0)
		return -EEXIST;
	if (order_reserve(&b->order) != 0)
		return -ENOMEM;
	a = newcomer(b, id, row, use);
	if (a == NULL)
		return -ENOMEM;
	/* What is in the ids is freed with the book, so they come first. */
	if (trie_put(&b->set->ids, a, &edit) != 0) {
		free_account(a, NULL);
		return -ENOMEM;
	}
	if (trie_put(&b->set->names, a, &edit) != 0)
		return -ENOMEM;
	order_insert(&b->order, a);
	b->set->admins += admins(a);
	book_limit_one(b, a);
	return 0;
}

/* ---- changes: everything that can fail comes before anything that shows */

struct step {
	struct accounts *next; /* the new set */
	struct garbage *garbage;
	struct trie_edit edit;
};

static int
step_begin(struct step *s, struct book *b)
{
	*s = (struct step){ 0 };
	s->next = malloc(sizeof *s->next);
	s->garbage = calloc(1, sizeof *s->garbage);
	if (s->next == NULL || s->garbage == NULL ||
	    order_reserve(&b->order) != 0) {
		free(s->next);
		free(s->garbage);
		return -ENOMEM;
	}
	*s->next = *b->set;
	return 0;
}

static void
step_undo(struct step *s)
{
	trie_edit_undo(&s->edit);
	free(s->next);
	free(s->garbage);
}

static void throw(struct garbage * g, struct scrap *one)
{
	one->next = g->scraps;
	g->scraps = one;
}

/* The new set is the book's; `was` (or NULL) gives way to `is` (or NULL). */
static struct garbage *
step_done(struct step *s, struct book *b, const struct account *was,
    const struct account *is)
{
	s->next->admins += admins(is);
	s->next->admins -= admins(was);
	s->garbage->scraps = trie_edit_done(&s->edit);
	throw(s->garbage, &b->set->scrap);
	if (was != NULL)
		throw(s->garbage, &((struct account *)(uintptr_t)was)->scrap);
	b->set = s->next;
	return s->garbage;
}

int
book_add(struct book *b, const struct account *row,
    const struct account_use *use, struct garbage **after)
{
	uint64_t id = new_id(b, row);
	struct account *a;
	struct step s;

	if (id == 0)
		return -EEXIST;
	if (step_begin(&s, b) != 0)
		return -ENOMEM;
	a = newcomer(b, id, row, use);
	if (a == NULL || trie_put(&s.next->names, a, &s.edit) != 0 ||
	    trie_put(&s.next->ids, a, &s.edit) != 0) {
		step_undo(&s);
		if (a != NULL)
			free_account(a, NULL);
		return -ENOMEM;
	}
	order_insert(&b->order, a);
	book_limit_one(b, a);
	*after = step_done(&s, b, NULL, a);
	return 0;
}

static int
replace(struct step *s, const struct account *was, const struct account *is)
{
	struct trie_key old = name_key(was);

	if (trie_put(&s->next->ids, is, &s->edit) != 0)
		return -ENOMEM;
	if (strcmp(was->name, is->name) != 0 &&
	    trie_drop(&s->next->names, &old, &s->edit) != 0)
		return -ENOMEM;
	return trie_put(&s->next->names, is, &s->edit);
}

int
book_change(struct book *b, const struct account *row, struct garbage **after)
{
	const struct account *was = accounts_find_id(b->set, row->id), *other;
	struct account *is;
	struct step s;

	if (was == NULL)
		return -ENOENT;
	other = find_name(b->set, row->name);
	if (other != NULL && other != was)
		return -EEXIST;
	if (step_begin(&s, b) != 0)
		return -ENOMEM;
	is = account_new(row, was->live);
	if (is == NULL || replace(&s, was, is) != 0) {
		step_undo(&s);
		free(is);
		return -ENOMEM;
	}
	keep_fast(is, was);
	if (strcmp(was->name, is->name) == 0) {
		order_replace(&b->order, is);
	} else {
		order_remove(&b->order, was);
		/* The chunk that was reserved may have been merged away, but
		 * never the spare. */
		order_insert(&b->order, is);
	}
	book_limit_one(b, is);
	*after = step_done(&s, b, was, is);
	return 0;
}

int
book_remove(struct book *b, uint64_t id, struct garbage **after)
{
	const struct account *was = accounts_find_id(b->set, id);
	struct trie_key name, key = { id, NULL, 0 };
	struct step s;

	if (was == NULL)
		return -ENOENT;
	if (step_begin(&s, b) != 0)
		return -ENOMEM;
	name = name_key(was);
	if (trie_drop(&s.next->names, &name, &s.edit) != 0 ||
	    trie_drop(&s.next->ids, &key, &s.edit) != 0) {
		step_undo(&s);
		return -ENOMEM;
	}
	order_remove(&b->order, was);
	ledger_strike(was->live);
	s.garbage->live = was->live;
	*after = step_done(&s, b, was, NULL);
	return 0;
}

/* ---- garbage */

/* Free the live parts that no session holds any more. */
static void
sweep(struct book *b)
{
	struct garbage **at = &b->leaving, *g;

	while ((g = *at) != NULL) {
		/* Pairs with account_leave(): its session touches it no more.
		 */
		if (atomic_load_explicit(
			&g->live->sessions, memory_order_acquire) != 0) {
			at = &g->next;
			continue;
		}
		*at = g->next;
		book_live_free(g->live);
		free(g);
	}
}

void
book_release(struct book *b, struct garbage *g)
{
	if (g == NULL)
		return;
	scrap_free(g->scraps);
	if (g->live == NULL) {
		free(g);
		return;
	}
	g->next = b->leaving;
	b->leaving = g;
	sweep(b);
}

/* ---- lists and totals */

size_t
book_list(const struct book *b, const char *after, const struct account *list[],
    size_t n)
{
	return order_list(&b->order, after, list, n);
}

int
book_used(struct book *b, uint64_t id, int64_t last, const char *target)
{
	const struct account *a = accounts_find_id(b->set, id);
	char *copy;

	if (a == NULL)
		return 0;
	copy = strndup(target, ACCOUNT_TARGET - 1);
	if (copy == NULL)
		return -ENOMEM;
	free(a->live->last_target);
	a->live->last_target = copy;
	if (atomic_load_explicit(&a->live->last, memory_order_relaxed) < last)
		atomic_store_explicit(
		    &a->live->last, last, memory_order_relaxed);
	return a->kept ? ledger_enter(&b->ledger, a->live) : 0;
}

size_t
book_collect(struct book *b, struct account_use *uses, size_t n)
{
	sweep(b);
	return ledger_collect(&b->ledger, uses, n);
}

void
book_uncollect(struct book *b, const struct account_use *uses, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct account *a =
		    accounts_find_id(b->set, uses[i].account);

		/* Without memory it waits for the next connection. */
		if (a != NULL)
			(void)ledger_enter(&b->ledger, a->live);
	}
}

/*
 * A map that shares what two versions of it have in common: a hash trie, 32
 * ways at each level. A change copies the nodes on one path (a few hundred
 * octets each) and leaves the version before it as it was, to be read by other
 * threads until they have let go of it.
 *
 * Items are the caller's; a trie never touches what they point to but through
 * trie_kind.key. Any thread may read a version that nobody changes.
 */

#ifndef CORE_TRIE_H
#define CORE_TRIE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* First in everything that is freed later; a plain block for free(). */
struct scrap {
	struct scrap *next;
};

/*
 * What an item is found by. Two keys with one hash are told apart by their
 * octets, which must then differ.
 */
struct trie_key {
	uint64_t hash;
	const char *octets;
	size_t len;
};

struct trie_kind {
	struct trie_key (*key)(const void *item);
};

struct trie {
	const struct trie_kind *kind;
	struct trie_node *root; /* NULL: empty */
	size_t count;
};

/*
 * One or several changes, to one or several tries, that are made as a whole or
 * not at all. Begin with zeroes; end with trie_edit_done() or _undo().
 *
 * With `alone`, nobody reads the tries meanwhile: nodes are changed in place,
 * which is quick, there is nothing to end, and after a failure a trie is fit
 * only for trie_free().
 */
struct trie_edit {
	bool alone;
	struct scrap *made; /* new nodes */
	struct scrap *old;  /* nodes that only the versions before use */
};

/* The new versions hold: returns what to free when nobody has the old ones. */
struct scrap *trie_edit_done(struct trie_edit *);

/* The new versions are forgotten; the old ones are as they were. */
void trie_edit_undo(struct trie_edit *);

const void *trie_get(const struct trie *, const struct trie_key *);

/*
 * Add, or replace the item with an equal key: 0 or -ENOMEM. The struct is the
 * new version; a copy of it made before is the old one.
 */
int trie_put(struct trie *, const void *item, struct trie_edit *);

/* Take out the item with that key: 0, -ENOENT or -ENOMEM. */
int trie_drop(struct trie *, const struct trie_key *, struct trie_edit *);

/* Call visit() for each item, in no order that means anything. */
void trie_each(
    const struct trie *, void (*visit)(const void *, void *arg), void *arg);

/* All nodes; no other version may be in use. Items are not touched. */
void trie_free(struct trie *);

/* Free a list of scraps. */
void scrap_free(struct scrap *);

#endif

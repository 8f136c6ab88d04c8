#include "tests/core/book_rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

struct account
row(uint64_t id, const char *name)
{
	return (struct account){
		.id = id,
		.name = name,
		.hash = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$aGFzaA",
		.role = ROLE_REGULAR,
		.enabled = true,
		.kept = true,
	};
}

uint64_t
add(struct book *b, uint64_t id, const char *name)
{
	struct account a = row(id, name);
	struct garbage *g = NULL;

	assert_int_equal(book_add(b, &a, NULL, &g), 0);
	book_release(b, g);
	return accounts_find(book_accounts(b), name, strlen(name))->id;
}

const struct account *
find(const struct book *b, const char *name)
{
	return accounts_find(book_accounts(b), name, strlen(name));
}

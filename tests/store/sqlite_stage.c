#include "tests/store/sqlite_stage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/store/faulty.h"

struct scratch scratch;
struct store_seen seen;
char why[STORE_WHY];

int
set_up(void **state)
{
	(void)state;
	faulty_begin(0, 0, false);
	scratch_make(&scratch);
	return 0;
}

int
tear_down(void **state)
{
	(void)state;
	scratch_remove(&scratch);
	return 0;
}

struct store *
open_it(void)
{
	char url[SCRATCH_PATH + 8];

	why[0] = '\0';
	snprintf(url, sizeof url, "sqlite:%s", scratch.file);
	return store_open(url, why);
}

struct store *
must_open(void)
{
	struct store *s = open_it();

	if (s == NULL)
		fail_msg("%s", why);
	return s;
}

void
assert_refused_naming(const char *what)
{
	struct store *s = open_it();

	assert_null(s);
	assert_non_null(strstr(why, scratch.file));
	if (strstr(why, what) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", why, what);
}

enum change_result
add(struct store *s, const char *name, struct change *c)
{
	*c = change_add(name);
	store_change(s, c);
	return c->result;
}

void
must_add(struct store *s, const char *name)
{
	struct change c;

	if (add(s, name, &c) != CHANGE_DONE)
		fail_msg("%s", c.why);
}

void
make_with(size_t accounts)
{
	struct store *s = must_open();
	char name[32];

	for (size_t i = 0; i < accounts; i++) {
		snprintf(name, sizeof name, "user%zu", i);
		must_add(s, name);
	}
	store_close(s);
}

sqlite3 *
other_program(const char *sql)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(scratch.file, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	return db;
}

struct bytes
read_file(void)
{
	FILE *f = fopen(scratch.file, "rb");
	struct bytes b;

	assert_non_null(f);
	fseek(f, 0, SEEK_END);
	b.count = (size_t)ftell(f);
	rewind(f);
	b.octets = malloc(b.count + 1);
	assert_non_null(b.octets);
	assert_int_equal(fread(b.octets, 1, b.count, f), b.count);
	fclose(f);
	return b;
}

void
assert_untouched(const void *octets, size_t count)
{
	struct bytes now = read_file();

	assert_int_equal(now.count, count);
	assert_int_equal(memcmp(now.octets, octets, count), 0);
	free(now.octets);
}

static bool
ignore_account(
    const struct account *a, const struct account_use *use, void *arg)
{
	(void)a;
	(void)use;
	(void)arg;
	return true;
}

static bool
ignore_setting(const char *key, const char *value, void *arg)
{
	(void)key;
	(void)value;
	(void)arg;
	return true;
}

static bool
ignore_finding(struct finding *f, void *arg)
{
	(void)arg;
	finding_free(f);
	return true;
}

static void
ignore_last_finding(uint64_t id, void *arg)
{
	(void)id;
	(void)arg;
}

const struct store_reader store_ignored = {
	.account = ignore_account,
	.setting = ignore_setting,
	.finding = ignore_finding,
	.last_finding = ignore_last_finding,
};

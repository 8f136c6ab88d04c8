/* daemon/privileges: what root makes for the daemon's user. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/privileges.h"

/* Whoever has a folder may put a link where a file of ours was. */
static void
what_a_link_leads_to_is_never_given_away(void **state)
{
	char folder[] = "/tmp/socks5d-test-XXXXXX", path[64];
	bool root = geteuid() == 0;
	/* Only root may give to others. */
	struct privileges_user user = { root ? 1 : geteuid(),
		root ? 1 : getegid() };
	struct stat st;

	(void)state;
	assert_non_null(mkdtemp(folder));
	(void)snprintf(path, sizeof path, "%s/link", folder);
	assert_int_equal(symlink("nowhere", path), 0);
	assert_int_equal(privileges_give(path, &user), 0);
	assert_int_equal(lstat(path, &st), 0);
	assert_int_equal(st.st_uid, user.uid);
	assert_int_equal(privileges_give(path, NULL), 0);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(privileges_give(path, &user), -ENOENT);
	assert_int_equal(rmdir(folder), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_link_leads_to_is_never_given_away),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

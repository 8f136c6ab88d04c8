#include "core/password.h"

#include <assert.h>
#include <errno.h>
#include <sodium.h>

enum {
	PASSES = 2,
	MEMORY = 19456 * 1024, /* octets */
};

static_assert(crypto_pwhash_argon2id_STRBYTES <= ACCOUNT_HASH,
    "an account has room for a hash");

const char password_nobody[] =
    "$argon2id$v=19$m=19456,t=2,p=1$U8Ua18soLK0QosARY2dxXA"
    "$Qzk+TsuGoIiEe+dfctef5btAxH5XasC52ZLpiFBFcyM";

int
password_start(void)
{
	return sodium_init() == -1 ? -1 : 0;
}

int
password_hash(char hash[ACCOUNT_HASH], const struct secret *password)
{
	if (crypto_pwhash_argon2id_str(
		hash, password->bytes, password->len, PASSES, MEMORY) != 0)
		return -ENOMEM;
	return 0;
}

bool
password_check(const char *hash, const struct secret *password)
{
	bool known = hash[0] != '\0';
	int wrong = crypto_pwhash_argon2id_str_verify(
	    known ? hash : password_nobody, password->bytes, password->len);

	return known && wrong == 0;
}

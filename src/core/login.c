#include "core/login.h"

#include <stdlib.h>
#include <string.h>

struct login *
login_new(void *asker, unsigned from, const struct addr *client,
    const struct account *account, const struct secret *password)
{
	struct login *login = calloc(1, sizeof *login);

	if (login == NULL)
		return NULL;
	login->asker = asker;
	login->from = from;
	login->source = addr_source(client);
	login->password = *password;
	if (account == NULL)
		return login;
	login->account = account->id;
	strncpy(login->hash, account->hash, sizeof login->hash - 1);
	login->fast_known = accounts_fast_words(account, login->fast);
	return login;
}

void
login_free(struct login *login)
{
	if (login == NULL)
		return;
	secret_wipe(&login->password);
	free(login);
}

bool
login_at_once(struct suspects *suspects, const struct addr *client,
    const struct account *account, const struct secret *password,
    uint64_t now_ms)
{
	if (suspects_has(suspects, client, now_ms) ||
	    !accounts_fast_known(account))
		return false;
	if (accounts_fast_check(account, password))
		return true;
	suspects_add(suspects, client, now_ms);
	return false;
}

bool
login_fast_check(const struct login *login)
{
	uint64_t asked[ACCOUNT_FAST_WORDS];

	if (!login->fast_known)
		return false;
	accounts_fast_make(asked, login->account, &login->password);
	return accounts_fast_equal(login->fast, asked);
}

#include "ctl/complete_ask.h"

#include <stdlib.h>

#include "base/clock.h"
#include "client/client.h"

enum {
	PATIENCE_MS = 500, /* nobody waits longer for a key to do something */
	PATIENCE_MOST_MS = 60 * 1000,
};

struct asking {
	struct client *client;
	union admin_request page;
	uint64_t until_ms;
	void (*row)(const void *row, void *arg);
	void *arg;
};

static void
on_page(const struct client_answer *answer, void *arg)
{
	const struct layout *layout = admin_commands[answer->id].answer;
	struct asking *a = arg;

	for (size_t i = 0; i < answer->count; i++)
		a->row((const char *)answer->rows + i * layout->size, a->arg);
	if (answer->status == ADMIN_OK && clock_ms() < a->until_ms &&
	    client_next(answer, &a->page))
		(void)client_ask(a->client, answer->id, &a->page, on_page, a);
}

static void
converse(struct event_base *base, struct asking *a,
    const struct client_config *config, enum admin_id list)
{
	a->client = client_open(base, config);
	if (a->client != NULL && client_wait(a->client) == 0 &&
	    client_ask(a->client, list, &a->page, on_page, a) == 0)
		(void)client_wait(a->client);
	client_close(a->client);
}

/* How long it may take; over a slow line people may want to wait longer. */
static unsigned
patience_ms(void)
{
	const char *given = getenv("SOCKS5_COMPLETION_MS");
	long ms = given == NULL ? 0 : strtol(given, NULL, 10);

	return ms > 0 && ms <= PATIENCE_MOST_MS ? (unsigned)ms : PATIENCE_MS;
}

static bool
needs_to_ask(const struct options *o)
{
	return (*o->config.user != '\0' ||
		   o->config.endpoint.kind != ENDPOINT_UNIX) &&
	       o->password_path == NULL && getenv("SOCKS5_PASSWORD") == NULL;
}

void
complete_ask(struct options *o, enum admin_id list, const void *request,
    void (*row)(const void *row, void *arg), void *arg)
{
	struct asking a = {
		.until_ms = clock_ms() + patience_ms(), .row = row, .arg = arg
	};
	struct client_config config;
	struct event_base *base;

	if (o->bottled || needs_to_ask(o) || options_secrets(o) != EXIT_OK)
		return;
	memcpy(&a.page, request, admin_commands[list].request->size);
	config = o->config;
	config.connect_ms = config.answer_ms = patience_ms();
	base = event_base_new();
	if (base != NULL) {
		converse(base, &a, &config, list);
		event_base_free(base);
	}
	secret_wipe(&config.password);
}

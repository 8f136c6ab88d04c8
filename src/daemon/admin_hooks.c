/* What the supervisor tells, brought to the admin server. */

#include "daemon/admin_server.h"

static void
on_verdict(struct login *login, void *arg)
{
	admin_server_verdict(arg, login);
}

static void
on_suspect(const struct addr *source, void *arg)
{
	admin_server_suspect(arg, source);
}

static void
on_evict(uint64_t account, void *arg)
{
	admin_server_evict(arg, account);
}

static void
on_news(const struct news_batch *batch, void *arg)
{
	admin_server_news(arg, batch);
}

static void
on_changed(const struct change *c, const char *name, const struct actor *actor,
    void *arg)
{
	admin_server_changed(arg, c, name, actor);
}

static void
on_finding(const struct finding *f, void *arg)
{
	admin_server_finding(arg, f);
}

void
admin_server_hook(struct admin_server *server, struct supervisor *supervisor)
{
	const struct supervisor_hooks hooks = {
		.verdict = on_verdict,
		.suspect = on_suspect,
		.evict = on_evict,
		.news = on_news,
		.changed = on_changed,
		.finding = on_finding,
		.arg = server,
	};

	supervisor_hook(supervisor, &hooks);
}

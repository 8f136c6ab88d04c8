/*
 * load KIND [-d | -t PORT | -x PORT] [-u NAME:PASS] [-n FLOWS] [-w WINDOW]
 *      [-s SECONDS] [-p SESSION] [-o]
 *
 * KIND: bulk, setup, trips, udp, idle. -d without a proxy, -t through a TCP
 * proxy that leads to port 7000, -x through a SOCKS proxy (1080). -o: the
 * target is another load's, which runs already. Writes one
 * line of JSON: units per second, what the processes of the proxy's session
 * used for each, how long round trips took.
 */

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/bench/load.h"

enum {
	EVENTS = 512,
	SETTING_UP =
	    128, /* handshakes under way, where they are not the point */
	SAMPLES = 1 << 21,
	PATIENCE = 30, /* seconds for all handshakes */
};

/* Not counted, so that caches, pools and windows are what they will be. */
static const double WARM_UP = 0.25;

static const char *const kinds[] = {
	[FLOW_BULK] = "bulk",
	[FLOW_SETUP] = "setup",
	[FLOW_TRIPS] = "trips",
	[FLOW_UDP] = "udp",
	[FLOW_IDLE] = "idle",
};

double
now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int
usage(void)
{
	fprintf(stderr, "usage: load bulk|setup|trips|udp|idle "
			"[-d | -t PORT | -x PORT] [-u NAME:PASS] [-n FLOWS] "
			"[-w WINDOW] [-s SECONDS] [-p SESSION] [-ho]\n");
	return 2;
}

/* ---- the command line */

static int
kind_of(const char *word)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strcmp(kinds[i], word) == 0)
			return (int)i;
	return -1;
}

static bool
read_options(struct job *job, pid_t *session, int argc, char *argv[])
{
	int option, kind = argc > 1 ? kind_of(argv[1]) : -1;

	*job = (struct job){
		.proxy = 1080, .flows = 1, .window = 32, .seconds = 1
	};
	job->kind = (enum flow_kind)kind;
	while (kind != -1 &&
	       (option = getopt(argc - 1, argv + 1, "dhot:x:u:n:w:s:p:")) != -1)
		switch (option) {
		case 'd':
			job->direct = true;
			break;
		case 'h':
			job->http = true;
			break;
		case 'o':
			job->others_target = true;
			break;
		case 't':
			job->plain = true;
			job->proxy = (uint16_t)atoi(optarg);
			break;
		case 'x':
			job->proxy = (uint16_t)atoi(optarg);
			break;
		case 'u':
			job->user = strtok(optarg, ":");
			job->pass = strtok(NULL, "");
			break;
		case 'n':
			job->flows = (unsigned)atoi(optarg);
			break;
		case 'w':
			job->window = (unsigned)atoi(optarg);
			break;
		case 's':
			job->seconds = atof(optarg);
			break;
		case 'p':
			*session = (pid_t)atoi(optarg);
			break;
		default:
			return false;
		}
	return kind != -1 && job->flows > 0 &&
	       (job->user == NULL || job->pass != NULL);
}

/* ---- running */

static void
turn(const struct job *job, struct tally *t, int wait_ms)
{
	struct epoll_event events[EVENTS];
	int n = epoll_wait(job->poll, events, EVENTS, wait_ms);

	for (int i = 0; i < n; i++)
		flow_event(events[i].data.ptr, job, t, events[i].events);
}

static void
run_for(const struct job *job, struct tally *t, double seconds)
{
	double end = now_s() + seconds;

	while (now_s() < end)
		turn(job, t, 20);
}

/* All flows through their handshake, a few at a time. */
static void
begin_all(const struct job *job, struct tally *t, struct flow *flows)
{
	double end = now_s() + PATIENCE;
	unsigned begun = 0;

	while (now_s() < end && t->ready + t->failed < job->flows) {
		while (begun < job->flows &&
		       begun < t->ready + t->failed + SETTING_UP)
			if (flow_begin(&flows[begun++], job, t) != 0)
				t->failed++;
		turn(job, t, 20);
	}
}

static int
by_length(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static uint32_t
quantile(const struct tally *t, double q)
{
	return t->count > 0 ? t->trips[(size_t)(q * (double)(t->count - 1))]
			    : 0;
}

static void
report(const struct job *job, struct tally *t, double seconds,
    const struct cost *before, const struct cost *after)
{
	double cpu = after->cpu - before->cpu;
	double each = t->units > 0 ? cpu * 1e6 / (double)t->units : 0;
	double grown = (double)after->resident - (double)before->resident;

	qsort(t->trips, t->count, sizeof *t->trips, by_length);
	printf("{\"kind\": \"%s\", \"flows\": %u, \"ready\": %llu, "
	       "\"failed\": %llu, \"rate\": %.6g, \"cpu_us\": %.6g, "
	       "\"cpu\": %.4f, \"p50\": %u, \"p99\": %u, "
	       "\"octets\": %.1f, \"descriptors\": %.2f}\n",
	    kinds[job->kind], job->flows, (unsigned long long)t->ready,
	    (unsigned long long)t->failed, (double)t->units / seconds, each,
	    cpu / seconds, quantile(t, 0.5), quantile(t, 0.99),
	    grown / job->flows,
	    ((double)after->descriptors - (double)before->descriptors) /
		job->flows);
}

static void
measure(
    const struct job *job, struct tally *t, struct flow *flows, pid_t session)
{
	struct cost before = cost_of(session), after;
	double begun;

	begin_all(job, t, flows);
	run_for(job, t, job->kind == FLOW_IDLE ? job->seconds : WARM_UP);
	if (job->kind != FLOW_IDLE) {
		before = cost_of(session);
		t->units = t->count = 0;
	}
	begun = now_s();
	if (job->kind != FLOW_IDLE)
		run_for(job, t, job->seconds);
	after = cost_of(session);
	report(job, t, now_s() - begun, &before, &after);
}

static void
raise_descriptors(void)
{
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r) == 0) {
		r.rlim_cur = r.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &r);
	}
}

/* It ends with us; 0 if there is one already. */
static pid_t
start_target(const struct job *job)
{
	pid_t pid;

	if (job->others_target)
		return 0;
	pid = fork();
	if (pid != 0)
		return pid;
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	_exit(target_run(TARGET_PORT) != 0);
}

static bool
target_answers(void)
{
	struct job direct = { .kind = FLOW_IDLE, .direct = true, .flows = 1 };
	struct tally t = { 0 };
	struct flow f;
	double end = now_s() + PATIENCE;

	direct.poll = epoll_create1(EPOLL_CLOEXEC);
	while (t.units == 0 && now_s() < end) {
		t.failed = flow_begin(&f, &direct, &t) != 0;
		while (t.units + t.failed == 0 && now_s() < end)
			turn(&direct, &t, 20);
		flow_end(&f);
	}
	close(direct.poll);
	return t.units > 0;
}

int
main(int argc, char *argv[])
{
	struct job job;
	struct tally t = { .room = SAMPLES };
	struct flow *flows;
	pid_t session = 0, target;

	if (!read_options(&job, &session, argc, argv))
		return usage();
	raise_descriptors();
	job.poll = epoll_create1(EPOLL_CLOEXEC);
	flows = calloc(job.flows, sizeof *flows);
	t.trips = malloc(SAMPLES * sizeof *t.trips);
	if (job.poll == -1 || flows == NULL || t.trips == NULL ||
	    (target = start_target(&job)) == -1 || !target_answers()) {
		perror("load");
		return 1;
	}
	measure(&job, &t, flows, session);
	if (target > 0) {
		(void)kill(target, SIGKILL);
		(void)waitpid(target, NULL, 0);
	}
	free(flows);
	free(t.trips);
	return 0;
}

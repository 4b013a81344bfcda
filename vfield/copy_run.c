/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/copy_run.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "vfield/copy_order.h"

#define TICK_NS (200 * NS_PER_MS)
#define ASK_CLUSTER_NS (2000 * NS_PER_MS)
/* How long processes may take to end by themselves when the copy is over. */
#define GRACE_NS (5000 * NS_PER_MS)

enum phase {
	PHASE_COPY, /* machines copy, or may join */
	PHASE_END,  /* waits for the end of all processes */
};

struct copy_run {
	const struct copy_run_setup *s;
	struct loop *loop;
	struct loop_timer tick;
	struct copy_node_ops ops;
	struct copy_node *nodes;
	size_t n;
	char **hosts; /* name or address of each node, for RSH */
	int64_t began_ns, asked_ns, ended_ns;
	enum phase phase;
	int signal; /* the signal that ended the copy; 0: none */
};

/* --- starting --- */

static void
start(struct copy_run *r, struct copy_node *n)
{
	char **args = copy_order_args(r->s->rsh, n->host, r->s->order);

	if (args == NULL)
		log_fatal("--rsh %s: %m", r->s->rsh);
	copy_node_start(n, args);
	copy_order_free_args(args);
}

static size_t
count(const struct copy_run *r, enum copy_state state)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n; i++)
		n += r->nodes[i].state == state;
	return n;
}

static void
start_some(struct copy_run *r)
{
	size_t starting = count(r, COPY_STARTING);

	for (size_t i = 0; i < r->n && starting < COPY_STARTS; i++)
		if (r->nodes[i].state == COPY_WAITING) {
			start(r, &r->nodes[i]);
			starting++;
		}
}

static void
start_again(struct copy_run *r, int64_t now_ns)
{
	size_t starting = count(r, COPY_STARTING);

	for (size_t i = 0; i < r->n && starting < COPY_STARTS; i++)
		if (r->nodes[i].state == COPY_LOST &&
		    now_ns - r->nodes[i].ended_ns > COPY_AGAIN_MS * NS_PER_MS) {
			start(r, &r->nodes[i]);
			starting++;
		}
}

/* --- losses --- */

/* Asks the router for the cluster's nodes, at most once every ASK_CLUSTER_NS.
 */
static void
ask_cluster(struct copy_run *r, int64_t now_ns)
{
	if (now_ns - r->asked_ns < ASK_CLUSTER_NS)
		return;
	cluster_nodes_ask(r->s->cluster, r->s->run_dir);
	r->asked_ns = clock_now_ns();
}

static void
look_for_silence(struct copy_run *r, struct copy_node *n, int64_t now_ns)
{
	int64_t silent_ns = now_ns - n->heard_ns;
	char why[COPY_WHY];

	if (n->state != COPY_RUNNING && n->state != COPY_STARTING)
		return;
	if (silent_ns > (int64_t)r->s->silence_s * 1000 * NS_PER_MS) {
		snprintf(why, sizeof why, "silent for %" PRId64 " s",
			 silent_ns / (1000 * NS_PER_MS));
		copy_node_lose(n, why);
	} else if (n->known && silent_ns > COPY_GONE_MS * NS_PER_MS) {
		ask_cluster(r, now_ns);
		if (!cluster_nodes_has(r->s->cluster, n->name))
			copy_node_lose(n, "silent, and gone from the cluster");
	}
}

/* --- the end --- */

static bool
is_over(const struct copy_run *r, int64_t now_ns)
{
	bool missing = false;

	for (size_t i = 0; i < r->n; i++) {
		if (copy_node_waited_for(&r->nodes[i]))
			return false;
		missing = missing || (r->nodes[i].state != COPY_DONE &&
				      r->nodes[i].state != COPY_FAILED);
	}
	return !missing ||
	       now_ns - r->began_ns >= (int64_t)r->s->late_s * 1000 * NS_PER_MS;
}

/* Reports the result, and ends the processes of all machines. */
static void
end(struct copy_run *r)
{
	copy_report_end(r->s->report, r->nodes, r->n);
	r->phase = PHASE_END;
	r->ended_ns = clock_now_ns();
	for (size_t i = 0; i < r->n; i++)
		copy_node_dismiss(&r->nodes[i], r->s->remove);
}

static bool
all_gone(const struct copy_run *r)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->nodes[i].pid != 0)
			return false;
	return true;
}

static void
tick(void *ctx)
{
	struct copy_run *r = ctx;
	int64_t now_ns = clock_now_ns();

	if (r->phase == PHASE_COPY) {
		for (size_t i = 0; i < r->n; i++)
			look_for_silence(r, &r->nodes[i], now_ns);
		start_some(r);
		start_again(r, now_ns);
		copy_report_progress(r->s->report, r->nodes, r->n);
		if (r->signal != 0 || is_over(r, now_ns))
			end(r);
	}
	if (r->phase == PHASE_END &&
	    (all_gone(r) || now_ns - r->ended_ns > GRACE_NS)) {
		loop_stop(r->loop);
		return;
	}
	loop_timer_set(r->loop, &r->tick, clock_now_ns() + TICK_NS);
}

/* --- events --- */

static void
on_changed(void *ctx, struct copy_node *n)
{
	struct copy_run *r = ctx;

	/* A failed attempt to reach a lost machine again is not reported. */
	if (r->phase == PHASE_COPY &&
	    !(n->state == COPY_LOST && n->starts > 1 && n->done == 0))
		copy_report_node(r->s->report, n);
	/* tick() runs at once, since the copy may be over with the end of this
	 * machine's. */
	loop_timer_set(r->loop, &r->tick, clock_now_ns());
}

static void
reap(struct copy_run *r)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (size_t i = 0; i < r->n; i++)
			if (copy_node_reaped(&r->nodes[i], pid, status))
				break;
	if (r->phase == PHASE_END)
		loop_timer_set(r->loop, &r->tick, clock_now_ns());
}

static void
on_signal(void *ctx, int signo)
{
	struct copy_run *r = ctx;

	if (signo == SIGCHLD) {
		reap(r);
		return;
	}
	r->signal = signo;
	loop_timer_set(r->loop, &r->tick, clock_now_ns());
}

/* --- set-up --- */

/* Allows this process as many open files as possible: each machine takes three
 * pipes. */
static void
raise_limit(void)
{
	struct rlimit l;

	if (getrlimit(RLIMIT_NOFILE, &l) == -1)
		return;
	l.rlim_cur = l.rlim_max;
	setrlimit(RLIMIT_NOFILE, &l);
}

static int
make_nodes(struct copy_run *r)
{
	const struct copy_run_setup *s = r->s;

	r->n = name_set_count(s->names);
	r->nodes = calloc(r->n, sizeof *r->nodes);
	r->hosts = calloc(r->n, sizeof *r->hosts);
	if (r->nodes == NULL || r->hosts == NULL)
		return -1;
	for (size_t i = 0; i < r->n; i++) {
		const char *name = name_set_at(s->names, i);

		if (s->by_address)
			r->hosts[i] = cluster_nodes_address(s->cluster, name);
		if (r->hosts[i] == NULL)
			r->hosts[i] = strdup(name);
		if (r->hosts[i] == NULL)
			return -1;
		copy_node_init(&r->nodes[i], r->loop, name, r->hosts[i],
			       s->bytes, &r->ops);
		r->nodes[i].known = cluster_nodes_has(s->cluster, name);
	}
	return 0;
}

static int
set_up(struct copy_run *r)
{
	sigset_t set;

	raise_limit();
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	r->loop = loop_new();
	if (r->loop == NULL ||
	    loop_signals(r->loop, &set, on_signal, r) == -1 ||
	    make_nodes(r) == -1) {
		log_error("cannot begin: %m");
		return -1;
	}
	return 0;
}

static void
tear_down(struct copy_run *r)
{
	for (size_t i = 0; r->nodes != NULL && i < r->n; i++)
		copy_node_finish(&r->nodes[i]);
	for (size_t i = 0; r->hosts != NULL && i < r->n; i++)
		free(r->hosts[i]);
	free(r->hosts);
	free(r->nodes);
	loop_free(r->loop);
}

int
copy_run(const struct copy_run_setup *s)
{
	struct copy_run r = {.s = s};
	int result = -1;

	r.ops = (struct copy_node_ops){.changed = on_changed, .ctx = &r};
	r.tick.fire = tick;
	r.tick.ctx = &r;
	if (set_up(&r) == 0) {
		copy_report_begin(s->report, s->image, r.n);
		r.began_ns = clock_now_ns();
		loop_timer_set(r.loop, &r.tick, r.began_ns);
		if (loop_run(r.loop) == 0)
			result = r.signal != 0                ? -2
				 : count(&r, COPY_DONE) < r.n ? 1
							      : 0;
	}
	tear_down(&r);
	return result;
}

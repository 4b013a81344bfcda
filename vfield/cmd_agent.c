/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* vfield agent: has a running machine follow the site of its cluster, take and
 * give up its roles, check and repair what its plugins look after, and make the
 * copies that signed jobs order. */
#include "vfield/cmd.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "authority/key.h"
#include "authority/word.h"
#include "lib/backoff.h"
#include "lib/child.h"
#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/loop.h"
#include "vfield/agent_checks.h"
#include "vfield/agent_copies.h"
#include "vfield/agent_roles.h"
#include "vfield/agent_site.h"
#include "vfield/control.h"
#include "vfield/node_config.h"
#include "vfield/role_word.h"

#define PROGRAM "vfield agent"
/* Root of the running system.  If this program was started in an initramfs, the
 * system's root was mounted over the program's own root since then, and ".."
 * leads there; else both are the same.  /proc/1/root would lead to the wrong
 * mounts: hooks have mounts of their own. */
#define SYSTEM_ROOT "/.."
#define TICK_MS 1000
#define REPORT_TICKS 10
/* Milliseconds in which the node must answer.  Arbitrary: the node answers at
 * once, and the agent does nothing else while it waits. */
#define ASK_MS 500
/* Pauses, in milliseconds, before a site that could not be fetched is tried
 * again.  Arbitrary. */
static const struct backoff_range pauses = {.least = 1000, .most = 60000};

struct settings {
	const char *config;
	const char *run_dir;
	const char *root;
	const char *host;
	const char *mac;
	const char *shipped;
	bool wait_root;
	bool verbose;
};

#define OPT_SETTINGS struct settings

static const struct option_spec options[] = {
    NODE_OPTIONS("tells of the site"),
    OPT("root", 0, STRING, root, "DIR",
	"the root of the system (default: that of this machine)"),
    OPT("host", 0, STRING, host, "NAME",
	"the name of this machine in the site (default: that it has booted "
	"with)"),
    OPT("mac", 0, STRING, mac, "MAC",
	"its card's address, where the site has not the name"),
    OPT("plugins", 0, STRING, shipped, "DIR", "plugins beside the site's own"),
    OPT("wait-root", 0, FLAG, wait_root, NULL,
	"do nothing while the first process has this program's root, as in an "
	"initramfs"),
    OPT("verbose", 'v', FLAG, verbose, NULL, "say more in the log"),
    {0},
};

static const struct command_spec command = {
    .program = PROGRAM,
    .section = "agent",
    .args = "",
    .summary = "Have this machine follow the site of its cluster while it "
	       "runs.",
    .options = options,
};

/* A site is brought in three steps.
 *
 *   NONE ──► FETCH ──► ROLES ──► APPLY ──► NONE
 *              └── it failed ──────┴────────►
 *
 * In ROLES the machine gives up the roles that the next site takes from it,
 * since their hooks `stop` go with the present site. */
enum site_step { STEP_NONE, STEP_FETCH, STEP_ROLES, STEP_APPLY };

struct agent {
	struct agent_site site;
	struct agent_checks *checks;
	struct agent_copies copies;
	struct agent_roles *roles;
	struct loop *loop;
	struct loop_timer tick;
	struct backoff pause;
	/* counts ticks; at multiples of REPORT_TICKS a report is due */
	unsigned ticks;
	/* before that time the site that has failed is not tried again */
	int64_t not_before_ns;
	/* the agent does nothing until the system has started */
	bool wait_root;
	enum site_step step;
	/* process that runs agent_site_fetch() or agent_site_apply(); 0: none
	 */
	pid_t pid;
	char trust[KEY_TEXT]; /* the trusted key */
	/* image of the site in force, by the node's last answer; "": none */
	char id[DIGEST_HEX];
	/* image of the site that is brought */
	char bringing[DIGEST_HEX];
	/* image of the site that was brought last; "": none */
	char done[DIGEST_HEX];
};

/* Asks the node which site and which list of jobs are in force, and sets a->id,
 * a->copies.list and a->trust.  Leaves them as they are if the node does not
 * answer or has no signed word on them. */
static void
ask(struct agent *a)
{
	struct json_object *o =
	    control_ask_json_within(a->site.run_dir, "words", ASK_MS);
	size_t n;
	struct json_object *words = control_array(o, "words", &n);
	struct digest d, move = {0};
	uint64_t version = 0;

	for (size_t i = 0; i < n; i++) {
		struct json_object *w = json_object_array_get_idx(words, i);
		const char *id = control_string(w, "id");

		if (digest_parse(id, strlen(id), &d) == -1)
			continue;
		if (strcmp(control_string(w, "subject"), WORD_SITE) == 0)
			digest_hex(&d, a->id);
		if (strcmp(control_string(w, "subject"), WORD_JOBS) == 0)
			digest_hex(&d, a->copies.list);
		if (strcmp(control_string(w, "subject"), ROLE_WORD) == 0) {
			version = control_number(w, "version");
			move = d;
		}
	}
	if (n > 0)
		agent_roles_move(a->roles, version, &move);
	if (n > 0)
		snprintf(a->trust, sizeof a->trust, "%s",
			 control_string(o, "trust"));
	json_object_put(o);
}

/* Notes that the machine has become the host of the site `id`, and reads its
 * roles and which of its plugins are checked. */
static void
site_is(struct agent *a, const char *id)
{
	strcpy(a->done, id);
	agent_roles_site(a->roles);
	agent_checks_site(a->checks, loop_now_ns(a->loop));
	agent_copies_site(&a->copies);
}

/* Starts a process for a step by which this machine becomes the host of the
 * site a->bringing. */
static void
start(struct agent *a, enum site_step step)
{
	pid_t pid = child_fork();

	if (pid == -1) {
		log_error("cannot start a process: %m");
		return;
	}
	if (pid > 0) {
		a->pid = pid;
		a->step = step;
		return;
	}
	a->site.trust = a->trust;
	_exit((step == STEP_FETCH ? agent_site_fetch : agent_site_apply)(
		  &a->site, a->bringing) == -1
		  ? EXIT_FAILURE
		  : EXIT_SUCCESS);
}

/* Begins to make this machine the host of the site a->id. */
static void
bring(struct agent *a)
{
	agent_checks_stop(a->checks);
	strcpy(a->bringing, a->id);
	start(a, STEP_FETCH);
}

/* Has the node announce the machine's report.  Does so again every REPORT_TICKS
 * ticks, since a node that was started anew does not know the report. */
static void
report(struct agent *a)
{
	AUTO_FREE char *line = NULL;
	char said[CHECK_SAID + 40] = "";
	unsigned bad = agent_roles_bad(a->roles, said, sizeof said);

	bad += agent_checks_bad(a->checks, said, sizeof said);
	if (bad == 0 && a->copies.failed > 0)
		snprintf(said, sizeof said, "%u copies have failed",
			 a->copies.failed);
	bad += a->copies.failed;
	if (a->ticks++ % REPORT_TICKS != 0 || a->done[0] == '\0')
		return;
	line = agent_site_report(&a->site, bad, said);
	if (line != NULL)
		json_object_put(
		    control_ask_json_within(a->site.run_dir, line, ASK_MS));
}

/* Returns true if process 1 has another root than this program, which has then
 * outlived the initramfs. */
static bool
root_left(void)
{
	struct stat ours, its;

	return stat("/", &ours) == 0 && stat("/proc/1/root/", &its) == 0 &&
	       (ours.st_dev != its.st_dev || ours.st_ino != its.st_ino);
}

static void
tick(void *ctx)
{
	struct agent *a = ctx;
	int64_t now_ns = loop_now_ns(a->loop);

	if (a->wait_root)
		a->wait_root = !root_left();
	if (a->wait_root) {
		loop_timer_set(a->loop, &a->tick, now_ns + TICK_MS * NS_PER_MS);
		return;
	}
	ask(a);
	if (a->step == STEP_ROLES && agent_roles_left(a->roles))
		start(a, STEP_APPLY);
	if (a->step == STEP_NONE && a->id[0] != '\0' &&
	    strcmp(a->id, a->done) != 0 &&
	    (now_ns >= a->not_before_ns || strcmp(a->id, a->bringing) != 0)) {
		if (agent_site_is(&a->site, a->id))
			site_is(a, a->id);
		else
			bring(a);
	}
	if (a->step == STEP_NONE && a->done[0] != '\0')
		agent_checks_tick(a->checks, now_ns);
	if (a->step == STEP_NONE && a->done[0] != '\0')
		agent_copies_tick(&a->copies, now_ns);
	report(a);
	loop_timer_set(a->loop, &a->tick, now_ns + TICK_MS * NS_PER_MS);
}

static void
ended(struct agent *a, int status)
{
	bool good = WIFEXITED(status) && WEXITSTATUS(status) == 0;
	char how[CHILD_HOW];

	a->pid = 0;
	if (good && a->step == STEP_FETCH) {
		a->step = STEP_ROLES;
		agent_roles_leave(a->roles);
		if (agent_roles_left(a->roles))
			start(a, STEP_APPLY);
		return;
	}
	a->step = STEP_NONE;
	if (good) {
		log_info("the site is %.12s", a->bringing);
		site_is(a, a->bringing);
		a->ticks = 0;
		backoff_reset(&a->pause);
		return;
	}
	if (!WIFEXITED(status))
		log_error("what brings the site %s", child_how(status, how));
	/* the machine may have given up roles that it keeps for now */
	if (a->done[0] != '\0')
		agent_roles_site(a->roles);
	a->not_before_ns =
	    loop_now_ns(a->loop) + backoff_next(&a->pause, &pauses) * NS_PER_MS;
}

static void
on_signal(void *ctx, int signo)
{
	struct agent *a = ctx;
	int status;
	pid_t pid;

	if (signo != SIGCHLD) {
		loop_stop(a->loop);
		return;
	}
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		if (pid == a->pid)
			ended(a, status);
		else if (agent_checks_reaped(a->checks, pid, status,
					     loop_now_ns(a->loop)) ||
			 agent_copies_reaped(&a->copies, pid, status,
					     loop_now_ns(a->loop)))
			a->ticks = 0; /* the change is reported at once */
		else
			agent_roles_reaped(a->roles, pid, status);
}

static int
run(struct agent *a)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	a->loop = loop_new();
	a->checks = agent_checks_new(&a->site);
	if (a->loop == NULL || a->checks == NULL ||
	    loop_signals(a->loop, &set, on_signal, a) == -1) {
		log_error("%m");
		return -1;
	}
	a->roles = agent_roles_new(a->loop, &a->site);
	if (a->roles == NULL) {
		log_error("%m");
		return -1;
	}
	a->tick.fire = tick;
	a->tick.ctx = a;
	loop_timer_set(a->loop, &a->tick, 0);
	return loop_run(a->loop);
}

int
cmd_agent(int argc, char **argv)
{
	struct settings set = {.config = NODE_CONFIG_FILE,
			       .run_dir = NODE_RUN_DIR,
			       .root = SYSTEM_ROOT};
	struct agent a = {0};
	char **rest;
	int nrest, result;

	log_init(PROGRAM, false);
	options_parse(&command, argc, argv, &set, &rest, &nrest);
	log_init(PROGRAM, set.verbose);
	if (nrest > 0) {
		fprintf(stderr, PROGRAM ": %s: what is this?\n", rest[0]);
		return 2;
	}
	a.wait_root = set.wait_root;
	a.copies.site = &a.site;
	a.site = (struct agent_site){.run_dir = set.run_dir,
				     .root = set.root,
				     .host = set.host,
				     .mac = set.mac,
				     .shipped = set.shipped};
	result = run(&a);
	agent_checks_free(a.checks);
	agent_roles_free(a.roles);
	if (a.pid != 0)
		kill(a.pid, SIGTERM);
	return result == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

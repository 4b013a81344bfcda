/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/agent_checks.h"

#include <fcntl.h>
#include <json-c/json.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/child.h"
#include "lib/cleanup.h"
#include "lib/digest.h"
#include "lib/log.h"
#include "lib/loop.h"
#include "lib/path_in.h"
#include "lib/program_dir.h"
#include "vfield/check_rule.h"
#include "vfield/control.h"

#define CHECKS_MAX 64
#define NAME_BYTES 32 /* bytes of a plugin's name, with the NUL */

struct check {
	char name[NAME_BYTES];
	int64_t every_s;
	bool can_repair;
	struct check_rule rule;
	int64_t due_ns;
	char said[CHECK_SAID]; /* by the last check that was not good */
};

struct agent_checks {
	const struct agent_site *site;
	char *program; /* path of vfield-plugin */
	struct check v[CHECKS_MAX];
	size_t n;
	pid_t pid; /* process id of the hook that runs; 0: none */
	int out;   /* reads what it says */
	struct check
	    *runs;    /* check whose hook runs; NULL: its result is void */
	bool repairs; /* the hook is `repair` */
	struct check *wanted; /* check that is repaired next; NULL: none */
};

/* Returns when the first check is due: each machine and plugin has its own
 * offset, so that a room does not check all at once. */
static int64_t
offset_ns(const struct check *k, const char *host)
{
	char text[NAME_BYTES + 80];
	int n = snprintf(text, sizeof text, "%.70s %s", host, k->name);
	struct digest d = digest_of(text, n);
	uint32_t part = d.b[0] << 8 | d.b[1];

	return k->every_s * 1000 * NS_PER_MS / 65536 * part;
}

static const struct check *
find(const struct check *v, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(v[i].name, name) == 0)
			return &v[i];
	return NULL;
}

static void
take(struct agent_checks *c, struct json_object *plugin, const char *host,
     int64_t now_ns)
{
	struct check *k = &c->v[c->n];

	if (control_number(plugin, "every") == 0 || c->n == CHECKS_MAX)
		return;
	*k = (struct check){.every_s = control_number(plugin, "every"),
			    .can_repair = control_bool(plugin, "repair")};
	snprintf(k->name, sizeof k->name, "%s", control_string(plugin, "name"));
	k->due_ns = now_ns + offset_ns(k, host);
	c->n++;
}

void
agent_checks_site(struct agent_checks *c, int64_t now_ns)
{
	AUTO_FREE char *path = path_in(c->site->root, AGENT_NOTES);
	struct json_object *notes = json_object_from_file(path);
	struct check *past = malloc(sizeof c->v);
	size_t n, npast = c->n;
	struct json_object *a = control_array(notes, "plugins", &n);

	if (past == NULL)
		log_fatal("%m");
	agent_checks_stop(c);
	memcpy(past, c->v, sizeof c->v);
	c->n = 0;
	c->wanted = NULL;
	for (size_t i = 0; i < n; i++)
		take(c, json_object_array_get_idx(a, i),
		     control_string(notes, "host"), now_ns);
	for (size_t i = 0; i < c->n; i++) {
		const struct check *was = find(past, npast, c->v[i].name);

		if (was == NULL)
			continue;
		c->v[i].rule = was->rule;
		memcpy(c->v[i].said, was->said, sizeof was->said);
		check_rule_again(&c->v[i].rule);
	}
	free(past);
	json_object_put(notes);
}

/* --- a hook runs --- */

/* Becomes vfield-plugin, which runs the hook. */
static void __attribute__((noreturn))
become(const struct agent_checks *c, const char *hook, const struct check *k,
       unsigned seconds, int out)
{
	AUTO_FREE char *site = path_in(c->site->root, AGENT_SITE);
	char limit[16];
	const char *argv[20] = {c->program,    hook,      k->name,
				"--site",      site,      "--root",
				c->site->root, "--limit", limit};
	const char *const more[][2] = {{"--host", c->site->host},
				       {"--mac", c->site->mac},
				       {"--plugins", c->site->shipped}};
	size_t n = 9;

	snprintf(limit, sizeof limit, "%u", seconds);
	for (size_t i = 0; i < sizeof more / sizeof *more; i++)
		if (more[i][1] != NULL) {
			argv[n++] = more[i][0];
			argv[n++] = more[i][1];
		}
	if (dup2(out, STDOUT_FILENO) == -1)
		_exit(EXIT_FAILURE);
	execv(c->program, (char *const *)(uintptr_t)argv);
	_exit(127);
}

static void
start(struct agent_checks *c, struct check *k, bool repair)
{
	int64_t seconds = k->every_s;
	int out[2];

	if (seconds < CHECK_SECONDS_LEAST)
		seconds = CHECK_SECONDS_LEAST;
	if (seconds > CHECK_SECONDS_MOST)
		seconds = CHECK_SECONDS_MOST;
	if (pipe2(out, O_CLOEXEC | O_NONBLOCK) == -1) {
		log_error("%m");
		return;
	}
	c->pid = child_fork();
	if (c->pid == 0)
		become(c, repair ? "repair" : "check", k,
		       repair ? REPAIR_SECONDS : seconds, out[1]);
	close(out[1]);
	if (c->pid == -1) {
		log_error("cannot start a process: %m");
		c->pid = 0;
		close(out[0]);
		return;
	}
	c->out = out[0];
	c->runs = k;
	c->repairs = repair;
}

void
agent_checks_tick(struct agent_checks *c, int64_t now_ns)
{
	struct check *first = NULL;

	if (c->pid != 0)
		return;
	if (c->wanted != NULL) {
		start(c, c->wanted, true);
		c->wanted = NULL;
		return;
	}
	for (size_t i = 0; i < c->n; i++)
		if (c->v[i].due_ns <= now_ns &&
		    (first == NULL || c->v[i].due_ns < first->due_ns))
			first = &c->v[i];
	if (first != NULL)
		start(c, first, false);
}

void
agent_checks_stop(struct agent_checks *c)
{
	if (c->pid != 0)
		kill(c->pid, SIGKILL);
	c->runs = NULL;
}

/* --- and has ended --- */

static struct json_object *
check_json(const struct check *k)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "name", json_object_new_string(k->name));
	json_object_object_add(
	    o, "state",
	    json_object_new_string(check_state_word(k->rule.state)));
	json_object_object_add(o, "said", json_object_new_string(k->said));
	return o;
}

/* Writes CHECKS_FILE anew. */
static void
note(const struct agent_checks *c)
{
	AUTO_FREE char *path = path_in(c->site->root, CHECKS_FILE);
	AUTO_FREE char *fresh = path_in(c->site->root, CHECKS_FILE ".new");
	struct json_object *o = json_object_new_object();
	struct json_object *a = json_object_new_array();

	for (size_t i = 0; i < c->n; i++)
		if (c->v[i].rule.state != CHECK_GOOD)
			json_object_array_add(a, check_json(&c->v[i]));
	json_object_object_add(o, "checks", a);
	if (json_object_to_file_ext(fresh, o, JSON_C_TO_STRING_PLAIN) == -1 ||
	    rename(fresh, path) == -1)
		log_warn("%s: %m", path);
	json_object_put(o);
}

static void
say(const struct check *k, bool repair)
{
	switch (k->rule.state) {
	case CHECK_GOOD:
		log_info("plugin %s: its check is good again", k->name);
		break;
	case CHECK_DOUBTFUL:
		log_info("plugin %s: its check is bad: %s", k->name, k->said);
		break;
	case CHECK_BAD:
		if (repair)
			log_warn("plugin %s: its check is bad again, it is "
				 "repaired: %s",
				 k->name, k->said);
		break;
	case CHECK_GIVEN_UP:
		log_error("plugin %s: its check is bad, and nothing more is "
			  "repaired: %s",
			  k->name, k->said);
		break;
	}
}

/* Takes the result of a check.  Returns whether the state is another. */
static bool
checked(struct agent_checks *c, struct check *k, bool good, int64_t now_ns)
{
	enum check_state was = k->rule.state;
	int64_t now_ms = now_ns / NS_PER_MS;
	bool repair = check_rule_result(&k->rule, good, k->can_repair, now_ms);

	k->due_ns =
	    check_rule_next(&k->rule, k->every_s * 1000, now_ms) * NS_PER_MS;
	if (repair)
		c->wanted = k;
	if (was == k->rule.state && !repair)
		return false;
	say(k, repair);
	note(c);
	return was != k->rule.state;
}

bool
agent_checks_reaped(struct agent_checks *c, pid_t pid, int status,
		    int64_t now_ns)
{
	char said[CHECK_SAID], how[CHILD_HOW];
	struct check *k = c->runs;
	ssize_t n;

	if (c->pid == 0 || pid != c->pid)
		return false;
	n = read(c->out, said, sizeof said - 1);
	said[n > 0 ? n : 0] = '\0';
	said[strcspn(said, "\n")] = '\0';
	close(c->out);
	c->pid = 0;
	if (k == NULL)
		return false;
	if (WIFEXITED(status) && WEXITSTATUS(status) == AGENT_NO_HOST) {
		log_warn("nothing is checked any more: the site in force has "
			 "no host for this machine");
		c->n = 0;
		c->wanted = NULL;
		note(c);
		return true;
	}
	if (said[0] == '\0' && status != 0)
		snprintf(said, sizeof said, "it %s", child_how(status, how));
	if (!c->repairs) {
		if (status != 0)
			memcpy(k->said, said, sizeof said);
		return checked(c, k, status == 0, now_ns);
	}
	if (status != 0)
		log_warn("plugin %s: its repair: %s", k->name, said);
	return false;
}

unsigned
agent_checks_bad(const struct agent_checks *c, char *why, size_t size)
{
	unsigned bad = 0;

	for (size_t i = 0; i < c->n; i++) {
		const struct check *k = &c->v[i];

		if (k->rule.state < CHECK_BAD)
			continue;
		if (bad++ == 0)
			snprintf(why, size, "%s: %s", k->name, k->said);
	}
	return bad;
}

struct agent_checks *
agent_checks_new(const struct agent_site *a)
{
	AUTO_FREE char *bin = program_dir();
	struct agent_checks *c = bin != NULL ? calloc(1, sizeof *c) : NULL;

	if (c == NULL)
		return NULL;
	c->site = a;
	c->program = path_in(bin, "vfield-plugin");
	return c;
}

void
agent_checks_free(struct agent_checks *c)
{
	if (c == NULL)
		return;
	agent_checks_stop(c);
	free(c->program);
	free(c);
}

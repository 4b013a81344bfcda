/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/agent_role.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/path_in.h"

/* How often in a row the rule must say so before the role is taken, since the
 * view may change at any time. */
#define LOOKS 2

static int64_t
after(const struct agent_role *r, unsigned seconds)
{
	return loop_now_ns(r->loop) + seconds * 1000 * NS_PER_MS;
}

/* Returns the path of the file AGENT_ROLE_MARK for this role, for free(). */
static char *
mark_path(const struct agent_role *r)
{
	char *path;

	if (asprintf(&path, "%s/" AGENT_ROLE_MARK "%s", r->site->root,
		     r->name) == -1)
		abort();
	return path;
}

static void
mark(const struct agent_role *r, bool started)
{
	AUTO_FREE char *path = mark_path(r);
	int fd;

	if (!started) {
		unlink(path);
		return;
	}
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	if (fd != -1)
		close(fd);
}

void
agent_role_init(struct agent_role *r)
{
	AUTO_FREE char *path = mark_path(r);

	r->keeper.fd = -1;
	r->stop_due = access(path, F_OK) == 0;
}

static ino_t
site_inode(const struct agent_role *r)
{
	AUTO_FREE char *path = path_in(r->site->root, AGENT_SITE);
	struct stat st;

	return stat(path, &st) == 0 ? st.st_ino : 0;
}

static void
hook(struct agent_role *r, enum role_verb v)
{
	pid_t pid;

	r->hook_site = site_inode(r);
	pid = role_hook_start(r->site, r->host, r->name, v);
	r->hook = pid != -1 ? pid : 0;
	r->verb = v;
}

static void
drop_keeper(struct agent_role *r)
{
	if (r->keeper.fd == -1)
		return;
	loop_remove(r->loop, &r->source);
	keeper_stop(&r->keeper);
}

void
agent_role_release(struct agent_role *r, unsigned seconds)
{
	if (r->state == AGENT_ROLE_HOLDS)
		log_info("role %s: given up", r->name);
	drop_keeper(r);
	if (r->state == AGENT_ROLE_HOLDS)
		r->stop_due = true;
	r->state = AGENT_ROLE_OUT;
	r->looks = 0;
	r->place = 0;
	r->can_ns = after(r, seconds);
}

static void
lost(struct agent_role *r)
{
	bool had = r->state == AGENT_ROLE_HOLDS;
	char text[MAC_TEXT];

	if (!r->keeper.taken) {
		log_warn("role %s: the process that had it has died", r->name);
		agent_role_release(r, AGENT_ROLE_FAILED_S);
		return;
	}
	if (had || !r->told_no)
		log_warn("role %s: another machine has its address, card %s",
			 r->name, mac_text(r->keeper.other, text));
	r->told_no = true;
	agent_role_release(r, 0);
	if (had)
		return;
	r->state = AGENT_ROLE_BLOCKED;
	r->unblock_ns = after(r, AGENT_ROLE_BLOCKED_S);
}

static void
on_keeper(void *ctx, uint32_t events)
{
	struct agent_role *r = ctx;

	switch (keeper_read(&r->keeper)) {
	case KEEPER_NOTHING:
		break;
	case KEEPER_HAS:
		log_info("role %s: taken", r->name);
		r->state = AGENT_ROLE_HOLDS;
		r->told_no = false;
		r->runs_ns = after(r, AGENT_ROLE_RUNS_S);
		mark(r, true);
		hook(r, ROLE_START);
		break;
	case KEEPER_LOST:
		lost(r);
		break;
	}
}

bool
agent_role_bad(const struct agent_role *r, char *why, size_t size)
{
	char ip[IP4_TEXT];

	if (!r->wanted || !r->no_card)
		return false;
	snprintf(why, size, "role %s: no card is in the network of %s", r->name,
		 ip4_text(r->address, ip));
	return true;
}

/* Finds the card for the role's address, if it has one.  Returns false if there
 * is no such card; the log says so the first time. */
static bool
find_card(struct agent_role *r, struct keeper_card *c)
{
	bool had = !r->no_card;
	char why[128];

	*c = (struct keeper_card){.index = 0};
	r->no_card = r->address != 0 && keeper_card_find(r->address, c) == -1;
	if (had && agent_role_bad(r, why, sizeof why))
		log_warn("%s", why);
	return !r->no_card;
}

static void
take(struct agent_role *r)
{
	struct keeper_card card;

	if (!find_card(r, &card)) {
		agent_role_release(r, AGENT_ROLE_CAN_S);
		return;
	}
	if (keeper_start(&r->keeper, r->address, &card) == -1) {
		log_error("role %s: %m", r->name);
		agent_role_release(r, AGENT_ROLE_FAILED_S);
		return;
	}
	r->state = AGENT_ROLE_TAKING;
	r->source = (struct loop_source){.fd = r->keeper.fd,
					 .events = EPOLLIN,
					 .ready = on_keeper,
					 .ctx = r};
	if (loop_add(r->loop, &r->source) == -1)
		agent_role_release(r, AGENT_ROLE_FAILED_S);
}

void
agent_role_step(struct agent_role *r, enum role_step step, uint64_t move)
{
	if (step == ROLE_GIVE_UP) {
		agent_role_release(r, 0);
		return;
	}
	r->looks = step == ROLE_TAKE ? r->looks + 1 : 0;
	if (r->looks < LOOKS || r->keeper.pid != 0 || r->hook != 0)
		return;
	r->looks = 0;
	r->took = move;
	take(r);
}

void
agent_role_tick(struct agent_role *r)
{
	int64_t now_ns = loop_now_ns(r->loop);

	if (r->state == AGENT_ROLE_BLOCKED && now_ns >= r->unblock_ns)
		r->state = AGENT_ROLE_CAN;
	if (r->hook != 0)
		return;
	if (r->stop_due)
		hook(r, ROLE_STOP);
	else if (!r->wanted)
		return;
	else if (r->state == AGENT_ROLE_HOLDS && now_ns >= r->runs_ns)
		hook(r, ROLE_RUNS);
	else if ((r->state == AGENT_ROLE_OUT || r->state == AGENT_ROLE_CAN) &&
		 now_ns >= r->can_ns)
		hook(r, ROLE_CAN);
}

bool
agent_role_idle(const struct agent_role *r)
{
	return r->state == AGENT_ROLE_OUT && r->hook == 0 && !r->stop_due &&
	       r->keeper.pid == 0;
}

static void
can(struct agent_role *r, bool can)
{
	struct keeper_card card;

	can = find_card(r, &card) && can;
	r->can_ns = after(r, AGENT_ROLE_CAN_S);
	if (can && r->wanted && r->state == AGENT_ROLE_OUT)
		r->state = AGENT_ROLE_CAN;
	if (!can && r->state == AGENT_ROLE_CAN)
		agent_role_release(r, AGENT_ROLE_CAN_S);
}

static void
hook_ended(struct agent_role *r, bool good)
{
	bool holds = r->state == AGENT_ROLE_HOLDS;

	r->hook = 0;
	if (!good && site_inode(r) != r->hook_site &&
	    (holds || r->verb == ROLE_CAN || r->verb == ROLE_STOP)) {
		/* Another site came meanwhile, and the files of the one before
		 * went from under the hook. */
		hook(r, r->verb);
		return;
	}
	switch (r->verb) {
	case ROLE_CAN:
		can(r, good);
		break;
	case ROLE_START:
	case ROLE_RUNS:
		r->runs_ns = after(r, AGENT_ROLE_RUNS_S);
		if (holds && !good)
			agent_role_release(r, AGENT_ROLE_FAILED_S);
		break;
	case ROLE_STOP:
		/* a `stop` that fails is not run again: it would fail again */
		r->stop_due = false;
		mark(r, false);
		break;
	}
}

bool
agent_role_reaped(struct agent_role *r, pid_t pid, int status)
{
	if (pid == r->keeper.pid) {
		r->keeper.pid = 0;
		if (!WIFEXITED(status))
			keeper_clean(&r->keeper);
		return true;
	}
	if (pid != r->hook)
		return false;
	hook_ended(r, WIFEXITED(status) && WEXITSTATUS(status) == 0);
	return true;
}

bool
agent_role_says(const struct agent_role *r, struct proto_role *to)
{
	static const enum proto_role_state states[] = {
	    [AGENT_ROLE_CAN] = PROTO_ROLE_CAN,
	    [AGENT_ROLE_TAKING] = PROTO_ROLE_TAKING,
	    [AGENT_ROLE_HOLDS] = PROTO_ROLE_HOLDS,
	    [AGENT_ROLE_BLOCKED] = PROTO_ROLE_BLOCKED,
	};

	if (r->state == AGENT_ROLE_OUT)
		return false;
	*to = (struct proto_role){.state = states[r->state],
				  .place = r->place,
				  .address = r->address};
	strcpy(to->name, r->name);
	return true;
}

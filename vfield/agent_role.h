/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* agent_role: has this machine take a role that the site allows it, and give
 * the role up.
 *
 *            can: yes             the rule              nobody answers
 *   OUT ───────────────► CAN ──────────────► TAKING ─────────────────► HOLDS
 *    ▲ ▲                 │ ▲                 │    │                      │
 *    │ └──── can: no ────┘ └── the rule ─────┘    │ another has the      │
 *    │                     ┌── a pause ── BLOCKED ◄──── address          │
 *    │                     ▼                                             │
 *    │                    CAN                                            │
 *    └──── hook stop has ended ◄── the rule, another has the address, ◄──┘
 *                                  start or runs: no, its keeper died
 *
 * In TAKING and HOLDS there is a keeper (role_keeper.h), which has the address.
 * A machine that gives a role up gives up the address first.  Only one hook of
 * a role runs at a time, and the agent waits for none.
 *
 * If the system has the file AGENT_ROLE_MARK with the role's name, the hook
 * `start` was run, and `stop` was not: a new agent first runs `stop`.
 */
#ifndef VF_VFIELD_AGENT_ROLE_H
#define VF_VFIELD_AGENT_ROLE_H

#include "lib/loop.h"
#include "membership/wire/proto_roles.h"
#include "vfield/role_hook.h"
#include "vfield/role_keeper.h"
#include "vfield/role_rule.h"

#define AGENT_ROLE_DIR "run/vfield"
#define AGENT_ROLE_FILE "role."
#define AGENT_ROLE_MARK AGENT_ROLE_DIR "/" AGENT_ROLE_FILE
/* Seconds between two runs of the hook `can`, and of the hook `runs`.
 * Arbitrary: the former may look at all disks, the latter notices a service
 * that has died. */
#define AGENT_ROLE_CAN_S 60
#define AGENT_ROLE_RUNS_S 5
/* Seconds for which a machine waits after a failure, and after another machine
 * has answered at the address.  Arbitrary: others have their turn meanwhile. */
#define AGENT_ROLE_FAILED_S 15
#define AGENT_ROLE_BLOCKED_S 2

enum agent_role_state {
	AGENT_ROLE_OUT,
	AGENT_ROLE_CAN,
	AGENT_ROLE_TAKING,
	AGENT_ROLE_HOLDS,
	AGENT_ROLE_BLOCKED,
};

struct agent_role {
	char name[PROTO_ROLE_NAME];
	uint32_t address; /* host order; 0: the role has no address */
	struct loop *loop;
	const struct agent_site *site;
	const char *host; /* the machine's name in the site */
	bool wanted;      /* the site gives the host this role */
	enum agent_role_state state;
	/* this machine's place in the queue; 0: it has none yet */
	uint32_t place;
	/* how often in a row the rule has said that the role is to be taken */
	unsigned looks;
	/* version of the last word on a move when the role was taken */
	uint64_t took;
	struct keeper keeper;
	/* socket from which the keeper's messages are read */
	struct loop_source source;
	/* process that runs the role's hooks; 0: none */
	pid_t hook;
	enum role_verb verb;
	ino_t hook_site; /* inode of the site's directory when it started */
	bool stop_due;   /* the hook `stop` must be run */
	/* no card of this machine is in the network of the address */
	bool no_card;
	/* the log already says that another machine has the address */
	bool told_no;
	/* when the hooks `can` and `runs` are run next */
	int64_t can_ns, runs_ns;
	int64_t unblock_ns; /* when the state BLOCKED ends */
};

void agent_role_init(struct agent_role *r);
/* Does what the rule says, `step`.  move: version of the last word on a move.
 */
void agent_role_step(struct agent_role *r, enum role_step step, uint64_t move);
/* Runs the hook that is due, if none runs now. */
void agent_role_tick(struct agent_role *r);
/* Gives the role up; after `seconds` the hook `can` may make this machine a
 * candidate again. */
void agent_role_release(struct agent_role *r, unsigned seconds);
/* Returns true if the role has no process left, nor a hook `stop` to be run. */
bool agent_role_idle(const struct agent_role *r);
/* Notes that the process pid has ended with `status`.  Returns false if it is
 * no process of this role. */
bool agent_role_reaped(struct agent_role *r, pid_t pid, int status);
/* If this machine cannot have the role because of its address, writes that to
 * `why` and returns true. */
bool agent_role_bad(const struct agent_role *r, char *why, size_t size);
/* Sets *to to what this machine announces about the role.  Returns false if it
 * announces nothing. */
bool agent_role_says(const struct agent_role *r, struct proto_role *to);

#endif

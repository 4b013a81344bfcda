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
 * Who gives a role up gives up the address first.  Of the hooks of a role one
 * runs at a time, and none is waited for.
 *
 * A file AGENT_ROLE_MARK of the system says that the hook `start` was run, and
 * `stop` was not: a new agent runs that first.
 */
#ifndef VF_VFIELD_AGENT_ROLE_H
#define VF_VFIELD_AGENT_ROLE_H

#include "lib/loop.h"
#include "membership/wire/proto_roles.h"
#include "vfield/role_hook.h"
#include "vfield/role_keeper.h"
#include "vfield/role_rule.h"

#define AGENT_ROLE_MARK "run/vfield/role."
/* Seconds between two hooks `can`, and two hooks `runs`; chosen: the first may
 * look at all disks, the second notices a service that has died. */
#define AGENT_ROLE_CAN_S 60
#define AGENT_ROLE_RUNS_S 5
/* Seconds for which a machine waits after a failure, and after another one has
 * answered at the address; chosen: others have their turn meanwhile. */
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
	uint32_t address; /* 0: the role has none */
	struct loop *loop;
	const struct agent_site *site;
	const char *host; /* the machine's name in the site */
	bool wanted;      /* the site gives the host this role */
	enum agent_role_state state;
	uint32_t place; /* in the queue; 0: it is to take the last */
	unsigned looks; /* times in a row that the rule said: take it */
	uint64_t took;  /* version of the last move when it was taken */
	struct keeper keeper;
	struct loop_source source; /* socket of the keeper */
	pid_t hook;                /* hooks that run; 0: none do */
	enum role_verb verb;
	bool stop_due;           /* `stop` is to be run */
	bool told_no;            /* the log has said that it cannot */
	int64_t can_ns, runs_ns; /* when these are run next */
	int64_t unblock_ns;      /* when BLOCKED ends */
};

void agent_role_init(struct agent_role *r);
/* Does what the rule says; move: version of the last move that was asked for.
 */
void agent_role_step(struct agent_role *r, enum role_step step, uint64_t move);
/* Runs what is due. */
void agent_role_tick(struct agent_role *r);
/* Gives the role up, and stands in the queue again after so many seconds. */
void agent_role_release(struct agent_role *r, unsigned seconds);
/* Returns whether nothing of the role is left. */
bool agent_role_idle(const struct agent_role *r);
/* Returns false if the process is not the role's. */
bool agent_role_reaped(struct agent_role *r, pid_t pid, int status);
/* Fills in what the machine says of the role.  Returns false: nothing. */
bool agent_role_says(const struct agent_role *r, struct proto_role *to);

#endif

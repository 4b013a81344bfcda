/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* agent_roles: has this machine take and give up its roles, for `vfield agent`.
 *
 * The site says which hosts may have which roles (`roles =`), and the address
 * of each role (`role.NAME.address`).  Twice a second the agent tells the node
 * what this machine claims about its roles, and asks what other machines claim;
 * claims of machines that the site does not name are ignored.  role_rule.h
 * decides.
 *
 * If the site gives this machine's host no role, nothing is asked. */
#ifndef VF_VFIELD_AGENT_ROLES_H
#define VF_VFIELD_AGENT_ROLES_H

#include <stdbool.h>
#include <sys/types.h>

#include "lib/digest.h"
#include "lib/loop.h"
#include "vfield/agent_site.h"

struct agent_roles;

/* Returns the roles of this machine, none yet; l and a must outlive the result.
 * NULL: there is no memory. */
struct agent_roles *agent_roles_new(struct loop *l, const struct agent_site *a);
/* Ends the keepers of all roles, so that their addresses are removed at once;
 * runs no hook. */
void agent_roles_free(struct agent_roles *rs);
/* Reads the machine's site again, and with it the roles of the host. */
void agent_roles_site(struct agent_roles *rs);
/* Begins to give up the roles, and to run the hooks `stop`, that cannot go on
 * under the site in AGENT_SITE_FRESH: the host has the role no more, or no more
 * a plugin for it; and the roles that an earlier agent has left.  Called while
 * the hooks of the machine's site are still there. */
void agent_roles_leave(struct agent_roles *rs);
/* Returns true once these roles have no process left, and their hooks `stop`
 * have ended. */
bool agent_roles_left(const struct agent_roles *rs);
/* Returns how many roles the machine cannot have since no card of it is in the
 * network of the role's address; `why` is the first, and stays if there is
 * none.
 */
unsigned agent_roles_bad(const struct agent_roles *rs, char *why, size_t size);
/* Notes the version and id of the word on a move (role_word.h) that is in
 * force; version 0: there is none.  The first word that is noted moves nothing,
 * since it may be old. */
void agent_roles_move(struct agent_roles *rs, uint64_t version,
		      const struct digest *id);
/* Notes that the process pid has ended, if it is one of a role's. */
void agent_roles_reaped(struct agent_roles *rs, pid_t pid, int status);

#endif

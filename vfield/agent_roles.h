/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* agent_roles: the roles of a machine, for `vfield agent`.
 *
 * The site says which hosts may have which roles (`roles =`), and the address
 * of each (`role.NAME.address`).  Twice a second the node is told what this
 * machine says of its roles, and asked what the others say; the claims of
 * machines that the site does not name count nothing.  role_rule.h decides.
 *
 * Without any role in the site's host nothing is asked.
 */
#ifndef VF_VFIELD_AGENT_ROLES_H
#define VF_VFIELD_AGENT_ROLES_H

#include <sys/types.h>

#include "lib/digest.h"
#include "lib/loop.h"
#include "vfield/agent_site.h"

struct agent_roles;

/* Both pointers must outlive the result.  Returns NULL on ENOMEM. */
struct agent_roles *agent_roles_new(struct loop *l, const struct agent_site *a);
/* Ends the processes of all roles, whose addresses go at once; runs no hook. */
void agent_roles_free(struct agent_roles *rs);
/* Reads the site that the machine has. */
void agent_roles_site(struct agent_roles *rs);
/* Notes the word on a move (role_word.h) that is in force; version 0: there is
 * none.  The first that is noted asks for nothing: it may be old. */
void agent_roles_move(struct agent_roles *rs, uint64_t version,
		      const struct digest *id);
/* Takes note that a process has ended, if it is of a role. */
void agent_roles_reaped(struct agent_roles *rs, pid_t pid, int status);

#endif

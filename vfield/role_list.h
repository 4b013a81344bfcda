/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* role_list: lists the roles of the cluster and their holders, as the node on
 * this machine sees them:
 *
 *   {"alone": BOOL, "roles": [{"name": NAME, "address": IP, "holders": [WHO],
 *     "taking": [WHO], "waiting": [WHO], "blocked": [WHO]}]}
 *
 * WHO is {"node": NAME, "host": NAME, "place": NUMBER}.  All four lists are
 * always there, in the order of the queue.  "address" is null if the role has
 * none.  "alone" says that there may be machines that the node does not hear.
 * The role "dhcp" is that of the boot services, which have a queue of their own
 * (membership/client/turn_queue.h). */
#ifndef VF_VFIELD_ROLE_LIST_H
#define VF_VFIELD_ROLE_LIST_H

#include <stdbool.h>

#include <json-c/json.h>

#define ROLE_DHCP "dhcp"

/* Asks the node that runs in run_dir for the list.  Returns it, for
 * json_object_put; NULL: stderr says why. */
struct json_object *role_list_ask(const char *program, const char *run_dir);
/* Returns the role of that name in the list; NULL: no machine claims that it
 * has the role, or could have it. */
struct json_object *role_list_find(struct json_object *list, const char *role);
/* Returns true if the host is in the list `list` of the role, for example
 * "waiting". */
bool role_list_has(struct json_object *role, const char *list,
		   const char *host);

#endif

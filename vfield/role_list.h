/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* role_list: the roles of the cluster, and who holds them, as the node that
 * runs here sees it:
 *
 *   {"alone": BOOL, "roles": [{"name": NAME, "address": IP, "holders": [WHO],
 *     "taking": [WHO], "waiting": [WHO], "blocked": [WHO]}]}
 *
 * WHO is {"node": NAME, "host": NAME, "place": NUMBER}; an empty list is there,
 * too, and "address" is null where the role has none.  Lists are in the order
 * of the queue.  "alone" says that there may be machines that the node does not
 * hear.  The role "dhcp" is that of the boot services, which have a queue of
 * their own (membership/client/turn_queue.h).
 */
#ifndef VF_VFIELD_ROLE_LIST_H
#define VF_VFIELD_ROLE_LIST_H

#include <stdbool.h>

#include <json-c/json.h>

#define ROLE_DHCP "dhcp"

/* Returns the list, for json_object_put; NULL: stderr says why. */
struct json_object *role_list_ask(const char *program, const char *run_dir);
/* Returns the role of that name; NULL: nobody says that it has, or could have,
 * that role. */
struct json_object *role_list_find(struct json_object *list, const char *role);
/* Returns whether the host is in a list of the role, such as "waiting". */
bool role_list_has(struct json_object *role, const char *list,
		   const char *host);

#endif

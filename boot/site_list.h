/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* site_list: gets the list of machines (machines.h) with the cards, names and
 * addresses that the site in force gives to its hosts.
 *
 * A child process has `vfield site machines` run (rights.h), which asks this
 * machine's router which site is in force, and reads it.  The child runs when
 * the service starts, and each time when a member sends a signed word.  If it
 * fails it runs again after SITE_LIST_AGAIN_MS; until then the last list stays
 * in force.
 */
#ifndef VF_BOOT_SITE_LIST_H
#define VF_BOOT_SITE_LIST_H

#include <sys/types.h>

#include "boot/boot.h"

/* arbitrary: a node that starts gets the signed words within that time */
#define SITE_LIST_AGAIN_MS 5000

struct site_list;

/* Begins to take the list of machines from the site; RUNDIR/boot/site.machines
 * keeps that list.  If the administrator has given a list (--machines), does
 * nothing, and b->site stays NULL.  Returns 0, or -1 after the log has said
 * why. */
int site_list_open(struct boot *b);
void site_list_close(struct boot *b);
/* Has the list made again; s may be NULL. */
void site_list_look(struct site_list *s);
/* If pid is the child of s, notes that it has ended with the wait status
 * `status`; else does nothing.  s may be NULL. */
void site_list_reaped(struct site_list *s, pid_t pid, int status);
/* Returns true if a child has already asked for the site's list, with or
 * without success; also if s is NULL, since then the list is not the site's. */
bool site_list_tried(const struct site_list *s);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* site_list: the cards, names and addresses that the site in force gives to
 * hosts, as a list of the administrator's (machines.h).
 *
 * A child process, `vfield site machines`, asks this machine's router which
 * site is in force, and reads it.  It runs at the start, and each time when a
 * member tells of a signed word.  If it fails it runs again after
 * SITE_LIST_AGAIN_MS; until then the last list stays in force.
 */
#ifndef VF_BOOT_SITE_LIST_H
#define VF_BOOT_SITE_LIST_H

#include <sys/types.h>

#include "boot/boot.h"

#define SITE_LIST_AGAIN_MS 5000 /* chosen: a node that starts has its words */

struct site_list;

/* Begins to take machines from the site, whose list is kept in
 * RUNDIR/boot/site.machines; does nothing if the administrator has given a list
 * (--machines), and then b->site stays NULL.  Returns 0, or -1 after the log
 * has said why. */
int site_list_open(struct boot *b);
void site_list_close(struct boot *b);
/* Has the list read anew; s may be NULL. */
void site_list_look(struct site_list *s);
/* Takes note that the child process pid has ended, if it is the list's; s may
 * be NULL. */
void site_list_reaped(struct site_list *s, pid_t pid, int status);

#endif

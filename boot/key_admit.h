/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* key_admit: gives the cluster key to a machine that the administrator has
 * admitted to the key (--admit).  Machines that are not admitted boot all the
 * same, without the key.
 *
 * A machine gets the key once a boot, from the service that answers DHCP, and
 * only after its boot ROM has asked for an address and before the machine joins
 * the cluster.  Only a ROM's request lets a machine have the key, since users
 * of a machine cannot send one (its port is root's); a stage that the machine
 * reports by HTTP does not.  A machine is known by its IP and MAC address,
 * which whoever owns the cable can forge.
 *
 * The file of admitted machines has a line "MAC [NAME]" for each; '#' begins a
 * comment.  It is read at each request for the key. */
#ifndef VF_BOOT_KEY_ADMIT_H
#define VF_BOOT_KEY_ADMIT_H

#include "boot/boot.h"

/* Returns the cluster key in the form of its file, malloc'ed, for the client
 * `who`; NULL: the client does not get the key.  The log says to which machine
 * the key was given.  It also says, once a boot, to which machine of this
 * service the key was refused, and why. */
char *admit_key(struct boot *b, const struct http_client *who);

#endif

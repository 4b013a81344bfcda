/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* admit: gives the cluster key to machines that the administrator has admitted
 * (--admit).
 *
 * A machine gets the key once a boot, from the service that answers DHCP, and
 * only between its boot ROM's request for an address and its joining.  Only
 * that request, which users of a machine cannot send (its port is root's), lets
 * it have the key; what HTTP says of a machine's stage does not.  A machine is
 * known by its addresses, IP and MAC, which whoever owns the cable can forge.
 *
 * The file of admitted machines has a line "MAC [NAME]" for each; '#' begins a
 * comment.  It is read at each request for the key.
 */
#ifndef VF_BOOT_ADMIT_H
#define VF_BOOT_ADMIT_H

#include "boot/boot.h"

/* Returns the cluster key as the lines of its file, malloc'ed, for the client
 * `who`; NULL: the client gets none.  The log says to which machine the key was
 * given, and, once a boot, to which machine of the service it was refused and
 * why. */
char *admit_key(struct boot *b, const struct http_client *who);

#endif

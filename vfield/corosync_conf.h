/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* corosync_conf: tells whether corosync is configured on this machine. */
#ifndef VF_VFIELD_COROSYNC_CONF_H
#define VF_VFIELD_COROSYNC_CONF_H

#include <stdbool.h>

#define COROSYNC_CONF "/etc/corosync/corosync.conf"

/* Returns true if the file at path names an address (ringX_addr, bindnetaddr)
 * that is not a loopback address.  The file that Debian's package installs
 * names only 127.0.0.1: it configures no cluster. */
bool corosync_configured(const char *path);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* corosync_conf: whether corosync is configured on this machine. */
#ifndef VF_VFIELD_COROSYNC_CONF_H
#define VF_VFIELD_COROSYNC_CONF_H

#include <stdbool.h>

#define COROSYNC_CONF "/etc/corosync/corosync.conf"

/* There is a file, and it names an address (ringX_addr, bindnetaddr) that is
 * not this machine's own loopback.  Debian's package comes with a ring of
 * 127.0.0.1 alone: nobody has configured that, and a node that took it for a
 * cluster would be one by itself. */
bool corosync_configured(const char *path);

#endif

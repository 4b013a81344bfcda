/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* socket_names: names the Unix sockets in a node's run directory. */
#ifndef VF_LIB_SOCKET_NAMES_H
#define VF_LIB_SOCKET_NAMES_H

#define SOCKET_ROUTER "router.sock" /* NBD, served by router/nbd */
#define SOCKET_PLUGIN "plugin.sock" /* NBD, for the node's own nbdkit */
/* lines of text, answered by router/control.c */
#define SOCKET_CONTROL "router.ctl"
/* the line "status" alone, for a group of users; also router/control.c */
#define SOCKET_STATUS "status.ctl"
/* frames, answered by membership/guests.c */
#define SOCKET_MEMBER "member.sock"
/* the longest of these names: with it a run directory's path must fit into a
 * socket's address */
#define SOCKET_LONGEST SOCKET_MEMBER

#endif

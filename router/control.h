/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* control: answers commands at the Unix socket RUNDIR/router.ctl, and "status"
 * alone at RUNDIR/status.ctl, to which a group of users may connect.
 *
 * A client sends one line and gets an answer in JSON; then the connection is
 * closed.  The lines:
 *   status, map, nodes: answered by the JSON objects that status.h describes
 *   reads NAME|ID: asks for the image's chunks in the order of their first
 *     reads
 *   default: asks which image is the default one
 *   default NAME|ID: makes an image the default one on all nodes
 *   resolve NAME|ID: asks what a signed word that makes this image the default
 *     has to contain
 *   word DIGITS: hands over a signed word, in hexadecimal digits
 *   remove NAME|ID: removes an image from all nodes, if nobody uses it
 *   remove force NAME|ID: removes an image from all nodes
 *   add IMAGE-FILE: adds an image file of this machine; its manifest is
 *     IMAGE-FILE.vfm, or the file whose path follows after a tab
 *   host REPORT: says how this machine has become a host of the site
 *     (membership/wire/proto_host.h)
 *   roles: asks for the roles of all nodes
 *   roles HOST MAC [NAME:STATE:PLACE:ADDRESS]...: asks that, and says those of
 *     this machine, for some seconds (membership/wire/proto_roles.h)
 * Lines by which `vfield` makes this node a core node:
 *   group: asks which nodes there are, and which of them are core nodes
 *   core PORT: says that this node now runs a member, which listens at PORT
 *   member ADDR:PORT,...: names addresses at which members of core nodes may
 *     listen
 */
#ifndef VF_ROUTER_CONTROL_H
#define VF_ROUTER_CONTROL_H

struct router;
struct control;

/* the users to whom a socket belongs: root has all lines, a group "status" */
enum control_for { CONTROL_FOR_ROOT, CONTROL_FOR_GROUP };

/* Listens at path, with mode 600.  Returns NULL and sets errno on failure. */
struct control *control_new(struct router *r, const char *path,
			    enum control_for whom);
void control_free(struct control *c);

#endif

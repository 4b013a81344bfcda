/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* control: answers commands at the Unix socket RUNDIR/router.ctl.
 *
 * A client sends one line and gets an answer in JSON; then the connection is
 * closed.  The lines:
 *   status, map, nodes: the objects of status.h
 *   reads NAME|ID: the image's chunks in the order of their first reads
 *   default: which image is the default one
 *   default NAME|ID: makes an image the default one on all nodes
 *   resolve NAME|ID: what a signed word on the default image has to contain
 *   word DIGITS: takes a signed word, in hexadecimal digits
 *   remove NAME|ID: removes an image from all nodes, if nobody uses it
 *   remove force NAME|ID: removes an image from all nodes
 *   add IMAGE-FILE: adds an image file of this machine; its manifest is
 *     IMAGE-FILE.vfm, or the file that is named after a tab
 * Lines by which `vfield' makes this node a core node:
 *   group: which nodes there are, and which of them are core nodes
 *   core PORT: this node now runs a member, which listens at PORT
 *   member ADDR:PORT,...: addresses at which core nodes' members may listen
 */
#ifndef VF_ROUTER_CONTROL_H
#define VF_ROUTER_CONTROL_H

struct router;
struct control;

struct control *control_new(struct router *r, const char *path);
void control_free(struct control *c);

#endif

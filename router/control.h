/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* control: RUNDIR/router.ctl.  A client sends one line and gets the answer,
 * JSON, and the end:
 *   status
 *   map
 *   nodes
 *   reads NAME|ID: its chunks, in the order in which they were first read
 *   default, which it is; default NAME|ID, from now on, on all nodes
 *   add IMAGE-FILE (its manifest is IMAGE-FILE.vfm, or the file after a tab)
 * and what `vfield' itself sends to have a core of its own:
 *   group: which nodes there are, and which of them are core nodes
 *   core PORT: this node runs a member by now, which listens there
 *   member ADDR:PORT,...: where core nodes' members may be
 */
#ifndef VF_ROUTER_CONTROL_H
#define VF_ROUTER_CONTROL_H

struct router;
struct control;

struct control *control_new(struct router *r, const char *path);
void control_free(struct control *c);

#endif

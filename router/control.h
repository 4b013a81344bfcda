/* control: RUNDIR/router.ctl.  A client sends one line and gets the answer,
 * JSON, and the end:
 *   status
 *   map
 *   nodes
 *   reads NAME|ID: its chunks, in the order in which they were first read
 *   default, which it is; default NAME|ID, from now on, on all nodes
 *   add IMAGE-FILE (its manifest is IMAGE-FILE.vfm, or the file after a tab)
 */
#ifndef VF_ROUTER_CONTROL_H
#define VF_ROUTER_CONTROL_H

struct router;
struct control;

struct control *control_new(struct router *r, const char *path);
void control_free(struct control *c);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* cmd: declares the subcommands of vfield.  argv[0] is the subcommand's own
 * name.  Each function returns the program's exit status: 0: done; 1: failed,
 * and stderr says why; 2: called with wrong arguments.  (`vfield status
 * --check` exits with the number of its enum verdict_state.) */
#ifndef VF_VFIELD_CMD_H
#define VF_VFIELD_CMD_H

int cmd_image(int argc, char **argv);
int cmd_image_add(int argc, char **argv);
int cmd_image_default(int argc, char **argv);
int cmd_image_list(int argc, char **argv);
int cmd_image_remove(int argc, char **argv);
int cmd_image_profile(int argc, char **argv);
int cmd_serve(int argc, char **argv);
int cmd_join(int argc, char **argv);
int cmd_agent(int argc, char **argv);
int cmd_boot(int argc, char **argv);
int cmd_status(int argc, char **argv);
int cmd_plugin(int argc, char **argv);
int cmd_map(int argc, char **argv);
int cmd_site(int argc, char **argv);
int cmd_host(int argc, char **argv);
int cmd_host_adopt(int argc, char **argv);
int cmd_host_replace(int argc, char **argv);
int cmd_role(int argc, char **argv);
int cmd_key(int argc, char **argv);
int cmd_setup(int argc, char **argv);
int cmd_backup(int argc, char **argv);
int cmd_restore(int argc, char **argv);
int cmd_copy(int argc, char **argv);
int cmd_fetch(int argc, char **argv);
int cmd_install(int argc, char **argv);
int cmd_repair(int argc, char **argv);
int cmd_node(int argc, char **argv);
int node_admit(int argc, char **argv);

#endif

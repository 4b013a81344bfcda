/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* node_config: reads the settings of `vfield serve` and `vfield join` from
 * options and the configuration file, and fills in the defaults that depend on
 * this machine. */
#ifndef VF_VFIELD_NODE_CONFIG_H
#define VF_VFIELD_NODE_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "authority/key.h"
#include "lib/address.h"
#include "lib/options.h"
#include "vfield/core_pool.h"

#define NODE_RUN_DIR "/run/vfield"
#define NODE_CONFIG_FILE "/etc/vfield/vfield.conf"

/* Options of a command that talks to a running node.  The struct that the
 * command defines as OPT_SETTINGS has the fields config and run_dir.  `what`
 * ends the help text "the run directory of the node that ...". */
#define NODE_OPTIONS(what)                                                     \
	OPT("run-dir", 0, STRING, run_dir, "DIR",                              \
	    "the run directory of the node that " what),                       \
	    OPT("config", 0, STRING, config, "FILE", "configuration file")

enum node_mode { NODE_SERVE, NODE_JOIN };

/* The settings as the user has given them, or their defaults. */
struct node_settings {
	/* vfield serve: files; vfield join: names or ids */
	struct option_list images;
	struct option_list peers;
	struct option_list members;
	const char *config;
	const char *name;
	const char *listen;
	const char *advertise;
	const char *run_dir;
	const char *store_dir;
	const char *membership;
	const char *core;
	bool boot;
	struct option_list boot_options;
	bool agent;
	struct option_list agent_options;
	const char *cluster_key;
	const char *trust;
	const char *words;
	uint64_t member_port;
	uint64_t store; /* bytes, or OPTION_ALL */
	uint64_t copies;
	/* greatest read-ahead window, in chunks; 0: the router decides */
	uint64_t window;
	/* seconds until a read fails; 0: it waits for ever */
	uint64_t io_timeout;
	bool direct;
	bool no_fill;
	bool verbose;
	bool dry_run;
};

enum node_member {
	/* only a value of the option --membership; node_config_parse replaces
	 * it by one of the others */
	MEMBER_NONE,
	/* only a value of the option --membership; node_config_parse replaces
	 * it */
	MEMBER_AUTO,
	MEMBER_COROSYNC,
	MEMBER_SOLO,
};

/* The settings in force, after defaults were worked out. */
struct node_config {
	enum node_mode mode;
	struct node_settings set;
	struct address listen;    /* the address at which nbdkit listens */
	struct address advertise; /* the address that other nodes are told */
	enum node_member member;
	/* the addresses of --core; empty: the node runs no corosync */
	struct core_pool pool;
	/* this node's address in the pool, if in_pool */
	struct address pool_own;
	bool in_pool;
	/* this node is a satellite that becomes a core node if one is missing
	 */
	bool promotable;
	const char *cluster_key; /* path; NULL: the cluster is open */
	/* hexadecimal digits of the trusted key; "": no key is trusted */
	char trust[KEY_TEXT];
};

/* Parses argv and the configuration file into c.  If a setting is wrong, prints
 * what is wrong and ends the program, as options_parse does.  With --dry-run,
 * prints the settings in force and ends the program. */
void node_config_parse(enum node_mode mode, int argc, char **argv,
		       struct node_config *c);

/* Looks up the host names of peers and members.  Returns 0; -1: the log says
 * why. */
int node_config_resolve(struct node_config *c);

#endif

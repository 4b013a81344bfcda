/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* node_config: settings of `vfield serve` and `vfield join`, by options and by
 * the configuration file, and what they come to.
 */
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

/* Options of a command that talks to a node that runs.  OPT_SETTINGS is the
 * command's, and has config and run_dir. */
#define NODE_OPTIONS(what)                                                     \
	OPT("run-dir", 0, STRING, run_dir, "DIR",                              \
	    "the run directory of the node that " what),                       \
	    OPT("config", 0, STRING, config, "FILE", "configuration file")

enum node_mode { NODE_SERVE, NODE_JOIN };

/* Settings as typed; the texts are the options'. */
struct node_settings {
	struct option_list images; /* serve: files; join: names or ids */
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
	const char *tls_certificates;
	const char *tls_psk;
	const char *trust;
	const char *words;
	uint64_t member_port;
	uint64_t store; /* bytes, or OPTION_ALL */
	uint64_t copies;
	uint64_t window;     /* chunks; 0: the router's own */
	uint64_t io_timeout; /* seconds; 0: a read waits for ever */
	bool direct;
	bool no_fill;
	bool verbose;
	bool dry_run;
};

enum node_member {
	MEMBER_NONE, /* a satellite */
	/* chosen by what is there; only as typed, never in force */
	MEMBER_AUTO,
	MEMBER_COROSYNC,
	MEMBER_SOLO,
};

/* The settings as they are in force. */
struct node_config {
	enum node_mode mode;
	struct node_settings set;
	struct address listen;    /* nbdkit's */
	struct address advertise; /* the address that the others are told */
	enum node_member member;
	struct core_pool pool; /* empty: corosync is not run by the node */
	/* this node's address in the pool, if in_pool */
	struct address pool_own;
	bool in_pool;
	bool promotable; /* a satellite that becomes a core node if needed */
	char trust[KEY_TEXT]; /* digits; empty: no key is trusted */
};

/* Parses argv; says what is wrong and exits as options_parse does.  With
 * --dry-run it prints what is in force and exits 0. */
void node_config_parse(enum node_mode mode, int argc, char **argv,
		       struct node_config *c);

/* Looks up the peers, which may be host names, and what TLS wants.  -1: it has
 * been logged. */
int node_config_resolve(struct node_config *c);

#endif

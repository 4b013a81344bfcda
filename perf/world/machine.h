/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* machine: keeps the machines of the world, with their links, files and
 * processes.  Of the processes the router and, on core nodes, the member run
 * their real code; nbdkit with its plugin is a model (plugin.h).
 */
#ifndef VF_PERF_WORLD_MACHINE_H
#define VF_PERF_WORLD_MACHINE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "lib/address.h"
#include "membership/member.h"
#include "perf/sim/net.h"
#include "router/router.h"

#define MACHINES_MAX 1024
#define SEEDS_MAX 2

/* bytes of the path of a machine's file, with its NUL */
#define MACHINE_PATH 64

struct door;
struct fault;
struct file;
struct medium;
struct plugin;
struct turn;
struct world_supervisor;

struct machine {
	uint32_t number;
	char name[16];
	struct address address; /* where the machine's nbdkit listens */
	struct link up, down;
	bool on;
	bool core;       /* the machine has a member whenever it is on */
	bool promotable; /* the machine may become a core node later */
	struct loop *router_loop, *member_loop, *plugin_loop;
	struct router *router; /* the machine's router; NULL: it does not run */
	struct member *member;
	struct plugin *plugin;
	/* the machine's model of a boot service (turn.h); NULL: the machine
	 * runs no boot service */
	struct turn *turn;
	struct world_supervisor *supervisor;
	struct door *door;
	const struct manifest
	    *seeds[SEEDS_MAX]; /* images that the machine has as files */
	uint64_t budget; /* bytes that the machine's stores together may take */
	/* number of the machine whose node id this one has: its own number,
	 * except during the fault CLONE */
	uint32_t identity;
	int64_t day_s; /* seconds by which the machine's time of day is ahead */
	bool no_fill;
	bool stopped;  /* all processes of the machine are stopped (SIGSTOP) */
	bool no_group; /* corosync does not run on the machine */
	bool barren; /* nbdkit answers probes, and no other reads of an image */
	bool lies;   /* nbdkit answers with wrong bytes */
	bool hangs;  /* reads and writes of the machine's disk do not end */
	/* the machine's processes are ending as by SIGKILL: what they still do
	 * sends and writes nothing */
	bool mute;
	/* how many faults that make it unreliable (is_ill in fault.c) the
	 * machine has now */
	unsigned ills;
	int64_t since_ns; /* when the machine was last switched on or off */
	int64_t well_ns;  /* when the machine's last fault began or ended */
	const struct fault *fault;
	LIST_HEAD(, file) files;
	LIST_HEAD(, medium) media;
};

/* The settings that all machines have in common. */
struct world_net {
	double link; /* rate of each machine's link, bytes/s of payload */
	int64_t rtt_ns;
	/* additional delay of a packet on a busy link (perf/NOTES) */
	int64_t bloat_ns;
	bool unfair; /* flows get different shares of a link, as TCP's do */
	/* how many machines are core nodes in a group from the beginning; 0:
	 * machine 0 is the only core node, and in no group */
	uint32_t cores;
	/* when a core node is missing, another machine becomes one */
	bool promotes;
	bool boots; /* core nodes have a boot service */
};

void world_begin(const struct world_net *net);
uint32_t world_machines(void);
struct machine *world_machine(uint32_t number);

/* Makes another machine, which is switched off.  `seeds` is the image that the
 * machine has as a file, or NULL. */
struct machine *machine_new(const struct manifest *seeds);
/* Switches the machine on and starts its processes. */
void machine_boot(struct machine *m);
/* Switches the machine off as a power failure does; its files stay. */
void machine_die(struct machine *m);
/* Shuts the machine down: its processes end as on SIGTERM. */
void machine_quit(struct machine *m);
/* Starts a member on the machine, unless one runs. */
void machine_add_member(struct machine *m);
/* Gives the machine a second image as a file. */
void machine_add_image(struct machine *m, const struct manifest *image);
/* Kills the router (SIGKILL) and starts it again. */
void machine_restart_router(struct machine *m);
/* Stops all processes of the machine (SIGSTOP), or lets them go on;
 * machine_stop_router stops only the router. */
void machine_stop(struct machine *m, bool stopped);
void machine_stop_router(struct machine *m, bool stopped);
/* Makes the machine's nbdkit answer only probes, and no other reads of an image
 * (`barren` is true), or ends that. */
void machine_barren(struct machine *m, bool barren);
/* Makes reads and writes of the machine's disk hang (`hangs` is true), or ends
 * that. */
void machine_hang(struct machine *m, bool hangs);
/* Sets the rate of both links of the machine to `part` times the first rate. */
void machine_slow(struct machine *m, double part);
/* Cuts the way of packets from a to b (`cut` is true), or undoes one such cut.
 * Packets arrive again when all cuts are undone. */
void machine_set_cut(struct machine *a, struct machine *b, bool cut);

bool machine_on(const struct machine *m);
bool machine_cut(const struct machine *a, const struct machine *b);
/* Returns how long a packet takes from a to b. */
int64_t machine_delay_ns(const struct machine *a, const struct machine *b);
/* Returns the weight of a new flow (perf/sim/net.h). */
double machine_weight(void);
/* Returns true if machine m is on, has no fault that makes it unreliable, and
 * has the chunk with right bytes. */
bool machine_offers(const struct machine *m, const struct digest *image,
		    uint32_t chunk);
/* Returns the machine that has the address; NULL if no machine has it. */
struct machine *machine_at(const struct address *a);
/* Returns the machine to which the file at `path` belongs; NULL if no machine
 * has files there. */
struct machine *machine_of_path(const char *path);
/* Writes the path of the machine's file `name` to buf and returns buf. */
const char *machine_path(const struct machine *m, const char *name,
			 char buf[MACHINE_PATH]);
struct node_id machine_id(const struct machine *m);

/* Returns the bytes of the machine's file at `path` (files.c) and sets *len;
 * NULL if there is no such file. */
const uint8_t *machine_file(const struct machine *m, const char *path,
			    size_t *len);

#endif

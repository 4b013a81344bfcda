/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* machine: a machine of the world: its links, its files, and its processes,
 * which are a router as it is, a member as it is where there is one, and an
 * nbdkit with our plugin (plugin.h).
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

#define MACHINE_PATH 64 /* bytes of a path in a machine */

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
	struct address address; /* nbdkit's */
	struct link up, down;
	bool on;
	bool core;       /* has a member from the beginning */
	bool promotable; /* may become a core node */
	struct loop *router_loop, *member_loop, *plugin_loop;
	struct router *router; /* NULL: it does not run */
	struct member *member;
	struct plugin *plugin;
	struct turn *turn; /* a boot service's */
	struct world_supervisor *supervisor;
	struct door *door;
	const struct manifest
	    *seeds[SEEDS_MAX]; /* images that it has as files */
	uint64_t budget;       /* bytes its store may have */
	uint32_t identity;     /* the machine whose UUID it has */
	int64_t day_s;         /* the time of day is ahead by that */
	bool no_fill;
	bool stopped;  /* all its processes */
	bool no_group; /* corosync does not run there */
	bool barren;   /* nbdkit answers all but reads */
	bool lies;     /* nbdkit answers with wrong bytes */
	bool hangs;    /* reads and writes of its medium do not end */
	bool mute;     /* a process that ends says nothing and writes nothing */
	unsigned ills; /* faults that it has now */
	int64_t since_ns; /* when it was switched on, or off */
	int64_t well_ns;  /* when its last fault ended */
	const struct fault *fault;
	LIST_HEAD(, file) files;
	LIST_HEAD(, medium) media;
};

/* Settings that all machines have in common. */
struct world_net {
	double link; /* bytes/s */
	int64_t rtt_ns;
	int64_t bloat_ns; /* a packet's on a busy link: perf/NOTES */
	bool unfair;      /* shares differ, as TCP's do */
	/* Core nodes from the beginning, in a group; 0: the first machine is
	 * one, in none. */
	uint32_t cores;
	bool promotes; /* others become core nodes where one is missing */
	bool boots;    /* core nodes have a boot service */
};

void world_begin(const struct world_net *net);
uint32_t world_machines(void);
struct machine *world_machine(uint32_t number);

/* A machine that is off. */
struct machine *machine_new(const struct manifest *seeds);
/* The machine's processes start. */
void machine_boot(struct machine *m);
/* Power fails; files stay. */
void machine_die(struct machine *m);
/* All processes end as on SIGTERM. */
void machine_quit(struct machine *m);
/* A member starts where there was none. */
void machine_add_member(struct machine *m);
/* The machine has one more image as a file. */
void machine_add_image(struct machine *m, const struct manifest *image);
/* The router is killed and started again. */
void machine_restart_router(struct machine *m);
/* All its processes stop (SIGSTOP), or go on; or its router alone. */
void machine_stop(struct machine *m, bool stopped);
void machine_stop_router(struct machine *m, bool stopped);
/* nbdkit answers no read. */
void machine_barren(struct machine *m, bool barren);
/* Reads and writes of its medium do not end. */
void machine_hang(struct machine *m, bool hangs);
/* Links of the machine have that part of their first rate. */
void machine_slow(struct machine *m, double part);
/* The way from a to b. */
void machine_set_cut(struct machine *a, struct machine *b, bool cut);

bool machine_on(const struct machine *m);
bool machine_cut(const struct machine *a, const struct machine *b);
int64_t machine_delay_ns(const struct machine *a, const struct machine *b);
double machine_weight(void);
/* The image's chunk lies there and is right, and it has no fault. */
bool machine_offers(const struct machine *m, const struct digest *image,
		    uint32_t chunk);
/* NULL: no machine has it. */
struct machine *machine_at(const struct address *a);
/* The machine whose file that is. */
struct machine *machine_of_path(const char *path);
/* A file of the machine; returns buf. */
const char *machine_path(const struct machine *m, const char *name,
			 char buf[MACHINE_PATH]);
struct node_id machine_id(const struct machine *m);

/* The bytes of a file (files.c); NULL: there is none. */
const uint8_t *machine_file(const struct machine *m, const char *path,
			    size_t *len);

#endif

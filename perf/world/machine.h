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

struct door;
struct fault;
struct file;
struct medium;
struct plugin;

struct machine {
	uint32_t number;
	char name[16];
	struct address address; /* nbdkit's */
	struct link up, down;
	bool on;
	struct loop *router_loop, *member_loop, *plugin_loop;
	struct router *router; /* NULL: it does not run */
	struct member *member;
	struct plugin *plugin;
	struct door *door;
	const struct manifest *seeds; /* the image that it has as a file */
	uint64_t budget;              /* bytes its store may have */
	bool no_fill;
	bool barren;   /* nbdkit answers all but reads */
	bool lies;     /* nbdkit answers with wrong bytes */
	bool mute;     /* a process that ends says nothing and writes nothing */
	unsigned ills; /* faults that it has now */
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
};

void world_begin(const struct world_net *net);
uint32_t world_machines(void);
struct machine *world_machine(uint32_t number);

/* A machine that is off.  A core one has a member. */
struct machine *machine_new(const struct manifest *seeds, bool core);
/* The machine's processes start. */
void machine_boot(struct machine *m);
/* Power fails; files stay. */
void machine_die(struct machine *m);
/* The router is killed and started again. */
void machine_restart_router(struct machine *m);
/* All its processes stop (SIGSTOP), or go on; or its router alone. */
void machine_stop(struct machine *m, bool stopped);
void machine_stop_router(struct machine *m, bool stopped);
/* nbdkit answers no read. */
void machine_barren(struct machine *m, bool barren);
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

/* The bytes of a file (files.c); NULL: there is none. */
const uint8_t *machine_file(const struct machine *m, const char *path,
			    size_t *len);

#endif

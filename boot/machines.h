/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* machines: the machines that boot here, or have booted: the address and the
 * name of each, which stay the same, and how far it is.
 *
 * Pure state; files are opened elsewhere (files.c).  Times are seconds of the
 * wall clock, since they outlive the process.
 * Limits   MACHINES_MAX; beyond it the one that was not seen for longest is
 *          forgotten, unless the administrator's list names it.
 */
#ifndef VF_BOOT_MACHINES_H
#define VF_BOOT_MACHINES_H

#include <stddef.h>
#include <stdio.h>
#include <time.h>

#include "membership/wire/proto.h"
#include "boot/ip4.h"
#include "boot/name_pattern.h"

#define MACHINES_MAX 4096
#define MACHINE_LEASE_S (12 * 3600)
/* An address that was offered is kept for so long for who does not take it.
 * Chosen: a boot ROM takes it within 8 s (PXE 2.1, "Client Behavior"), and one
 * that asks again is offered another; who asks in a hundred names uses up a
 * range for no longer. */
#define MACHINE_UNTAKEN_S 10

/* Stages of a machine's boot:
 *
 *   NONE -> ROM -> KERNEL -> INITRD -> NETWORK -> JOINED -> UP
 *            ^                                      |        |
 *            |                                      '--------+--> GONE
 *            '---- from every stage: the ROM asks for an address
 *
 * Stages may be left out: not all of them are seen by each service. */
enum stage {
	STAGE_NONE,    /* has an address, has not asked for a kernel */
	STAGE_ROM,     /* the boot ROM, or what that has loaded, asked for an
			* address */
	STAGE_KERNEL,  /* the kernel is being fetched */
	STAGE_INITRD,  /* kernel and initramfs are there */
	STAGE_NETWORK, /* the initramfs has asked for an address */
	STAGE_JOINED,  /* a node of the cluster */
	STAGE_UP,      /* the system has been started */
	STAGE_GONE,    /* a node once, and none any more */
};

struct machine {
	uint8_t mac[MAC_SIZE];
	uint32_t ip; /* 0: not known */
	char name[HOST_NAME_MAX_TEXT];
	enum stage stage;
	time_t since; /* beginning of its stage */
	time_t began; /* start of its boot; 0: that was not seen */
	bool late;    /* takes much longer for its stage than others */
	time_t seen;
	bool leased;   /* the machine has taken the address */
	bool fixed;    /* named by the administrator's list */
	bool has_node; /* `node' is known, of this boot or an earlier one */
	bool here;     /* the node is of this boot, and lives */
	struct node_id node;
};

struct machines;

struct machines *machines_new(void);
void machines_free(struct machines *ms);

/* Find a machine by what is known of it; NULL: none.  A pointer is good until
 * the next machines_add. */
struct machine *machines_by_mac(struct machines *ms,
				const uint8_t mac[MAC_SIZE]);
struct machine *machines_by_ip(struct machines *ms, uint32_t ip);
struct machine *machines_by_name(struct machines *ms, const char *name);
/* The machine of that MAC, made if it was not known.  Never NULL. */
struct machine *machines_add(struct machines *ms, const uint8_t mac[MAC_SIZE],
			     time_t now);
/* The machine has the address now, and nobody else.  Without a name it gets
 * the pattern's of that number, or one like it that is free. */
void machines_settle(struct machines *ms, struct machine *m, uint32_t ip,
		     const char *pattern, uint32_t number);
/* An address from first to last of a machine that never took it, or whose lease
 * is over, but not of this one; 0: there is none.  Its name goes with it. */
uint32_t machines_reclaim(struct machines *ms, const struct machine *but,
			  uint32_t first, uint32_t last, time_t now);
void machines_stage(struct machine *m, enum stage stage, time_t now);

/* Machines in the order of machines_sort, by address. */
size_t machines_count(const struct machines *ms);
struct machine *machines_at(struct machines *ms, size_t i);
void machines_sort(struct machines *ms);

const char *stage_word(enum stage s);
/* The stage of a word.  -1, EINVAL: none has it. */
int stage_parse(const char *word, enum stage *s);

/* Lines "MAC ADDRESS NAME STAGE SINCE SEEN".  -1, EINVAL: *line is wrong. */
int machines_write(const struct machines *ms, FILE *to);
int machines_read(struct machines *ms, FILE *from, unsigned *line);
/* The administrator's list: lines "MAC NAME [ADDRESS]", '#' begins a comment.
 * -1: *line is wrong, and `why` says how. */
int machines_read_list(struct machines *ms, FILE *from, time_t now,
		       unsigned *line, const char **why);

#endif

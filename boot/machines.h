/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* machines: keeps a list of the machines that boot from this service or have
 * booted from it: the address and the name of each, which stay the same, and
 * the stage that its boot has reached.
 *
 * Pure state; files.c opens the files.  Times are seconds of the wall clock,
 * since they are kept from one run of the service to the next.
 * Limits   MACHINES_MAX machines; a further one replaces the machine that was
 *          last seen longest ago.  Machines in the administrator's list are
 *          not replaced. */
#ifndef VF_BOOT_MACHINES_H
#define VF_BOOT_MACHINES_H

#include <stddef.h>
#include <stdio.h>
#include <time.h>

#include "lib/ip4.h"
#include "membership/wire/proto.h"
#include "boot/name_pattern.h"

#define MACHINES_MAX 4096
#define MACHINE_LEASE_S (12 * 3600)
/* Seconds for which an address is kept for a machine to which it was offered
 * and that does not accept it; after that another machine may be offered it.
 * Arbitrary: longer than the 8 s that a boot ROM needs (PXE 2.1, "Client
 * Behavior"), but short, so that a host which pretends to be a hundred machines
 * does not use up the range for long. */
#define MACHINE_UNTAKEN_S 10
/* bytes of the last text from an installer, with the NUL */
#define MACHINE_SAID 64

/* Stages of a machine's boot:
 *
 *   NONE -> ROM -> KERNEL -> INITRD -> NETWORK -> JOINED -> UP
 *            ^                                      |        |
 *            |                                      '--------+--> GONE
 *            '---- from every stage: the ROM asks for an address
 *
 * A machine may seem to skip stages, since a service does not see all of
 * them. */
enum stage {
	/* Nothing of a boot was seen; the machine may have an address. */
	STAGE_NONE,
	/* The boot ROM, or a loader that it loaded, asked for an address. */
	STAGE_ROM,
	STAGE_KERNEL,  /* the machine fetches the kernel */
	STAGE_INITRD,  /* the machine has kernel and initramfs */
	STAGE_NETWORK, /* the initramfs has asked for an address */
	STAGE_JOINED,  /* the machine is a node of the cluster */
	STAGE_UP,      /* the machine's system has been started */
	STAGE_GONE,    /* the machine was a node, and is none now */
};

/* Arbitrary: an installation has a few steps in a minute, and a line for each
 * tenth of the longest. */
#define MACHINE_LINES 20

struct machine {
	uint8_t mac[MAC_SIZE];
	uint32_t ip; /* the machine's address; 0: not known */
	char name[HOST_NAME_MAX_TEXT];
	enum stage stage;
	time_t since; /* when the present stage began */
	/* when the machine's boot began; 0: no boot was seen, or it is over */
	time_t began;
	bool late; /* the stage takes much longer than for other machines */
	time_t seen;
	bool leased; /* the machine has accepted the address ip */
	bool fixed;  /* the administrator's list has the machine */
	/* the administrator's list has the machine start from its disk */
	bool from_disk;
	/* number of the last job (site/jobs.h) given to the machine; 0: none */
	uint64_t job;
	/* image that the machine boots by the administrator's list; its name
	 * may be ""; an id of zeros: the default image */
	struct digest image;
	char image_name[MANIFEST_NAME_MAX + 1];
	/* number of the last job that the machine says it has done; 0: none */
	uint64_t done;
	/* the last text from the machine's installer in this boot, such as
	 * "install 4/9 base 41%"; "": none */
	char said[MACHINE_SAID];
	time_t said_since;   /* when machines_say began to count */
	unsigned said_lines; /* how many texts have come since then */
	bool has_node;       /* `node` is set, by this boot or an earlier one */
	/* address that DHCP has given the machine in this boot, if the machine
	 * may get the cluster key by it (key_admit.h); 0: it may not */
	uint32_t key_ip;
	/* the key was refused in this boot, and the log says so */
	bool key_refused;
	bool here; /* `node` belongs to this boot, and is alive */
	struct node_id node;
};

struct machines;

struct machines *machines_new(void);
void machines_free(struct machines *ms);

/* Return the machine with that MAC, address or name; NULL: none.  The pointer
 * is valid until the next machines_add or machines_sort. */
struct machine *machines_by_mac(struct machines *ms,
				const uint8_t mac[MAC_SIZE]);
/* Keeps an address from all machines but those in the administrator's list, as
 * the address of a role; MACHINES_KEPT_MAX at most, more are ignored. */
#define MACHINES_KEPT_MAX 64
void machines_keep(struct machines *ms, uint32_t ip);
void machines_keep_none(struct machines *ms);
bool machines_keeps(const struct machines *ms, uint32_t ip);
struct machine *machines_by_ip(struct machines *ms, uint32_t ip);
struct machine *machines_by_name(struct machines *ms, const char *name);
/* Returns the machine with that MAC, which is added if it was not known, and
 * notes that the machine was seen at `now`.  Never returns NULL. */
struct machine *machines_add(struct machines *ms, const uint8_t mac[MAC_SIZE],
			     time_t now);
/* Gives m the address ip, and takes ip from any other machine.  If m has no
 * name, makes one from the pattern and `number`; if another machine has that
 * name, from another number. */
void machines_settle(struct machines *ms, struct machine *m, uint32_t ip,
		     const char *pattern, uint32_t number);
/* Takes an address between first and last from a machine that never accepted
 * the address, or whose lease is over, but not from the machine `but`.  That
 * machine loses its name, too.  Returns the address; 0: there is no such
 * machine. */
uint32_t machines_reclaim(struct machines *ms, const struct machine *but,
			  uint32_t first, uint32_t last, time_t now);
void machines_stage(struct machine *m, enum stage stage, time_t now);
/* Returns true if the machine is to start from its disk: if the administrator's
 * list says so, and the machine has no job to do before. */
bool machines_from_disk(const struct machine *m);
/* Sets m->said to a text from the machine's installer; bytes that are not
 * printable become '?', and what does not fit is cut off.  Returns true if the
 * text may be logged: of each machine MACHINE_LINES in a minute may. */
bool machines_say(struct machine *m, const char *text, time_t now);

/* machines_count returns the number of machines, machines_at the machine of
 * index i; machines_sort sorts the machines by address. */
size_t machines_count(const struct machines *ms);
struct machine *machines_at(struct machines *ms, size_t i);
void machines_sort(struct machines *ms);

const char *stage_word(enum stage s);
/* Sets *s to the stage for which stage_word returns `word`.  Returns 0, or -1
 * with errno EINVAL if no stage has that word. */
int stage_parse(const char *word, enum stage *s);

/* Write and read the machines as lines "MAC ADDRESS NAME STAGE SINCE SEEN
 * DONE". Return 0 or -1; machines_read fails with EINVAL if a line is
 * malformed, with its number in *line. */
int machines_write(const struct machines *ms, FILE *to);
int machines_read(struct machines *ms, FILE *from, unsigned *line);
/* Reads the administrator's list: lines "MAC NAME [ADDRESS] [disk]
 * [job=N] [image=[NAME@]ID]", '#' begins a comment.  Returns 0, or -1 if a line
 * is wrong: *line is its number, and *why says what is wrong. */
int machines_read_list(struct machines *ms, FILE *from, time_t now,
		       unsigned *line, const char **why);

#endif

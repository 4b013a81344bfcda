/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* stamp: a disk's own record of its installation.
 *
 * The stamp is a text in STAMP_BYTES at STAMP_OFFSET of the disk, the end of
 * the partition LAYOUT_BIOS, which no file system and no boot loader uses.  So
 * it outlives every mkfs, and tells after a power cut which job was at work and
 * which of its modules are done, and after a job that the job is done.
 *
 * A stamp is believed only if it is whole: its last line is "end".  Bytes of a
 * disk are hostile; every field is bounded and checked.
 */
#ifndef VF_INSTALLER_STAMP_H
#define VF_INSTALLER_STAMP_H

#include <stdbool.h>
#include <stdint.h>

#include "installer/layout.h"
#include "lib/digest.h"

#define STAMP_BYTES 4096
#define STAMP_OFFSET (LAYOUT_ALIGN + LAYOUT_BIOS_BYTES - STAMP_BYTES)
#define STAMP_WORD_MAX 63 /* bytes of a host's or a module's name */
#define STAMP_MODULES_MAX 40

struct stamp {
	struct digest site; /* the hash of the site's id */
	char host[STAMP_WORD_MAX + 1];
	uint64_t job; /* the job's number; 0: started by hand */
	/* number of the last installation that was done before this repair */
	uint64_t before;
	bool repair;   /* the job is a repair, not an installation */
	bool finished; /* all modules are done */
	char done[STAMP_MODULES_MAX][STAMP_WORD_MAX + 1];
	unsigned ndone;
};

/* Returns whether a text may be a host's or a module's name: letters, digits,
 * '-', '_' and '.', and no '-' or '.' first. */
bool stamp_word_ok(const char *text);
/* Reads the bytes of a stamp.  Returns 0, or -1 if they are none. */
int stamp_parse(const char bytes[STAMP_BYTES], struct stamp *s);
void stamp_format(const struct stamp *s, char bytes[STAMP_BYTES]);

/* Reads the stamp of the disk fd.  Returns 0, or -1 if there is none. */
int stamp_read(int fd, struct stamp *s);
/* Writes s to the disk fd, and waits until the disk has it.  Returns 0, or -1
 * and errno. */
int stamp_write(int fd, const struct stamp *s);

bool stamp_did(const struct stamp *s, const char *module);
/* Notes that a module is done, once. */
void stamp_add(struct stamp *s, const char *module);

#endif

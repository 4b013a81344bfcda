/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* stamp: reads and writes a disk's own record of its installation.
 *
 * The stamp is a text of STAMP_BYTES bytes at STAMP_OFFSET of the disk.  That
 * is the end of the partition LAYOUT_BIOS, which no file system and no boot
 * loader uses, so the stamp outlives every mkfs.  After a power cut it tells
 * which job was at work, and which modules of that job are done; after a job it
 * tells that the job is done.
 *
 * A stamp is believed only if it is complete: its last line is "end".  A disk's
 * bytes are hostile, so every field is bounded and checked. */
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
	/* in the stamp of a repair: number of the last installation done before
	 */
	uint64_t before;
	bool repair;   /* the job is a repair, not an installation */
	bool finished; /* all modules are done */
	char done[STAMP_MODULES_MAX][STAMP_WORD_MAX + 1];
	unsigned ndone;
};

/* Returns true if a text can be the name of a host or a module: it has letters,
 * digits, '-', '_' and '.', and does not begin with '-' or '.'. */
bool stamp_word_ok(const char *text);
/* Parses the bytes of a stamp into s.  Returns 0, or -1 if they are no stamp.
 */
int stamp_parse(const char bytes[STAMP_BYTES], struct stamp *s);
void stamp_format(const struct stamp *s, char bytes[STAMP_BYTES]);

/* Reads the stamp of the disk fd into s.  Returns 0, or -1 if there is none. */
int stamp_read(int fd, struct stamp *s);
/* Writes s to the disk fd, and waits until the disk has stored it.  Returns 0,
 * or -1 and errno. */
int stamp_write(int fd, const struct stamp *s);

bool stamp_did(const struct stamp *s, const char *module);
/* Adds a module to those that are done, unless it is among them. */
void stamp_add(struct stamp *s, const char *module);

#endif

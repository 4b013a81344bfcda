/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* ipxe_script: the script of a machine's iPXE: where kernel and initramfs are,
 * and the kernel's command line.
 *
 * Pure.  The files are those of the image that the command line names: a
 * server that has not got them (see offer.h) has no answer.  Servers are tried
 * one after the other, each for both files.  When all have failed it asks for
 * the script, and then for an address anew: who answers then is one that
 * lives.
 */
#ifndef VF_BOOT_IPXE_SCRIPT_H
#define VF_BOOT_IPXE_SCRIPT_H

#include <stddef.h>
#include <stdint.h>

#define SCRIPT_SERVERS_MAX 4
#define SCRIPT_PEERS_MAX 8
#define SCRIPT_LINE_MAX 2000 /* bytes; Linux takes 2047 */

struct script {
	const char *image; /* the image's id */
	const char *name;  /* the machine's; NULL: DHCP's */
	uint32_t peers[SCRIPT_PEERS_MAX];
	size_t npeers;
	uint32_t servers[SCRIPT_SERVERS_MAX]; /* have kernel and initramfs */
	size_t nservers;
	unsigned port;
	const char *append; /* NULL: nothing */
};

/* The script, malloc'ed.  NULL: ENOMEM; E2BIG: the kernel's command line would
 * be too long. */
char *script_text(const struct script *s);
/* The script for a machine that has not said its MAC: it asks again. */
char *script_who(uint32_t server, unsigned port);
/* pxelinux's configuration, which is the same for all machines. */
char *script_pxelinux(const struct script *s);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* ipxe_script: writes the script for a machine's iPXE, which says where kernel
 * and initramfs are and gives the kernel its command line.
 *
 * Pure.  The files' URLs have the id of the image that is named on the command
 * line, so a server without the files of that image (offer.h) answers with an
 * error.  The script tries one server after the other, each for both files.  If
 * all have failed the script asks each server for a new script.  If that fails,
 * too, it asks for an address by DHCP again, since a server that answers DHCP
 * is alive. */
#ifndef VF_BOOT_IPXE_SCRIPT_H
#define VF_BOOT_IPXE_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SCRIPT_SERVERS_MAX 4
#define SCRIPT_PEERS_MAX 8
/* most bytes of a kernel command line; Linux takes 2047 */
#define SCRIPT_LINE_MAX 2000

struct script {
	const char *image; /* the image's id, in hexadecimal */
	const char *name;  /* host name of the machine; NULL: set by DHCP */
	uint32_t peers[SCRIPT_PEERS_MAX];
	size_t npeers;
	/* addresses of the servers of kernel and initramfs */
	uint32_t servers[SCRIPT_SERVERS_MAX];
	size_t nservers;
	unsigned port;
	bool gives_key; /* the server that answers DHCP has the cluster key */
	/* the machine writes its disk in this boot, and so must not use it */
	bool writes_disk;
	const char *append; /* further words of the command line; NULL: none */
};

/* Returns the script, malloc'ed.  Returns NULL with errno ENOMEM, or E2BIG if
 * the kernel's command line would be too long. */
char *script_text(const struct script *s);
/* Returns a script, malloc'ed, for a machine whose request named no MAC: by
 * that script the machine asks the server again, with its MAC.  Returns NULL
 * with errno ENOMEM on failure. */
char *script_who(uint32_t server, unsigned port);
/* Returns a script, malloc'ed, by which a machine asks the server for a script
 * again after 3 s, since its image is not on this node yet.  Returns NULL with
 * errno ENOMEM on failure. */
char *script_wait(const char *name, uint32_t server, unsigned port);
/* Returns a script, malloc'ed, by which a machine leaves iPXE, so that its
 * firmware goes on with the next device, its disk.  iPXE ends with an error,
 * since UEFI starts no other boot option after one that has succeeded (UEFI
 * 2.10, 3.1.1).  Returns NULL with errno ENOMEM. */
char *script_disk(const char *name);
/* Returns pxelinux's configuration, malloc'ed, which is the same for all
 * machines.  Returns NULL with errno ENOMEM or E2BIG, as script_text does. */
char *script_pxelinux(const struct script *s);

#endif

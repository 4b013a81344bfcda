/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "mkimage/boot_config.h"

#include <stdio.h>
#include <stdlib.h>

#include "lib/cleanup.h"
#include "lib/log.h"

/* Formats of the two scripts, in which %1$s stands for the image's id and %2$s
 * for further words of the kernel's command line.  iPXE's ${next-server} is the
 * machine that answered the boot request, and the image is read from it.  With
 * IPAPPEND 2, pxelinux itself adds BOOTIF=, which names the card. */
static const char ipxe[] =
    "#!ipxe\n"
    "kernel vmlinuz initrd=initrd vfield.image=%1$s "
    "vfield.peer=${next-server} BOOTIF=01-${netX/mac:hexhyp} %2$s\n"
    "initrd initrd\n"
    "boot\n";
static const char pxelinux[] = "DEFAULT vfield\n"
			       "PROMPT 0\n"
			       "LABEL vfield\n"
			       "  KERNEL vmlinuz\n"
			       "  INITRD initrd\n"
			       "  APPEND vfield.image=%1$s %2$s\n"
			       "  IPAPPEND 2\n";

static int
write_one(const char *dir, const char *name, const char *format, const char *id,
	  const char *words)
{
	AUTO_FREE char *path = NULL;
	FILE *f;

	if (asprintf(&path, "%s/%s", dir, name) == -1)
		log_fatal("%s: %m", name);
	f = fopen(path, "we");
	if (f != NULL) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		fprintf(f, format, id, words);
#pragma GCC diagnostic pop
		if (fclose(f) == 0)
			return 0;
	}
	log_error("%s: %m", path);
	return -1;
}

int
boot_config_write(const char *dir, const char *id, const char *words)
{
	if (write_one(dir, "boot.ipxe", ipxe, id, words) == -1)
		return -1;
	return write_one(dir, "pxelinux.cfg", pxelinux, id, words);
}

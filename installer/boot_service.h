/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* boot_service: reports by HTTP (vfield-boot(8)) how far an installation is to
 * the boot service that has booted this machine.
 *
 * An installation does not depend on the service: each call takes
 * BOOT_SERVICE_MS milliseconds at most, and its failure is no error. */
#ifndef VF_INSTALLER_BOOT_SERVICE_H
#define VF_INSTALLER_BOOT_SERVICE_H

#include <stdbool.h>
#include <stdint.h>

#define BOOT_SERVICE_MS 1000

struct boot_service {
	/* has the service's address as the word vfield.boot= */
	const char *kernel_line;
	int64_t told_ns; /* when the service got the last text */
	char text[64];   /* the last text that the service got */
};

/* Sends the service a text, such as "install 4/9 base 41%".  Does nothing if
 * the text differs only in digits from one that was sent less than a second
 * ago. */
void boot_service_tell(struct boot_service *b, const char *text);
/* Reports that this machine has done the job of that number, and all before.
 * Returns true if the service has answered that the machine starts from its
 * disk from now on. */
bool boot_service_done(struct boot_service *b, uint64_t job);
/* Returns true if a boot service has booted this machine. */
bool boot_service_there(const struct boot_service *b);

#endif

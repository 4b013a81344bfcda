/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* boot_service: tells the boot service that has booted this machine how far an
 * installation is, by HTTP (vfield-boot(8)).
 *
 * Nothing depends on that it hears: each call takes BOOT_SERVICE_MS at most,
 * and its failure is no error.
 */
#ifndef VF_INSTALLER_BOOT_SERVICE_H
#define VF_INSTALLER_BOOT_SERVICE_H

#include <stdbool.h>
#include <stdint.h>

#define BOOT_SERVICE_MS 1000

struct boot_service {
	const char *kernel_line; /* names the service, as vfield.boot= */
	int64_t told_ns;         /* when it was told last */
	char text[64];           /* the text that was told last */
};

/* Tells the service a text, such as "install 4/9 base 41%".  What it was told
 * less than a second ago it is not told again with other digits. */
void boot_service_tell(struct boot_service *b, const char *text);
/* Tells it that this machine has done the job of that number, and all before.
 * Returns whether the service has answered that the machine starts from its
 * disk from now on. */
bool boot_service_done(struct boot_service *b, uint64_t job);
/* Returns whether a boot service has booted this machine. */
bool boot_service_there(const struct boot_service *b);

#endif

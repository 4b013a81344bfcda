/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* screen: tells how far the installer is: on stdout, and in a file of one line
 * for other programs, and to the boot service:
 *
 *   install 4/9 base 41%
 *   failed base: exit 1
 *   done install
 */
#ifndef VF_INSTALLER_SCREEN_H
#define VF_INSTALLER_SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "installer/boot_service.h"
#include "installer/run.h"

struct screen {
	const char *state;            /* path of the file */
	struct boot_service *service; /* is told, too */
	const char *mode;             /* "install" or "repair" */
	const char *module;
	size_t number, of; /* the module's place, from 1, and their number */
	int64_t began_ns;
	bool terminal; /* stdout is one */
	int percent;   /* the percentage told last; -1: none */
};

void screen_begin(struct screen *s, const char *module, size_t number);
void screen_percent(struct screen *s, int percent);
void screen_done(struct screen *s);
/* Tells that a module was done before the machine restarted. */
void screen_was_done(struct screen *s, const char *module, size_t number);
/* Tells of a failure; r may be NULL. */
void screen_failed(struct screen *s, const char *how,
		   const struct run_result *r, const char *log);
void screen_end(struct screen *s);

#endif

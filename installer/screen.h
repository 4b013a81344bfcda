/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* screen: reports how far the installer is: on stdout, in a file of one line
 * for other programs, and to the boot service.  The line in the file is one
 * such as
 *
 *   install 4/9 base 41%
 *   failed base: exit 1
 *   done install */
#ifndef VF_INSTALLER_SCREEN_H
#define VF_INSTALLER_SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "installer/boot_service.h"
#include "installer/run.h"

struct screen {
	const char *state; /* path of the file for other programs */
	/* the boot service that gets the reports */
	struct boot_service *service;
	const char *mode; /* "install" or "repair" */
	const char *module;
	/* the present module's number, from 1 on, and the number of modules */
	size_t number, of;
	int64_t began_ns;
	bool terminal; /* stdout is a terminal */
	int percent;   /* percentage that was reported last; -1: none */
};

void screen_begin(struct screen *s, const char *module, size_t number);
void screen_percent(struct screen *s, int percent);
void screen_done(struct screen *s);
/* Reports that the module was done before the machine restarted. */
void screen_was_done(struct screen *s, const char *module, size_t number);
/* Reports the failure of the present module, for the reason `how`; r: the
 * module's result, whose last lines are printed, or NULL; log: path of the log.
 */
void screen_failed(struct screen *s, const char *how,
		   const struct run_result *r, const char *log);
void screen_end(struct screen *s);

#endif

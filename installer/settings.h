/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* settings: the choices of an installation, by options, else by the site. */
#ifndef VF_INSTALLER_SETTINGS_H
#define VF_INSTALLER_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

/* A string that is NULL was not given. */
struct settings {
	const char *site, *host, *root_image, *disks, *device, *modules;
	const char *packages, *sources, *data, *append, *site_id, *run_dir,
	    *module_dir;
	uint64_t job, limit;
	bool wipe, dry_run, version;
	bool repair;
	bool from_disk; /* the site has this host start from its disk */
	const char *kernel_line; /* the kernel's command line; "": not known */
};

/* Reads the kernel's command line. */
void settings_kernel(struct settings *s);

/* Sets the host's name, if it was not given.  Returns 0, or -1 with the error
 * logged. */
int settings_host(struct settings *s);
/* Sets *mac to the card that the site gives the host; NULL: it gives none.
 * Returns 0, or -1 with the error logged: the site cannot be read. */
int settings_card(struct settings *s, const char **mac);
/* Fills in what was not given: from the site, or with what holds without one.
 * The strings live until the program ends.  Returns 0, or -1 with the error
 * logged. */
int settings_complete(struct settings *s);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* settings: reads the settings of an installation: those of options, and for
 * others the site's. */
#ifndef VF_INSTALLER_SETTINGS_H
#define VF_INSTALLER_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

/* The settings.  A string is NULL if no option gives it. */
struct settings {
	const char *site, *host, *root_image, *disks, *device, *modules;
	const char *packages, *sources, *data, *append, *site_id, *run_dir,
	    *module_dir;
	/* the image that the site gives this host; NULL: the default image */
	const char *image;
	/* the card by which the site knows this host; NULL: by none */
	const char *card;
	uint64_t job, limit;
	bool wipe, dry_run, version;
	bool repair;
	bool replica;            /* the site's `base` is "image" */
	bool from_disk;          /* the site has this host boot from its disk */
	const char *kernel_line; /* the kernel's command line; "": not known */
};

/* Reads the kernel's command line into s->kernel_line. */
void settings_kernel(struct settings *s);

/* Sets s->host to this machine's name, if no option gives it.  Returns 0, or -1
 * with the error logged. */
int settings_host(struct settings *s);
/* Sets *mac to the address of the card that the site gives the host s->host;
 * NULL: the site gives none.  Returns 0, or -1 with the error logged: the site
 * cannot be read. */
int settings_card(struct settings *s, const char **mac);
/* Sets the settings that no option gives: from the site, or to defaults if
 * there is no site.  The strings live until the program ends.  Returns 0, or -1
 * with the error logged. */
int settings_complete(struct settings *s);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* boot_host: makes the root of an image the system of one host, before its
 * first process: renders the files of the host's plugins, then runs their hooks
 * `boot`, in their order.
 *
 * The system of a host that runs already gets the files, too; but hooks `boot`
 * wait for its next boot, and hooks `change` of plugins that have changed are
 * run instead.
 *
 * A plugin that fails keeps no other from its turn.
 */
#ifndef VF_SITE_RUN_BOOT_HOST_H
#define VF_SITE_RUN_BOOT_HOST_H

#include "site/facts.h"
#include "site/run/report.h"

struct boot_job {
	struct shelf *shelf;
	struct facts *facts; /* facts of the host; the plugins are set here */
	const char *site;    /* path of the site's directory */
	const char *root;    /* path of the root of the host's system */
	unsigned seconds;    /* limit of time of each program of a plugin */
	bool live;           /* the system runs: hooks are `change` */
	struct json_object *past; /* the report before, or NULL */
};

/* Does it, and fills in the report. */
void boot_host(const struct boot_job *job, struct report *r);
/* Writes HOSTS_FILE into the system with that root: a line for each host of the
 * site, NAME ADDRESS MAC PLUGIN[,PLUGIN...], with '-' for what is not set.
 * Returns 0, or -1 and errno. */
int boot_host_list(const struct site *site, const char *root);
#define HOSTS_FILE "run/vfield/hosts"

#endif

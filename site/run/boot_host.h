/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* boot_host: makes the root of an image the system of one host, before the
 * system's first process: renders the files of the host's plugins, then runs
 * their hooks `boot`, in the order of the plugins.
 *
 * If the host's system runs already, it gets the files, too.  But its hooks
 * `boot` wait for its next boot; instead the hooks `change` of those plugins
 * are run that have changed.
 *
 * If a plugin fails, the others still do their part. */
#ifndef VF_SITE_RUN_BOOT_HOST_H
#define VF_SITE_RUN_BOOT_HOST_H

#include "site/facts.h"
#include "site/run/report.h"

/* status of a hook `change`, the rest of whose work waits for the next boot:
 * EX_TEMPFAIL of sysexits.h */
#define BOOT_HOST_LATER 75

struct boot_job {
	struct shelf *shelf;
	/* facts of the host; boot_host() sets their plugins while it runs */
	struct facts *facts;
	const char *site; /* path of the site's directory */
	const char *root; /* path of the root of the host's system */
	/* how many seconds each program of a plugin may take */
	unsigned seconds;
	/* true: the system runs, so the hooks are `change`, not `boot` */
	bool live;
	struct json_object *past; /* the previous report (past.h), or NULL */
};

/* Makes the system the host's, and fills in the report r. */
void boot_host(const struct boot_job *job, struct report *r);
/* Writes HOSTS_FILE into the system whose root is `root`: a line for each host
 * of the site, NAME ADDRESS MAC PLUGIN[,PLUGIN...], with '-' for what is not
 * set. Returns 0, or -1 and errno. */
int boot_host_list(const struct site *site, const char *root);
#define HOSTS_FILE "run/vfield/hosts"

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* agent_site: brings a site to the system of this machine: has the node fetch
 * the site's image, puts the site in the place of the one before, and has
 * vfield-plugin make the system the site's host.
 */
#ifndef VF_VFIELD_AGENT_SITE_H
#define VF_VFIELD_AGENT_SITE_H

#include "lib/digest.h"
#include "lib/options.h"

struct agent_site {
	const char *run_dir;    /* that of the node */
	const char *root;       /* path of the root of the system */
	const char *trust;      /* the trusted key, as text */
	const char *host, *mac; /* the machine's, for the site; NULL: what
				 * vfield-plugin has kept */
	const char *shipped; /* directory of plugins; NULL: those installed */
};

/* Returns whether the system is the host of that site, or has failed to be, as
 * vfield-plugin has noted. */
bool agent_site_is(const struct agent_site *a, const char *id);
/* Returns the report of the machine, as the node is to announce it
 * (membership/wire/proto_host.h), for free(); NULL: there is none yet. */
char *agent_site_report(const struct agent_site *a);
/* Does it, which may take minutes.  Returns 0; 1: some plugin failed, and the
 * others did their part, or the site has not this machine; -1: the log says
 * why, and the system is as it was. */
int agent_site_bring(const struct agent_site *a, const char *id);

#endif

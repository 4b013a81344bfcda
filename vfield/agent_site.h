/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* agent_site: makes the running system the host of another site: has the node
 * fetch the site's image, puts the unpacked site in the place of the one before
 * (/run/vfield/site), and runs vfield-plugin, which changes the system. */
#ifndef VF_VFIELD_AGENT_SITE_H
#define VF_VFIELD_AGENT_SITE_H

#include "lib/digest.h"
#include "lib/options.h"

/* Paths in the system's root: the site, the next site while it is brought, and
 * the notes of vfield-plugin. */
#define AGENT_SITE "run/vfield/site"
#define AGENT_SITE_FRESH AGENT_SITE ".fresh"
#define AGENT_NOTES "run/vfield/plugins"
/* exit status of vfield-plugin: the site has no host for this machine */
#define AGENT_NO_HOST 3

struct agent_site {
	const char *run_dir; /* the run directory of the node */
	const char *root;    /* path of the root directory of the system */
	const char *trust;   /* the trusted key, as text */
	/* the machine's name in the site, and its card's address; NULL: as
	 * vfield-plugin has noted them */
	const char *host, *mac;
	const char
	    *shipped; /* directory of shipped plugins; NULL: vfield's own */
};

/* Returns true if, by the notes of vfield-plugin, `id` is the image of the site
 * that it has applied to the system last, with or without success. */
bool agent_site_is(const struct agent_site *a, const char *id);
/* Returns the machine's report on its site and plugins in the form in which the
 * node announces it (membership/wire/proto_host.h), for free(); NULL:
 * vfield-plugin has noted nothing yet.  `bad` checks and roles count as plugins
 * that failed, and `said` is what is wrong with one of them. */
char *agent_site_report(const struct agent_site *a, unsigned bad,
			const char *said);
/* Puts the site whose image is `id` into the directory AGENT_SITE_FRESH, which
 * may take minutes.  Returns 0; -1: the log says why. */
int agent_site_fetch(const struct agent_site *a, const char *id);
/* Makes the system the host of the site that agent_site_fetch has fetched last,
 * whose image is `id`, which may take minutes.  Returns 0; 1: the site has no
 * host for this machine, or some plugins failed while the others did their
 * part; -1: vfield-plugin did not run, and the log says why. */
int agent_site_apply(const struct agent_site *a, const char *id);

#endif

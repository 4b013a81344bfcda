/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* dnsmasq: runs the program dnsmasq as a child process, and starts it again
 * when it dies.  The states are those of lib/child.h.
 *
 * The lines that dnsmasq prints are copied to our log, without those about its
 * ranges, the files that it reads and how it was compiled.
 */
#ifndef VF_BOOT_DNSMASQ_H
#define VF_BOOT_DNSMASQ_H

#include <sys/types.h>

#include "lib/loop.h"

#define DNSMASQ_GRACE_MS 2000 /* arbitrary: time to end before a kill */

struct dnsmasq;

struct dnsmasq_ops {
	/* Writes the files that dnsmasq reads; called before each start.  -1:
	 * dnsmasq cannot be started now, and the log says why. */
	int (*prepare)(void *ctx);
	/* Called after each start, when dnsmasq answers. */
	void (*ready)(void *ctx);
	/* Called when dnsmasq has ended and has never answered; it is not
	 * started again. */
	void (*failed)(void *ctx);
};

/* Prepares the child, without starting it; conf is the path of dnsmasq's
 * configuration.  NULL and errno, ENOENT if dnsmasq is not installed. */
struct dnsmasq *dnsmasq_new(struct loop *l, const char *conf,
			    const struct dnsmasq_ops *ops, void *ctx);
/* Kills dnsmasq, if it runs, and frees d. */
void dnsmasq_free(struct dnsmasq *d);

void dnsmasq_start(struct dnsmasq *d);
void dnsmasq_stop(struct dnsmasq *d);
/* Ends dnsmasq, if it runs, and starts it again, with files that `prepare`
 * writes anew. */
void dnsmasq_renew(struct dnsmasq *d);
/* Has dnsmasq, if it answers, read its list of hosts again. */
void dnsmasq_reload(struct dnsmasq *d);
bool dnsmasq_ready(const struct dnsmasq *d);
/* Takes note that the child process pid has ended, if that is dnsmasq's. */
void dnsmasq_reaped(struct dnsmasq *d, pid_t pid, int status);

#endif

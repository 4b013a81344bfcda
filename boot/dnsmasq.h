/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* dnsmasq: runs the program dnsmasq as a child process, and starts it again
 * when it dies.  The states of the child process are those of lib/child.h.
 *
 * The lines that dnsmasq prints are copied to this program's log, except those
 * about its ranges, the files that it reads and how it was compiled.
 */
#ifndef VF_BOOT_DNSMASQ_H
#define VF_BOOT_DNSMASQ_H

#include <sys/types.h>

#include "lib/loop.h"

/* Milliseconds after which dnsmasq is killed if it has been told to end, but
 * still runs.  Arbitrary. */
#define DNSMASQ_GRACE_MS 2000

struct dnsmasq;

struct dnsmasq_ops {
	/* Called before each start, to write the files that dnsmasq reads.
	 * Returns 0, or -1 if dnsmasq cannot be started now, after logging
	 * why. */
	int (*prepare)(void *ctx);
	/* Called after each start, when dnsmasq answers. */
	void (*ready)(void *ctx);
	/* Called when dnsmasq has ended before it ever answered; then dnsmasq
	 * is not started again. */
	void (*failed)(void *ctx);
};

/* Prepares the child, without starting it; conf is the path of dnsmasq's
 * configuration.  Returns NULL and sets errno on failure: ENOENT if dnsmasq is
 * not installed. */
struct dnsmasq *dnsmasq_new(struct loop *l, const char *conf,
			    const struct dnsmasq_ops *ops, void *ctx);
/* Kills dnsmasq, if it runs, and frees d. */
void dnsmasq_free(struct dnsmasq *d);

void dnsmasq_start(struct dnsmasq *d);
void dnsmasq_stop(struct dnsmasq *d);
/* Ends dnsmasq, if it runs, and starts it again; `prepare` writes its files
 * anew in between. */
void dnsmasq_renew(struct dnsmasq *d);
/* Has dnsmasq, if it answers, read its list of hosts again. */
void dnsmasq_reload(struct dnsmasq *d);
bool dnsmasq_ready(const struct dnsmasq *d);
/* If pid is the child of d, notes that it has ended with the wait status
 * `status`; else does nothing. */
void dnsmasq_reaped(struct dnsmasq *d, pid_t pid, int status);

#endif

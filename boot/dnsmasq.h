/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* dnsmasq: that program as a child, which is started again when it dies.
 *
 * What it says goes to our log, without the list of its ranges.
 */
#ifndef VF_BOOT_DNSMASQ_H
#define VF_BOOT_DNSMASQ_H

#include <sys/types.h>

#include "lib/loop.h"

#define DNSMASQ_GRACE_MS 2000

struct dnsmasq;

struct dnsmasq_ops {
	/* Before each start: its files are to be written.  -1: it cannot be
	 * started now, which has been said. */
	int (*prepare)(void *ctx);
	void (*ready)(void *ctx); /* it answers, after each start */
	/* It has ended before it ever answered. */
	void (*failed)(void *ctx);
};

/* NULL, errno; ENOENT: it is not installed. */
struct dnsmasq *dnsmasq_new(struct loop *l, const char *conf,
			    const struct dnsmasq_ops *ops, void *ctx);
/* Kills it. */
void dnsmasq_free(struct dnsmasq *d);

void dnsmasq_start(struct dnsmasq *d);
void dnsmasq_stop(struct dnsmasq *d);
/* If it runs: it is started anew, with what `prepare' writes then. */
void dnsmasq_renew(struct dnsmasq *d);
/* It reads its hosts again. */
void dnsmasq_reload(struct dnsmasq *d);
bool dnsmasq_ready(const struct dnsmasq *d);
/* A child of this process has ended. */
void dnsmasq_reaped(struct dnsmasq *d, pid_t pid, int status);

#endif

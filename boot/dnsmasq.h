/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* dnsmasq: that program as a child (lib/child.h), which is started again when
 * it dies.  Its states are that module's.
 *
 * Lines that dnsmasq writes go to our log, without the list of its ranges.
 */
#ifndef VF_BOOT_DNSMASQ_H
#define VF_BOOT_DNSMASQ_H

#include <sys/types.h>

#include "lib/loop.h"

#define DNSMASQ_GRACE_MS 2000 /* chosen */

struct dnsmasq;

struct dnsmasq_ops {
	/* Files are written before each start.  -1: dnsmasq cannot be started
	 * now, and the log says why. */
	int (*prepare)(void *ctx);
	void (*ready)(void *ctx); /* dnsmasq answers, after each start */
	/* dnsmasq has ended before it ever answered, and stays so. */
	void (*failed)(void *ctx);
};

/* NULL, errno; ENOENT: dnsmasq is not installed. */
struct dnsmasq *dnsmasq_new(struct loop *l, const char *conf,
			    const struct dnsmasq_ops *ops, void *ctx);
/* Kills dnsmasq. */
void dnsmasq_free(struct dnsmasq *d);

void dnsmasq_start(struct dnsmasq *d);
void dnsmasq_stop(struct dnsmasq *d);
/* A dnsmasq that runs is started anew, with what `prepare' writes then. */
void dnsmasq_renew(struct dnsmasq *d);
/* Has dnsmasq read its hosts again. */
void dnsmasq_reload(struct dnsmasq *d);
bool dnsmasq_ready(const struct dnsmasq *d);
/* Takes note of a child of this process that has ended. */
void dnsmasq_reaped(struct dnsmasq *d, pid_t pid, int status);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* limits: options of the administrator that bound what is fetched and kept.
 * They may change while the router runs, so a module that has a pointer to them
 * reads them anew each time. */
#ifndef VF_ROUTER_WANT_LIMITS_H
#define VF_ROUTER_WANT_LIMITS_H

#include <stdbool.h>
#include <stdint.h>

struct limits {
	/* bytes that the node's stores may take together */
	uint64_t budget;
	/* number of copies of each chunk that the nodes keep */
	uint64_t copies;
	uint64_t window;       /* chunks that are read ahead at most */
	uint64_t io_timeout_s; /* seconds until a read fails; 0: never */
	bool direct;           /* a seed is asked for every chunk */
	bool no_fill;          /* nothing is copied in the background */
};

#endif

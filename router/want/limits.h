/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* limits: the options by which the administrator bounds what is fetched and
 * kept.  They may change while the router runs, so modules have a pointer to
 * them, and read them each time. */
#ifndef VF_ROUTER_WANT_LIMITS_H
#define VF_ROUTER_WANT_LIMITS_H

#include <stdbool.h>
#include <stdint.h>

struct limits {
	/* bytes that the node's stores may take together */
	uint64_t budget;
	/* number of copies of each chunk that the nodes keep */
	uint64_t copies;
	uint64_t window; /* greatest read-ahead window, in chunks */
	/* seconds after which a read that waits fails; 0: it never fails */
	uint64_t io_timeout_s;
	bool direct;  /* true: every chunk is asked for from a seed */
	bool no_fill; /* true: nothing is copied in the background */
};

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* limits: the administrator's choices for those who want chunks.  They may
 * change while the router runs, so whoever is given them looks each time.
 */
#ifndef VF_ROUTER_WANT_LIMITS_H
#define VF_ROUTER_WANT_LIMITS_H

#include <stdbool.h>
#include <stdint.h>

struct limits {
	uint64_t budget;       /* bytes of all stores together */
	uint64_t copies;       /* the nodes keep so many of each chunk */
	uint64_t window;       /* chunks read ahead at most */
	uint64_t io_timeout_s; /* 0: a read waits for ever */
	bool direct;           /* everything is read from the seed */
	bool no_fill;          /* nothing is copied in the background */
};

#endif

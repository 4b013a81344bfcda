/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* nbd_backend: implements struct nbd_backend, by which the NBD server reaches
 * the router's images.  An export is an image found by its name; reads.c
 * answers the requests. */
#ifndef VF_ROUTER_WANT_NBD_BACKEND_H
#define VF_ROUTER_WANT_NBD_BACKEND_H

#include "router/nbd/nbd_server.h"

struct choice;
struct images;
struct loop;
struct reads;
struct replays;

/* The ctx of the functions that backend_functions returns. */
struct backend {
	struct images *images;
	struct choice *choice;
	struct reads *reads;
	struct replays *replays;
	struct loop *loop;
	int64_t began_ns; /* when the router started */
};

/* Returns the table of functions; their ctx is a struct backend. */
const struct nbd_backend *backend_functions(void);

#endif

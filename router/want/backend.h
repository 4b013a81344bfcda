/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* backend: what nbd_server asks of the router: the images under their names,
 * and reads.c for the rest.
 */
#ifndef VF_ROUTER_WANT_BACKEND_H
#define VF_ROUTER_WANT_BACKEND_H

#include "router/nbd/nbd_server.h"

/* Its ctx is the router. */
const struct nbd_backend *backend_of_router(void);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* small_export: reads a small export of a peer (a manifest, a view) once, as a
 * whole. */
#ifndef VF_ROUTER_PEER_SMALL_EXPORT_H
#define VF_ROUTER_PEER_SMALL_EXPORT_H

#include <stddef.h>
#include <stdint.h>

#include "lib/address.h"
#include "lib/loop.h"

struct small_export;

/* Begins to read the whole export, by TLS with a key of psk_file unless that is
 * NULL.  Calls done once, from the loop: with the bytes, which are valid until
 * done returns, or with NULL and an errno value.  EFBIG: the export has more
 * than `max` bytes, or none.  The returned struct is freed after that call.
 * Returns NULL on ENOMEM. */
struct small_export *small_export_fetch(
    struct loop *l, const struct address *a, const char *export,
    const char *psk_file, size_t max,
    void (*done)(void *ctx, const uint8_t *data, size_t len, int error),
    void *ctx);
/* Gives up a read for which done was not called yet, and frees it. */
void small_export_cancel(struct small_export *b);

#endif

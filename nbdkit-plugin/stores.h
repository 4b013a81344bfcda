/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* stores: the images that this nbdkit can serve, each attached once however
 * many connections use it.
 *
 * Either a node's store directory, looked into afresh for each new
 * connection, since the router adds images while we run; or one image file.
 *
 * Threads  all functions may be called from any thread; the lock inside is
 *          never held across I/O.
 * Errors   NULL or -1 and errno, as store_attach.
 */
#ifndef VF_NBDKIT_PLUGIN_STORES_H
#define VF_NBDKIT_PLUGIN_STORES_H

#include "lib/store.h"

struct stores;

struct stores *stores_of_dir(const char *dir);
/* Takes s over, and serves it under its name, its id and "". */
struct stores *stores_of_image(struct store *s);
void stores_free(struct stores *ss);

/* Finds a store by name, id or "".  Given back by stores_put. */
const struct store *stores_get(struct stores *ss, const char *name);
void stores_put(struct stores *ss, const struct store *s);

/* Lists the images as store_list does. */
int stores_list(struct stores *ss,
		int (*fn)(void *ctx, const char *name, const struct digest *id),
		void *ctx);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* stores: keeps the images that this nbdkit can serve.  Each image is attached
 * only once, however many connections use it.
 *
 * The images are either those in a node's store directory, or a single image in
 * an image file.  The store directory is searched for each new connection,
 * since the router adds images while nbdkit runs.
 *
 * Threads  all functions may be called from any thread; the lock inside is
 *          never held across I/O.
 * Errors   NULL or -1, and the errno values of store_attach (lib/store.h).
 */
#ifndef VF_NBDKIT_PLUGIN_STORES_H
#define VF_NBDKIT_PLUGIN_STORES_H

#include "lib/store.h"

struct stores;

struct stores *stores_of_dir(const char *dir);
/* Makes the stores that serve the single image s, under its name, its id and
 * "".  The stores own s from then on.  Returns NULL if there is no memory. */
struct stores *stores_of_image(struct store *s);
void stores_free(struct stores *ss);

/* Returns the store of the image that `name` means: a name, an id or "".  The
 * caller gives the store back by stores_put. */
const struct store *stores_get(struct stores *ss, const char *name);
void stores_put(struct stores *ss, const struct store *s);

/* Calls fn for each image, as store_list (lib/store.h) does. */
int stores_list(struct stores *ss,
		int (*fn)(void *ctx, const char *name, const struct digest *id),
		void *ctx);

#endif

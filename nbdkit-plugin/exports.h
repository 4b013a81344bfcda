/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* exports: finds and reads the exports that clients ask for by name.
 *
 *   X            the whole image X
 *   X/line       the whole image X, for the node that stands behind this one
 *                in the line (router/policy/line.h)
 *   X/held       the chunks of image X that this node holds; never waits
 *   X/manifest   the manifest of image X
 *   X/profile    the boot profile of image X; empty if there is none
 *   /view        the cluster as this node's router knows it
 *   /stats       counts of what was served (lib/served_counts.h), as JSON that
 *                blanks fill up to EXPORT_STATS_BYTES
 *
 * X is a name or id of an image, as in lib/image_name.h.
 *
 * Threads  an open export may be read by any number of threads at once.
 * Errors   -1 or NULL and errno:
 *          ENOENT   there is no such export (now)
 *          ENODATA  the chunk is not held here
 *          EBADMSG  the bytes here do not have the chunk's hash
 *          and the values that upstream.h names
 */
#ifndef VF_NBDKIT_PLUGIN_EXPORTS_H
#define VF_NBDKIT_PLUGIN_EXPORTS_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/manifest.h"
#include "lib/served_counts.h"
#include "nbdkit-plugin/stores.h"

#define EXPORT_STATS_BYTES 1024
/* most bytes of /view: 4096 nodes of 16 images each */
#define EXPORT_VIEW_MAX (8U << 20)

enum export_kind {
	EXPORT_WHOLE,
	EXPORT_LINE,
	EXPORT_HELD,
	EXPORT_MANIFEST,
	EXPORT_PROFILE,
	EXPORT_VIEW,
	EXPORT_STATS,
};

/* All that is needed to open exports: the plugin's parameters, and the
 * images. */
struct export_source {
	struct stores *stores;
	const char *dir; /* store directory; NULL: a single image is served */
	const char *router; /* path of the router's socket; NULL: no router */
	/* path of the single image's manifest; NULL: a node's store directory
	 * is served */
	const char *manifest_file;
	struct served *served;
	unsigned patience_s;
};

struct export;

/* Opens the export of that name, which may be any string.  Returns NULL and
 * sets errno on failure: ENOENT if the name means no export. */
struct export *export_open(const struct export_source *src, const char *name);
void export_close(struct export *e);

enum export_kind export_kind(const struct export *e);
bool export_is_whole(const struct export *e);
/* Returns who reads the export, judged by its name.  SERVED_CLIENTS: a plain
 * client, since the export is a whole image and the name has no full id.
 * SERVED_PEERS: a node, since only nodes use the other names. */
enum served_to export_asker(const struct export *e);
uint64_t export_size(const struct export *e);
/* Returns the manifest of the export's image; NULL for /view and /stats. */
const struct manifest *export_manifest(const struct export *e);

/* Reads `count` bytes from `offset` on into buf.  Returns 0, or -1 and sets
 * errno: EINVAL if the range is not in the export. */
int export_read(struct export *e, void *buf, uint32_t count, uint64_t offset);
/* Makes this node hold the chunks of a range; the export must be a whole image.
 * Returns 0, or -1 and sets errno. */
int export_cache(struct export *e, uint32_t count, uint64_t offset);
/* Sets *held to whether this node has the chunk at offset, be it verified or
 * not.  Returns for how many bytes, from offset on, that is the same. */
uint64_t export_extent(const struct export *e, uint64_t offset, bool *held);

#endif

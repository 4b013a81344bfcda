/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* exports: the meaning of the names that clients ask for, and how an export is
 * read.
 *
 *   X            the whole image
 *   X/line       the same, for the node that stands behind this one in the
 *                line (router/policy/line.h)
 *   X/held       what is held here of it: never waits
 *   X/manifest   its manifest
 *   X/profile    its boot profile, or nothing at all
 *   /view        the cluster as this node's router knows it
 *   /stats       what has been served, as JSON (served_counts.h):
 * EXPORT_STATS_BYTES, the rest blanks
 *
 * X is what image_name.h says.
 *
 * Threads  an open export may be read by any number of threads at once.
 * Errors   -1 or NULL and errno:
 *          ENOENT   no such export (now)
 *          ENODATA  not held here
 *          EBADMSG  the bytes here are not the image's
 *          and those of upstream.h
 */
#ifndef VF_NBDKIT_PLUGIN_EXPORTS_H
#define VF_NBDKIT_PLUGIN_EXPORTS_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/manifest.h"
#include "lib/served_counts.h"
#include "nbdkit-plugin/stores.h"

#define EXPORT_STATS_BYTES 1024
#define EXPORT_VIEW_MAX (8U << 20) /* bytes: 4096 nodes of 16 images each */

enum export_kind {
	EXPORT_WHOLE,
	EXPORT_LINE,
	EXPORT_HELD,
	EXPORT_MANIFEST,
	EXPORT_PROFILE,
	EXPORT_VIEW,
	EXPORT_STATS,
};

/* The places where exports come from. */
struct export_source {
	struct stores *stores;
	const char *dir;    /* the store of a node, or NULL */
	const char *router; /* the socket of a node's, or NULL */
	/* the manifest of a single image, or NULL */
	const char *manifest_file;
	struct served *served;
	unsigned patience_s;
};

struct export;

/* `name` is any string.  ENOENT: it names nothing. */
struct export *export_open(const struct export_source *src, const char *name);
void export_close(struct export *e);

enum export_kind export_kind(const struct export *e);
bool export_is_whole(const struct export *e);
/* The kind of client that asks for an export by such a name. */
enum served_to export_asker(const struct export *e);
uint64_t export_size(const struct export *e);
/* NULL for a view and for /stats. */
const struct manifest *export_manifest(const struct export *e);

/* Reads a range of the export; EINVAL: it is out of bounds. */
int export_read(struct export *e, void *buf, uint32_t count, uint64_t offset);
/* Have these bytes held here, of a whole image. */
int export_cache(struct export *e, uint32_t count, uint64_t offset);
/* The stretch that begins at offset and is held throughout, or not at all:
 * returns its length. */
uint64_t export_extent(const struct export *e, uint64_t offset, bool *held);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* export_names: the NBD exports of a node beside its images.
 *
 * An image's own export is its name, or its id in hex, and has all of its
 * bytes.  A suffix to that name or id names another export of the same image.
 * Peers of other versions know these names, so the names do not change.
 */
#ifndef VF_LIB_EXPORT_NAMES_H
#define VF_LIB_EXPORT_NAMES_H

/* The chunks that the serving node holds; a read of any other is an error. */
#define EXPORT_SUFFIX_HELD "/held"
/* The whole image, for the node that stands behind the serving one in the line.
 */
#define EXPORT_SUFFIX_LINE "/line"
#define EXPORT_SUFFIX_MANIFEST "/manifest"
#define EXPORT_SUFFIX_PROFILE "/profile"

/* Counts of what the node's nbdkit has served (served_counts.h), as JSON. */
#define EXPORT_NAME_STATS "/stats"
/* The nodes of the cluster and their images. */
#define EXPORT_NAME_VIEW "/view"

#endif

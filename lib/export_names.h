/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* export_names: the NBD exports of a node other than its images.
 *
 * An image's own export is named by the image's name, or its id in hex, and has
 * all bytes of the image.  A suffix to that name or id names another export of
 * the same image. Peers of other versions know these names, so the names do not
 * change.
 */
#ifndef VF_LIB_EXPORT_NAMES_H
#define VF_LIB_EXPORT_NAMES_H

/* The export of the chunks that the serving node holds; reading another chunk
 * is an error. */
#define EXPORT_SUFFIX_HELD "/held"
/* The export of the whole image for the node that stands behind the serving one
 * in the line. */
#define EXPORT_SUFFIX_LINE "/line"
#define EXPORT_SUFFIX_MANIFEST "/manifest"
#define EXPORT_SUFFIX_PROFILE "/profile"

/* The export with counts of what the node's nbdkit has served
 * (served_counts.h), as JSON. */
#define EXPORT_NAME_STATS "/stats"
/* The export that lists the nodes of the cluster and their images. */
#define EXPORT_NAME_VIEW "/view"

#endif

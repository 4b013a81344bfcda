/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* export_names: the NBD exports of a node beside its images.
 *
 * An image's own export is its name, or its id in hex, and has all of its
 * bytes.  A suffix behind that names another export of the same image.  Peers
 * of other versions know these names: they do not change.
 */
#ifndef VF_LIB_EXPORT_NAMES_H
#define VF_LIB_EXPORT_NAMES_H

/* Chunks that are held there; a read of any other is an error. */
#define EXPORT_SUFFIX_HELD "/held"
/* The whole image, for the node that stands next in the line. */
#define EXPORT_SUFFIX_LINE "/line"
#define EXPORT_SUFFIX_MANIFEST "/manifest"
#define EXPORT_SUFFIX_PROFILE "/profile"

/* The cluster's members and images; the one name that is no image's. */
#define EXPORT_NAME_STATS "/stats"
#define EXPORT_NAME_VIEW "/view"

#endif

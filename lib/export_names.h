/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* export_names: names the NBD exports that a node has beside its images.
 *
 * The export that has all bytes of an image is named by the image's name, or
 * its id in hexadecimal.  That name or id with a suffix names another export of
 * the same image.  These names must never change, since nodes of other versions
 * use them too.
 */
#ifndef VF_LIB_EXPORT_NAMES_H
#define VF_LIB_EXPORT_NAMES_H

/* The export of the chunks that the serving node holds; reading any other chunk
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

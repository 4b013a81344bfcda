/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* trust: reads or makes the administrator's key, and signs the first words with
 * it (authority/words.h): that the new image is the default one, and which site
 * is in force. */
#ifndef VF_MKIMAGE_TRUST_H
#define VF_MKIMAGE_TRUST_H

#include "authority/key.h"

/* Reads the key in the directory dir into k, or, if there is none, makes a key
 * there and logs that.  Returns 0, or -1 with the error logged. */
int trust_key(const char *dir, struct key_pair *k);
/* Writes the file dir/words, with words signed by k: that the image with this
 * id, in hexadecimal, is the default; and, unless these are "", that the site
 * and the list of jobs whose images have the ids `site` and `jobs` are in
 * force.  Returns 0, or -1 with the error logged. */
int trust_words(const char *dir, const char *id, const char *site,
		const char *jobs, const struct key_pair *k);

/* Checks that the file at `path` has a cluster key.  Returns 0, or -1 with the
 * error logged. */
int trust_check_cluster_key(const char *path);

#endif

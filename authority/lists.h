/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* lists: names the images of lists of jobs, and tells which of these lists a
 * newer one has superseded.
 *
 * The image of a list that the word with this subject and version names is
 * called SUBJECT-VERSION, such as jobs-1796089978.  So every node can tell that
 * a list is superseded, even if it has never heard the word that named it, and
 * need not remember any.
 *
 * Limits   A list that was given while the clock was not set has a version
 *          below LISTS_VERSION_MIN, and never counts as superseded. */
#ifndef VF_AUTHORITY_LISTS_H
#define VF_AUTHORITY_LISTS_H

#include <stdbool.h>
#include <stdint.h>

#include "authority/words.h"

#define LISTS_NAME_MAX (WORD_SUBJECT_MAX + 22) /* bytes, with the NUL */
/* An image counts as a list only with a version that is a time in seconds since
 * 2001, of ten digits, and with at most this many bytes: an image that somebody
 * calls jobs-2 is none. */
#define LISTS_VERSION_MIN 1000000000
#define LISTS_BYTES_MAX (4U << 20)

/* Writes the name of the list's image to `to`, and returns `to`. */
const char *lists_name(char to[LISTS_NAME_MAX], const char *subject,
		       uint64_t version);
/* Returns the version in the name of an image of a list on `subject`; 0: it is
 * no such name. */
uint64_t lists_version(const char *name, const char *subject);
/* Returns whether the image with this name, size in bytes and id is a list, and
 * a newer word than that which named it is in force. */
bool lists_superseded(const struct words *ws, const char *name, uint64_t size,
		      const struct digest *id);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* trust: the administrator's key, and the first word that it signs: that the
 * image which is made is the default.
 */
#ifndef VF_MKIMAGE_TRUST_H
#define VF_MKIMAGE_TRUST_H

#include "authority/key.h"

/* Reads the key in that directory, or makes one where there is none, and says
 * so.  -1: logged. */
int trust_key(const char *dir, struct key_pair *k);
/* DIR/words says that the image of that id, in hexadecimal, is the default. -1:
 * logged. */
int trust_word(const char *dir, const char *id, const struct key_pair *k);

#endif

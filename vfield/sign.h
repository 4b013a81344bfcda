/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* sign: a word is signed with the administrator's key and told to a node. */
#ifndef VF_VFIELD_SIGN_H
#define VF_VFIELD_SIGN_H

#include "authority/word.h"

#define SIGN_KEYS "/etc/vfield/keys"

/* Reads the key of --key (key_read says of what forms it may be).  -1: it has
 * been logged. */
int sign_key(const char *path, struct key_pair *k);
/* The word, its time set to now, in digits and signed, for free().  NULL: it
 * has been logged. */
char *sign_word(struct word *w, const struct key_pair *k);
/* Tells it to the node of that run directory.  -1: it has been logged. */
int sign_tell(const char *program, const char *run_dir, const char *digits);

#endif

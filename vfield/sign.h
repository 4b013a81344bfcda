/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* sign: signs a word with the administrator's key, and sends the word to a
 * node. */
#ifndef VF_VFIELD_SIGN_H
#define VF_VFIELD_SIGN_H

#include "authority/word.h"

#define SIGN_KEYS "/etc/vfield/keys"

/* Reads into k the private key at path, the value of --key; key_read describes
 * its forms.  Returns 0; on failure logs why and returns -1. */
int sign_key(const char *path, struct key_pair *k);
/* Logs why the key at path could not be read, by errno. */
void sign_no_key(const char *path);
/* Sets the time of w to now, and signs w with k.  Returns the signed word in
 * hexadecimal digits, for free().  NULL: the log says why. */
char *sign_word(struct word *w, const struct key_pair *k);
/* Sends a signed word to the node that runs in run_dir.  Returns 0; if the node
 * does not take the word, logs why and returns -1. */
int sign_tell(const char *program, const char *run_dir, const char *digits);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* key_cluster: implements `vfield key cluster`, which works on the file of the
 * cluster key.
 *
 * All functions return 0; on failure they log why and return -1.
 * key_cluster_new and key_cluster_add print on stderr what the user has to do
 * next. */
#ifndef VF_VFIELD_KEY_CLUSTER_H
#define VF_VFIELD_KEY_CLUSTER_H

#include "authority/cluster_key.h"

/* Makes `file` with a new key; fails if the file already exists. */
int key_cluster_new(const char *file);
/* Makes a second key, and adds it to the file after the first. */
int key_cluster_add(const char *file);
/* Removes the first of two keys from the file. */
int key_cluster_retire(const char *file);
/* Prints the keys in the file.  If `what` is "show", prints each key's
 * identity, and whether a node uses the key or only accepts it; if "psk", the
 * keys derived for NBD, in the form in which NBD clients want them. */
int key_cluster_print(const char *program, const char *file, const char *what);

#endif

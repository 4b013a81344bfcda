/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* key_cluster: implements `vfield key cluster`, which works on the cluster
 * key's file.
 *
 * All functions return 0; on failure they log why and return -1.  They say on
 * stderr what the user has to do next.
 */
#ifndef VF_VFIELD_KEY_CLUSTER_H
#define VF_VFIELD_KEY_CLUSTER_H

#include "authority/cluster_key.h"

/* Makes a file with a new key; fails if there is a file already. */
int key_cluster_new(const char *file);
/* Makes a second key, and adds it to the file after the first. */
int key_cluster_add(const char *file);
/* Removes the first of two keys from the file. */
int key_cluster_retire(const char *file);
/* Prints, for `what` "show", each key's identity and whether a node uses it or
 * only accepts it; for "psk", the keys derived for NBD, as clients' options
 * want them. */
int key_cluster_print(const char *program, const char *file, const char *what);

#endif

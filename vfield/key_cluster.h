/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* key_cluster: functions of `vfield key cluster`, for the cluster key's file.
 *
 * All functions return 0; or -1, and the log says why.  Messages that say what
 * is to be done next go to the standard error.
 */
#ifndef VF_VFIELD_KEY_CLUSTER_H
#define VF_VFIELD_KEY_CLUSTER_H

#include "authority/cluster_key.h"

/* Makes a key, where there is no file yet. */
int key_cluster_new(const char *file);
/* Makes a second key, behind the first. */
int key_cluster_add(const char *file);
/* Drops the first of two keys. */
int key_cluster_retire(const char *file);
/* Prints, for `what` "show", each key's identity and whether a node uses it or
 * only accepts it; for "psk", the keys derived for NBD, as clients' options
 * want them. */
int key_cluster_print(const char *program, const char *file, const char *what);

#endif

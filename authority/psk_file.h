/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* psk_file: reads a file of pre-shared keys, which are derived from the cluster
 * key (cluster_key.h).  A client tries them in the order of the file.
 *
 * The file is read anew for each connection, by GnuTLS's servers, too.  So if a
 * key is added or removed, that counts from the next connection on, and open
 * connections stay open.
 */
#ifndef VF_AUTHORITY_PSK_FILE_H
#define VF_AUTHORITY_PSK_FILE_H

#include <stddef.h>

#include "authority/cluster_key.h"

struct psk {
	char identity[CLUSTER_IDENTITY];
	struct cluster_key key;
};

/* Reads the keys in the file at path.  Returns how many there are, 1 to
 * CLUSTER_KEYS_MAX; 0: the file cannot be read, or has other lines. */
size_t psk_file_read(const char *path, struct psk to[CLUSTER_KEYS_MAX]);

#endif

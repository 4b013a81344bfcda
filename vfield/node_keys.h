/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* node_keys: the keys of a node's processes, derived from the cluster key.
 *
 * In the run directory there are, for root alone:
 *
 *   nbd.psk           keys for NBD between nodes
 *   member.psk        keys for vfield-member's TCP port
 *   corosync/authkey  the key of the corosync that --core runs
 *   gnutls.conf       which ciphers nbdkit and libnbd use; no secret
 *
 * They follow the file of the cluster key: who reads them reads them anew for
 * each connection (authority/psk_file.h).
 */
#ifndef VF_VFIELD_NODE_KEYS_H
#define VF_VFIELD_NODE_KEYS_H

#include <stdbool.h>

#define NODE_KEYS_NBD "nbd.psk"
#define NODE_KEYS_MEMBER "member.psk"

struct node_keys;

/* Reads the cluster key at path, the value of --cluster-key, and writes the
 * files into run_dir; has the children of this process use gnutls.conf.
 * Strings must live as long as the result.  Returns NULL, and the log says
 * why. */
struct node_keys *node_keys_new(const char *path, const char *run_dir);
/* Removes the files. */
void node_keys_free(struct node_keys *k);
/* Writes the files anew if the cluster key has changed; to be called every
 * second.  A key that cannot be read changes nothing; the log says so once. */
void node_keys_tick(struct node_keys *k);
/* Writes the key for corosync into dir.  Returns 0, or -1 and errno. */
int node_keys_corosync(const struct node_keys *k, const char *dir);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* node_keys: derives the keys of a node's processes from the cluster key, and
 * writes them to files.
 *
 * In the run directory there are these files; those with keys are for the
 * router, and for nbdkit's or the member's user:
 *
 *   nbd.psk           keys for NBD between nodes
 *   member.psk        keys for vfield-member's TCP port
 *   corosync/authkey  the key of the corosync that --core runs
 *   gnutls.conf       which ciphers nbdkit and libnbd use; no secret
 *
 * nbd.psk and member.psk are written anew when the cluster key's file changes;
 * the processes read them anew for each connection (authority/psk_file.h).
 */
#ifndef VF_VFIELD_NODE_KEYS_H
#define VF_VFIELD_NODE_KEYS_H

#include <stdbool.h>

#define NODE_KEYS_NBD "nbd.psk"
#define NODE_KEYS_MEMBER "member.psk"

struct node_keys;
struct run_as;

/* Reads the cluster key at path, the value of --cluster-key, and writes the
 * files into run_dir.  Sets an environment variable by which the children of
 * this process use gnutls.conf.  path and run_dir must live as long as the
 * result.  On failure logs why and returns NULL. */
struct node_keys *node_keys_new(const char *path, const char *run_dir);
/* Removes the files in the run directory, and frees k. */
void node_keys_free(struct node_keys *k);
/* Must be called every second: if the cluster key's file has changed, writes
 * the files anew.  If the key cannot be read, logs that once and leaves the
 * files as they are. */
void node_keys_tick(struct node_keys *k);
/* Lets the users of nbdkit and of the member read their files, and that of the
 * router both, now and each time that these are written anew; all must live as
 * long as k.  Returns 0; on failure logs why and returns -1. */
int node_keys_share(struct node_keys *k, const struct run_as *nbd,
		    const struct run_as *member, const struct run_as *router);
/* Writes the key for corosync into dir.  Returns 0, or -1 and errno. */
int node_keys_corosync(const struct node_keys *k, const char *dir);

#endif

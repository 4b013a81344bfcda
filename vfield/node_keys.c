/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/node_keys.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "authority/cluster_key.h"
#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/path_in.h"
#include "lib/run_as.h"
#include "lib/write_anew.h"

#define GNUTLS_CONF "gnutls.conf"
/* knet wants a key of 128 bytes at least (KNET_MIN_KEY_LEN). */
#define COROSYNC_KEY_BYTES 128

/* Configuration for GnuTLS.  By its own order of ciphers, GnuTLS would use
 * ChaCha20 with pre-shared keys, which takes twice the processor time
 * (perf/NOTES, "TLS").  Versions of TLS before 1.3 do not always have forward
 * secrecy. */
static const char ciphers[] = "[overrides]\n"
			      "tls-disabled-cipher = CHACHA20-POLY1305\n"
			      "tls-disabled-cipher = AES-256-GCM\n"
			      "tls-disabled-cipher = AES-256-CCM\n"
			      "tls-disabled-cipher = AES-128-CCM\n"
			      "disabled-version = TLS1.2\n"
			      "disabled-version = TLS1.1\n"
			      "disabled-version = TLS1.0\n";

struct node_keys {
	const char *path, *run_dir;
	/* users of nbdkit, of the member and of the router; NULL: not known
	 * yet */
	const struct run_as *nbd_user, *member_user, *router_user;
	/* status of the file at path when it was last read */
	struct stat seen;
	struct cluster_key first; /* the key that this node itself uses */
};

static void
complain(const char *path)
{
	if (errno == EPERM)
		log_error("%s: others can read the cluster key: chmod 400",
			  path);
	else if (errno == EINVAL)
		log_error("%s: not a cluster key: a line of 64 hexadecimal "
			  "digits, or two; see vfield-key(8)",
			  path);
	else
		log_error("cluster key %s: %m", path);
}

/* Returns who may read a file of keys: the router, and a user's group. */
static struct write_anew_as
readers(const struct node_keys *k, const struct run_as *u)
{
	const struct run_as *router = k->router_user;

	return (struct write_anew_as){
	    .mode = u != NULL && u->name != NULL ? 0640 : 0600,
	    .uid = router != NULL && router->name != NULL ? router->uid
							  : (uid_t)-1,
	    .gid = u != NULL && u->name != NULL ? u->gid : (gid_t)-1,
	};
}

static int
write_files(const struct node_keys *k, const struct cluster_keys *ks)
{
	AUTO_FREE char *nbd = path_in(k->run_dir, NODE_KEYS_NBD);
	AUTO_FREE char *member = path_in(k->run_dir, NODE_KEYS_MEMBER);
	const struct write_anew_as of_nbd = readers(k, k->nbd_user);
	const struct write_anew_as of_member = readers(k, k->member_user);

	if (cluster_keys_write_for(nbd, ks, CLUSTER_USE_NBD, &of_nbd) == 0 &&
	    cluster_keys_write_for(member, ks, CLUSTER_USE_MEMBER,
				   &of_member) == 0)
		return 0;
	log_error("%s: the keys cannot be written there: %m", k->run_dir);
	return -1;
}

/* Reads the cluster key and writes the files with the keys derived from it.
 * Returns 0; -1: the log says why. */
static int
follow(struct node_keys *k)
{
	struct cluster_keys ks;
	int ret;

	if (cluster_keys_read(k->path, &ks) == -1) {
		complain(k->path);
		return -1;
	}
	ret = write_files(k, &ks);
	k->first = ks.key[0];
	log_debug("cluster key %s: %zu in force", k->path, ks.n);
	explicit_bzero(&ks, sizeof ks);
	return ret;
}

struct node_keys *
node_keys_new(const char *path, const char *run_dir)
{
	AUTO_FREE char *conf = path_in(run_dir, GNUTLS_CONF);
	struct node_keys *k = calloc(1, sizeof *k);

	if (k == NULL)
		log_fatal("%m");
	k->path = path;
	k->run_dir = run_dir;
	if (stat(path, &k->seen) == -1) {
		complain(path);
		free(k);
		return NULL;
	}
	if (follow(k) == -1) {
		free(k);
		return NULL;
	}
	if (write_anew_bytes(conf, ciphers, strlen(ciphers), 0644) == -1)
		log_warn("%s: %m: TLS may take more processor time", conf);
	/* A value that the administrator has set stays in force. */
	setenv("GNUTLS_SYSTEM_PRIORITY_FILE", conf, 0);
	return k;
}

void
node_keys_free(struct node_keys *k)
{
	static const char *const names[] = {NODE_KEYS_NBD, NODE_KEYS_MEMBER,
					    GNUTLS_CONF};

	if (k == NULL)
		return;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		AUTO_FREE char *path = path_in(k->run_dir, names[i]);

		unlink(path);
	}
	explicit_bzero(k, sizeof *k);
	free(k);
}

void
node_keys_tick(struct node_keys *k)
{
	struct stat now;

	if (stat(k->path, &now) == -1 ||
	    (now.st_ino == k->seen.st_ino && now.st_size == k->seen.st_size &&
	     now.st_mtim.tv_sec == k->seen.st_mtim.tv_sec &&
	     now.st_mtim.tv_nsec == k->seen.st_mtim.tv_nsec))
		return;
	k->seen = now;
	if (follow(k) == 0)
		log_info("cluster key %s: read anew", k->path);
}

int
node_keys_share(struct node_keys *k, const struct run_as *nbd,
		const struct run_as *member, const struct run_as *router)
{
	k->nbd_user = nbd;
	k->member_user = member;
	k->router_user = router;
	return follow(k);
}

int
node_keys_corosync(const struct node_keys *k, const char *dir)
{
	AUTO_FREE char *path = path_in(dir, "authkey");
	uint8_t b[COROSYNC_KEY_BYTES];
	int ret;

	cluster_key_derive(&k->first, CLUSTER_USE_COROSYNC, b, sizeof b);
	ret = write_anew_bytes(path, b, sizeof b, 0400);
	explicit_bzero(b, sizeof b);
	return ret;
}

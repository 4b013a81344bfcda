/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/key_cluster.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/digest.h"
#include "lib/log.h"
#include "lib/stdout_flush.h"
#include "vfield/run_dir.h"

static int
read_keys(const char *file, struct cluster_keys *ks)
{
	if (cluster_keys_read(file, ks) == 0)
		return 0;
	if (errno == EINVAL)
		log_error("%s: not a cluster key", file);
	else if (errno == EPERM)
		log_error("%s: others can read this key: chmod 400", file);
	else
		log_error("%s: %m%s", file,
			  errno == ENOENT ? ": 'vfield key cluster' makes one"
					  : "");
	return -1;
}

static int
write_keys(const char *file, struct cluster_keys *ks)
{
	int ret = cluster_keys_write(file, ks);

	if (ret == -1)
		log_error("%s: %m", file);
	explicit_bzero(ks, sizeof *ks);
	return ret;
}

/* Makes the directory in which `file` is to be, and its parents. */
static void
make_place(const char *file)
{
	AUTO_FREE char *dir = strdup(file);
	char *slash = dir != NULL ? strrchr(dir, '/') : NULL;

	if (slash == NULL || slash == dir)
		return;
	*slash = '\0';
	(void)make_directories(dir, 0755);
}

int
key_cluster_new(const char *file)
{
	struct cluster_keys ks = {.n = 1};

	if (access(file, F_OK) == 0) {
		log_error("%s: there is a key already: 'vfield key cluster "
			  "--add' makes another, valid beside it",
			  file);
		return -1;
	}
	make_place(file);
	if (cluster_key_make(&ks.key[0]) == -1) {
		log_error("%m");
		return -1;
	}
	if (write_keys(file, &ks) == -1)
		return -1;
	fprintf(stderr,
		"vfield key cluster: %s: copy it to each machine, where nobody "
		"but root reads it; nodes that are started from now on let "
		"only those in who have it\n",
		file);
	return 0;
}

int
key_cluster_add(const char *file)
{
	struct cluster_keys ks;

	if (read_keys(file, &ks) == -1)
		return -1;
	if (ks.n == CLUSTER_KEYS_MAX) {
		log_error("%s: there are two keys: 'vfield key cluster "
			  "--retire' drops the older one",
			  file);
		return -1;
	}
	if (cluster_key_make(&ks.key[ks.n++]) == -1) {
		log_error("%m");
		return -1;
	}
	if (write_keys(file, &ks) == -1)
		return -1;
	fprintf(stderr,
		"vfield key cluster: %s has two keys: copy it to each machine; "
		"when all have it, 'vfield key cluster --retire' on each\n",
		file);
	return 0;
}

int
key_cluster_retire(const char *file)
{
	struct cluster_keys ks;

	if (read_keys(file, &ks) == -1)
		return -1;
	if (ks.n < 2) {
		log_error("%s: there is one key alone: 'vfield key cluster "
			  "--add' makes another",
			  file);
		return -1;
	}
	ks.key[0] = ks.key[1];
	ks.n = 1;
	return write_keys(file, &ks);
}

/* Prints IDENTITY:DIGITS for a key, where DIGITS are those of the key derived
 * from it for NBD. */
static void
print_psk(const struct cluster_key *k)
{
	char identity[CLUSTER_IDENTITY], hex[DIGEST_HEX];
	struct digest d;

	cluster_key_derive(k, CLUSTER_USE_NBD, d.b, sizeof d.b);
	printf("%s:%s\n", cluster_key_identity(k, identity),
	       digest_hex(&d, hex));
}

int
key_cluster_print(const char *program, const char *file, const char *what)
{
	char identity[CLUSTER_IDENTITY];
	struct cluster_keys ks;

	if (strcmp(what, "show") != 0 && strcmp(what, "psk") != 0) {
		log_error("%s: neither show nor psk", what);
		return -1;
	}
	if (read_keys(file, &ks) == -1)
		return -1;
	for (size_t i = 0; i < ks.n; i++)
		if (strcmp(what, "psk") == 0)
			print_psk(&ks.key[i]);
		else
			printf("%s %s\n",
			       cluster_key_identity(&ks.key[i], identity),
			       i == 0 ? "used" : "accepted");
	explicit_bzero(&ks, sizeof ks);
	return stdout_flush(program);
}

/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/core_pool.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <ifaddrs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/cleanup.h"

static const uint8_t v4_prefix[12] = {[10] = 0xff, [11] = 0xff};

static bool
same_ip(const struct address *a, const struct address *b)
{
	return memcmp(a->ip, b->ip, sizeof a->ip) == 0;
}

static int
add(struct core_pool *p, const struct address *a)
{
	if (core_pool_has(p, a))
		return 0;
	if (p->n == CORE_POOL_MAX) {
		errno = E2BIG;
		return -1;
	}
	p->at[p->n] = *a;
	p->at[p->n++].port = 0;
	return 0;
}

/* Sets *n to the IPv4 address a, in host order.  Returns false if `a` is no
 * IPv4 address. */
static bool
v4(const struct address *a, uint32_t *n)
{
	if (memcmp(a->ip, v4_prefix, sizeof v4_prefix) != 0)
		return false;
	memcpy(n, a->ip + 12, 4);
	*n = ntohl(*n);
	return true;
}

static int
add_range(struct core_pool *p, const struct address *from,
	  const struct address *to)
{
	struct address a = *from;
	uint32_t first, last;

	if (!v4(from, &first) || !v4(to, &last) || last < first) {
		errno = EINVAL;
		return -1;
	}
	if (last - first >= CORE_POOL_MAX) {
		errno = E2BIG;
		return -1;
	}
	for (uint32_t n = first; n - first <= last - first; n++) {
		uint32_t be = htonl(n);

		memcpy(a.ip + 12, &be, 4);
		if (add(p, &a) == -1)
			return -1;
	}
	return 0;
}

static int
add_word(struct core_pool *p, char *word)
{
	struct address from, to;
	char *dash = strchr(word, '-');

	if (dash != NULL)
		*dash++ = '\0';
	if (address_parse(word, PORT_NBD, &from) == -1 || address_any(&from) ||
	    from.port != PORT_NBD) {
		errno = EINVAL;
		return -1;
	}
	if (dash == NULL)
		return add(p, &from);
	if (address_parse(dash, PORT_NBD, &to) == -1)
		return -1;
	return add_range(p, &from, &to);
}

int
core_pool_parse(const char *text, struct core_pool *p)
{
	AUTO_FREE char *copy = strdup(text);
	char *rest = copy, *word;

	p->n = 0;
	if (copy == NULL)
		return -1;
	while ((word = strsep(&rest, ",")) != NULL)
		if (add_word(p, word) == -1)
			return -1;
	return 0;
}

bool
core_pool_has(const struct core_pool *p, const struct address *a)
{
	for (size_t i = 0; i < p->n; i++)
		if (same_ip(&p->at[i], a))
			return true;
	return false;
}

bool
core_pool_own(const struct core_pool *p, const struct address *a,
	      struct address *own)
{
	struct ifaddrs *all, *i;
	bool found = false;

	*own = *a;
	if (!address_any(a))
		return core_pool_has(p, a);
	if (getifaddrs(&all) == -1)
		return false;
	for (i = all; i != NULL && !found; i = i->ifa_next) {
		socklen_t len = sizeof(struct sockaddr_in);

		if (i->ifa_addr == NULL || (i->ifa_addr->sa_family != AF_INET &&
					    i->ifa_addr->sa_family != AF_INET6))
			continue;
		if (i->ifa_addr->sa_family == AF_INET6)
			len = sizeof(struct sockaddr_in6);
		found = address_from_sockaddr(i->ifa_addr, len, own) == 0 &&
			core_pool_has(p, own);
	}
	freeifaddrs(all);
	own->port = a->port;
	return found;
}

/* Writes corosync.conf to `to`.  The configuration asks for no quorum, so that
 * if the network falls apart, machines in each part go on reading.  The token's
 * timeout does not grow with the number of addresses (token_coefficient), since
 * most addresses of a pool may be unused. */
static void
write_configuration(const struct core_pool *p, const char *dir, bool keyed,
		    FILE *to)
{
	char text[ADDRESS_TEXT];
	struct address a;
	uint32_t number;

	fprintf(to, "totem {\n"
		    "\tversion: 2\n"
		    "\tcluster_name: vfield\n"
		    "\ttoken: 1000\n"
		    "\ttoken_coefficient: 0\n");
	if (keyed)
		fprintf(to,
			"\ttransport: knet\n"
			"\tcrypto_cipher: aes256\n"
			"\tcrypto_hash: sha256\n"
			"\tcrypto_model: openssl\n"
			"\tkeyfile: %s/authkey\n",
			dir);
	else
		fputs("\ttransport: udpu\n", to);
	fprintf(to,
		"}\n"
		"system {\n"
		"\tsched_rr: no\n"
		"\tmove_to_root_cgroup: no\n"
		"\tstate_dir: %s\n"
		"}\n"
		"logging {\n"
		"\tto_stderr: no\n"
		"\tto_syslog: no\n"
		"\tto_logfile: yes\n"
		"\tlogfile: %s/log\n"
		"\tlogfile_priority: warning\n"
		"}\n"
		"nodelist {\n",
		dir, dir);
	for (size_t i = 0; i < p->n; i++) {
		a = p->at[i];
		fprintf(to, "\tnode {\n\t\tring0_addr: %s\n",
			address_host(&a, text));
		/* corosync makes a nodeid by itself only for an IPv4 address,
		 * and not for knet */
		if (keyed || !v4(&a, &number))
			fprintf(to, "\t\tnodeid: %zu\n", i + 1);
		fprintf(to, "\t}\n");
	}
	fprintf(to, "}\n");
}

int
core_pool_configure(const struct core_pool *p, const char *dir, bool keyed)
{
	AUTO_FREE char *path = NULL;
	FILE *to;

	if (asprintf(&path, "%s/corosync.conf", dir) == -1)
		return -1;
	to = fopen(path, "we");
	if (to == NULL)
		return -1;
	write_configuration(p, dir, keyed, to);
	return fclose(to) == 0 ? 0 : -1;
}

void
core_pool_tidy(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *e;

	while (d != NULL && (e = readdir(d)) != NULL)
		if (strncmp(e->d_name, "fdata-", strlen("fdata-")) == 0)
			unlinkat(dirfd(d), e->d_name, 0);
	if (d != NULL)
		closedir(d);
}

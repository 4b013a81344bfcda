/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include <arpa/inet.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "vfield/setup.h"

/* how many addresses of the machines' range, the first ones, are in the pool of
 * --core; as many as on a boot medium (initramfs/cluster) */
#define POOL 15
/* with --proxy the range is unknown; the pool is the block of so many addresses
 * that this machine's address is in */
#define BLOCK 64

void
setup_print_hosts(FILE *to, const void *ctx)
{
	const struct setup *s = ctx;

	fprintf(to,
		"# The hosts of this room: vfield-site(8).  After a change:\n"
		"#   vfield site check\n"
		"#   vfield site publish\n"
		"# New machines get names in the order in which they are "
		"switched on:\n"
		"#   vfield host adopt @room\n"
		"[room]\n"
		"hosts = %s\n"
		"plugins = names, ssh\n",
		s->hosts);
}

static uint32_t
number(const char *address)
{
	struct in_addr a = {0};

	(void)inet_pton(AF_INET, address, &a);
	return ntohl(a.s_addr);
}

static const char *
text(uint32_t number, char to[SETUP_ADDRESS])
{
	struct in_addr a = {htonl(number)};

	return inet_ntop(AF_INET, &a, to, SETUP_ADDRESS);
}

/* Returns true if this machine can be a core node: if corosync is installed,
 * and none runs that V-FIELD has not started. */
static bool
core_possible(void)
{
	return access("/usr/sbin/corosync", X_OK) == 0 &&
	       access("/run/corosync.pid", F_OK) == -1;
}

/* Prints the pool of --core, the addresses whose machines may be core nodes;
 * this machine's address is one of them. */
static void
print_core(FILE *to, const struct setup *s)
{
	char from[SETUP_ADDRESS], until[SETUP_ADDRESS];
	uint32_t first, last;

	if (s->proxy) {
		first = number(s->own) / BLOCK * BLOCK;
		last = first + BLOCK - 1;
		first += (first & 255) == 0;
		last -= (last & 255) == 255;
	} else {
		first = number(s->first);
		last = first + POOL - 1;
		if (last > number(s->last))
			last = number(s->last);
		fprintf(to, "%s,", s->own);
	}
	fprintf(to, "%s-%s", text(first, from), text(last, until));
}

static void
print_serve(FILE *to, const struct setup *s)
{
	fprintf(to, "\n[serve]\nimage = %s\n",
		s->file != NULL ? s->file : "(the image that is made)");
	if (s->site_file != NULL)
		fprintf(to, "image = %s\n", s->site_file);
	if (s->words != NULL)
		fprintf(to, "words = %s\n", s->words);
	fputs("# signed words are kept over a restart\n"
	      "store-dir = /var/lib/vfield/store\n",
	      to);
	if (!core_possible())
		return;
	fputs("core = ", to);
	print_core(to, s);
	fputc('\n', to);
}

void
setup_print_config(FILE *to, const void *ctx)
{
	const struct setup *s = ctx;

	fprintf(to,
		"# Made by vfield setup; see vfield.conf(5).\n"
		"trust = %s\n",
		s->trust[0] != '\0' ? s->trust : "(the key that is made)");
	print_serve(to, s);
	fprintf(to,
		"\n[boot]\ninterface = %s\n"
		"append = vfield.trust=%s",
		s->card,
		s->trust[0] != '\0' ? s->trust : "(the key that is made)");
	if (core_possible()) {
		fputs(" vfield.core=", to);
		print_core(to, s);
	}
	fputc('\n', to);
	if (s->proxy)
		fputs("proxy = yes\n", to);
}

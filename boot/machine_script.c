/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "boot/machine_script.h"

#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "boot/files.h"
#include "boot/progress.h"
#include "boot/ipxe_script.h"
#include "boot/own_images.h"

static int
fill_script(struct boot *b, const struct offer *offer, struct script *s,
	    char hex[DIGEST_HEX])
{
	const struct proto_image *image = offer_image(offer);

	*s = (struct script){.port = b->config.set.http_port,
			     .gives_key = b->config.set.admit != NULL,
			     .append = b->config.set.append};
	if (image == NULL)
		return -1;
	s->image = digest_hex(&image->id, hex);
	s->npeers = cluster_peers(b->cluster, s->peers, SCRIPT_PEERS_MAX);
	s->nservers = cluster_boots(b->cluster, s->servers, SCRIPT_SERVERS_MAX);
	return 0;
}

/* Rotates the array v of n addresses by `by` places, so that different machines
 * begin with different servers. */
static void
rotate(uint32_t *v, size_t n, size_t by)
{
	for (; n > 1 && by > 0; by--) {
		uint32_t first = v[0];

		memmove(v, v + 1, (n - 1) * sizeof *v);
		v[n - 1] = first;
	}
}

char *
machine_script(struct boot *b, const struct http_client *who)
{
	struct machine *m = progress_machine(b, who);
	bool waits;
	const struct offer *offer = own_images_offer(b, m, &waits);
	char hex[DIGEST_HEX], *text;
	struct script s;

	if (fill_script(b, offer, &s, hex) == -1)
		return NULL;
	if (m != NULL && machines_from_disk(m)) {
		progress_disk(b, m);
		return script_disk(m->name);
	}
	if (m == NULL && !who->has_mac)
		return script_who(b->config.card.address, s.port);
	if (waits)
		return script_wait(m->name, b->config.card.address, s.port);
	if (m != NULL) {
		/* a machine that has done its job was sent to its disk above */
		s.writes_disk = m->from_disk;
		s.name = m->name[0] != '\0' ? m->name : NULL;
		rotate(s.servers, s.nservers,
		       s.nservers > 0 ? m->ip % s.nservers : 0);
	}
	text = script_text(&s);
	if (text == NULL)
		log_error("the kernel's command line: %m; see --append");
	return text;
}

void
machine_script_pxelinux(struct boot *b)
{
	AUTO_FREE char *text = NULL;
	char hex[DIGEST_HEX];
	struct script s;

	if (fill_script(b, b->offer, &s, hex) == -1)
		return;
	text = script_pxelinux(&s);
	if (text != NULL)
		files_pxelinux(b, text);
}

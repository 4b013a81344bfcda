/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/boot_machines.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <json-c/json.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/path_in.h"
#include "vfield/control.h"

static int
by_address(const void *va, const void *vb)
{
	const struct boot_machine *a = va, *b = vb;

	return (a->ip > b->ip) - (a->ip < b->ip);
}

static void
add(struct boot_machine *to, struct json_object *o)
{
	struct in_addr a;

	strcpy(to->mac, control_string(o, "mac"));
	to->seen = control_number(o, "seen");
	if (inet_pton(AF_INET, control_string(o, "address"), &a) == 1)
		to->ip = ntohl(a.s_addr);
}

struct boot_machine *
boot_machines_unknown(const char *run_dir, const struct site *s, size_t *n)
{
	AUTO_FREE char *dir = path_in(run_dir, "boot");
	AUTO_FREE char *path = path_in(dir, "machines.json");
	struct json_object *all, *list;
	struct boot_machine *v;
	size_t count;

	*n = 0;
	if (access(path, R_OK) == -1) {
		log_error("%s: %s", path,
			  errno == ENOENT ? "no boot service runs here"
					  : strerror(errno));
		return NULL;
	}
	v = calloc(BOOT_MACHINES_MAX, sizeof *v);
	all = json_object_from_file(path);
	list = control_array(all, "machines", &count);
	for (size_t i = 0; v != NULL && i < count && *n < BOOT_MACHINES_MAX;
	     i++) {
		struct json_object *o = json_object_array_get_idx(list, i);
		const char *mac = control_string(o, "mac");

		if (strlen(mac) == BOOT_MAC_TEXT - 1 &&
		    site_host_with_card(s, mac) == NULL)
			add(&v[(*n)++], o);
	}
	json_object_put(all);
	if (v != NULL)
		qsort(v, *n, sizeof *v, by_address);
	return v;
}

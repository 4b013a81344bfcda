/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "mkimage/disk_part.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/cleanup.h"

/* Types of partitions whose file systems cannot be read directly, each with a
 * phrase for a message that says why and gives advice. */
static const struct {
	const char *type, *why;
} closed[] = {
    {"LVM2_member",
     "an LVM physical volume, which is not looked into: "
     "activate it (vgchange -ay) and give the logical volume, /dev/VG/LV"},
    {"crypto_LUKS", "encrypted, which is not looked into: open it (cryptsetup "
		    "open --readonly) and give /dev/mapper/NAME"},
    {"linux_raid_member",
     "a part of a RAID, which is not looked into: assemble it (mdadm "
     "--assemble --readonly) and give /dev/mdN"},
};

struct parts *
parts_open(const char *file)
{
	struct parts *p = calloc(1, sizeof *p);

	if (p == NULL || disk_read(file, &p->disk) == -1) {
		free(p);
		return NULL;
	}
	p->file = file;
	return p;
}

void
parts_close(struct parts *p)
{
	for (unsigned i = 0; p != NULL && i < p->disk.n; i++)
		if (p->devices[i].fd > 0)
			close(p->devices[i].fd);
	free(p);
}

int
parts_mount(struct parts *p, unsigned n, const char *subvolume, const char *at)
{
	const struct part *part = &p->disk.parts[n];

	if (p->devices[n].fd <= 0)
		p->devices[n].fd = view_device(p->file, part->offset,
					       part->size, p->devices[n].name);
	if (p->devices[n].fd == -1)
		return -1;
	return view_mount(p->devices[n].name, part->type, subvolume, at);
}

const char *
part_closed(const struct part *p)
{
	for (size_t i = 0; i < sizeof closed / sizeof *closed; i++)
		if (strcmp(p->type, closed[i].type) == 0)
			return closed[i].why;
	return NULL;
}

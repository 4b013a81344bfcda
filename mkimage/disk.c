/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "mkimage/disk.h"

#include <blkid/blkid.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/cleanup.h"

/* Bytes of the unit in which libblkid counts, whatever sectors the disk has. */
#define SECTOR 512

static void
look_up(blkid_probe probe, const char *name, char *to, size_t size)
{
	const char *value;

	if (blkid_probe_lookup_value(probe, name, &value, NULL) == 0)
		snprintf(to, size, "%s", value);
}

static void
read_superblock(int fd, struct part *p)
{
	blkid_probe probe = blkid_new_probe();

	if (probe == NULL)
		return;
	if (blkid_probe_set_device(probe, fd, p->offset, p->size) == 0 &&
	    blkid_probe_enable_superblocks(probe, 1) == 0 &&
	    blkid_do_safeprobe(probe) == 0) {
		look_up(probe, "TYPE", p->type, sizeof p->type);
		look_up(probe, "UUID", p->uuid, sizeof p->uuid);
		look_up(probe, "LABEL", p->label, sizeof p->label);
	}
	blkid_free_probe(probe);
}

static void
add_part(struct disk *d, blkid_partition from, uint64_t disk_size)
{
	struct part *p = &d->parts[d->n];
	uint64_t start = blkid_partition_get_start(from);
	uint64_t length = blkid_partition_get_size(from);
	const char *uuid = blkid_partition_get_uuid(from);
	const char *label = blkid_partition_get_name(from);

	if (d->n == DISK_PARTS_MAX || start == 0 || length == 0 ||
	    start >= disk_size / SECTOR ||
	    length > disk_size / SECTOR - start ||
	    blkid_partition_is_extended(from))
		return;
	*p = (struct part){.number = blkid_partition_get_partno(from),
			   .offset = start * SECTOR,
			   .size = length * SECTOR};
	if (uuid != NULL)
		snprintf(p->partuuid, sizeof p->partuuid, "%s", uuid);
	if (label != NULL)
		snprintf(p->partlabel, sizeof p->partlabel, "%s", label);
	d->n++;
}

static int
read_table(int fd, uint64_t size, struct disk *d)
{
	blkid_probe probe = blkid_new_probe();
	blkid_partlist list;

	if (probe == NULL)
		return -1;
	if (blkid_probe_set_device(probe, fd, 0, size) == 0 &&
	    blkid_probe_enable_superblocks(probe, 0) == 0 &&
	    blkid_probe_enable_partitions(probe, 1) == 0 &&
	    (list = blkid_probe_get_partitions(probe)) != NULL)
		for (int i = 0; i < blkid_partlist_numof_partitions(list); i++)
			add_part(d, blkid_partlist_get_partition(list, i),
				 size);
	blkid_free_probe(probe);
	return 0;
}

int
disk_read(const char *file, struct disk *d)
{
	AUTO_CLOSE int fd = open(file, O_RDONLY | O_CLOEXEC);
	off_t size;

	memset(d, 0, sizeof *d);
	if (fd == -1 || (size = lseek(fd, 0, SEEK_END)) == -1)
		return -1;
	if (read_table(fd, size, d) == -1)
		return -1;
	if (d->n == 0) {
		d->parts[0].size = size;
		d->n = 1;
	}
	for (unsigned i = 0; i < d->n; i++)
		read_superblock(fd, &d->parts[i]);
	if (d->n == 1 && d->parts[0].number == 0 && d->parts[0].type[0] == '\0')
		d->n = 0;
	return 0;
}

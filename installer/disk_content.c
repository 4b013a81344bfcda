/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "installer/disk_content.h"

#include <blkid/blkid.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "lib/cleanup.h"

/* Bytes of the unit in which libblkid counts, whatever sectors the disk has. */
#define SECTOR 512
/* How many samples of a disk that may be blank are looked at, and the bytes of
 * each.  Arbitrary: the first MiB and the last are read as a whole, and the
 * first sample shows that a disk has random bytes. */
#define SAMPLES 64
#define SAMPLE_BYTES 4096
#define GUID_BYTES 16
#define GUID_RANDOM 6

/* --- GUIDs --- */

struct digest
disk_site(const char *id)
{
	return digest_of(id, strlen(id));
}

/* Computes all bytes of a GUID after the first GUID_RANDOM from those and
 * `site`. */
static void
derive(const struct digest *site, uint8_t guid[GUID_BYTES])
{
	static const char context[] = "V-FIELD disk";
	uint8_t text[sizeof context + DIGEST_SIZE + GUID_RANDOM];
	struct digest d;

	memcpy(text, context, sizeof context);
	memcpy(text + sizeof context, site->b, DIGEST_SIZE);
	memcpy(text + sizeof context + DIGEST_SIZE, guid, GUID_RANDOM);
	d = digest_of(text, sizeof text);
	memcpy(guid + GUID_RANDOM, d.b, GUID_BYTES - GUID_RANDOM);
	/* RFC 9562, version 8 and its variant */
	guid[6] = (guid[6] & 0x0f) | 0x80;
	guid[8] = (guid[8] & 0x3f) | 0x80;
}

static void
guid_text(const uint8_t b[GUID_BYTES], char to[DISK_GUID])
{
	snprintf(to, DISK_GUID,
		 "%02X%02X%02X%02X-%02X%02X-%02X%02X-%02X%02X-"
		 "%02X%02X%02X%02X%02X%02X",
		 b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9],
		 b[10], b[11], b[12], b[13], b[14], b[15]);
}

int
disk_guid(const struct digest *site, char guid[DISK_GUID])
{
	uint8_t b[GUID_BYTES];

	if (getrandom(b, GUID_RANDOM, 0) != GUID_RANDOM)
		return -1;
	derive(site, b);
	guid_text(b, guid);
	return 0;
}

bool
disk_guid_ours(const struct digest *site, const char *guid)
{
	uint8_t b[GUID_BYTES] = {0};
	char want[DISK_GUID];

	if (sscanf(guid, "%2hhx%2hhx%2hhx%2hhx-%2hhx%2hhx-", &b[0], &b[1],
		   &b[2], &b[3], &b[4], &b[5]) != GUID_RANDOM)
		return false;
	derive(site, b);
	guid_text(b, want);
	return strcasecmp(want, guid) == 0;
}

/* --- what is on a disk --- */

static void
say(struct disk_found *d, const char *what, const char *name)
{
	snprintf(d->what, sizeof d->what, *name != '\0' ? "%s '%s'" : "%s",
		 what, name);
	for (char *p = d->what; *p != '\0'; p++)
		if (!isprint((unsigned char)*p))
			*p = '?';
}

static const char *
value_of(blkid_probe probe, const char *name)
{
	const char *value = "";

	return blkid_probe_lookup_value(probe, name, &value, NULL) == 0 ? value
									: "";
}

static bool
all_same(const uint8_t *b, size_t n)
{
	return (b[0] == 0 || b[0] == 0xff) && memcmp(b, b + 1, n - 1) == 0;
}

static bool
empty_at(int fd, uint64_t at, const struct disk_found *d)
{
	uint8_t b[SAMPLE_BYTES];

	if (at == STAMP_OFFSET && d->stamped)
		return true;
	return pread(fd, b, sizeof b, (off_t)at) == sizeof b &&
	       all_same(b, sizeof b);
}

static bool
is_empty(int fd, const struct disk_found *d)
{
	uint64_t blocks = d->size / SAMPLE_BYTES;
	uint64_t edge = LAYOUT_ALIGN / SAMPLE_BYTES;

	if (blocks < 2 * edge)
		return false;
	for (uint64_t i = 0; i < edge; i++)
		if (!empty_at(fd, i * SAMPLE_BYTES, d) ||
		    !empty_at(fd, (blocks - 1 - i) * SAMPLE_BYTES, d))
			return false;
	for (uint64_t i = 1; i < SAMPLES; i++)
		if (!empty_at(fd, blocks / SAMPLES * i * SAMPLE_BYTES, d))
			return false;
	return true;
}

static void
look_empty(int fd, struct disk_found *d)
{
	if (is_empty(fd, d)) {
		d->verdict = DISK_BLANK;
		say(d, "blank", "");
	} else {
		say(d, "bytes of an unknown kind", "");
	}
}

/* Adds a partition to d->table.  Returns false if its name is none of ours. */
static bool
add_part(blkid_partition from, struct disk_found *d)
{
	struct layout_part *p = &d->table.parts[d->table.n];
	const char *name = blkid_partition_get_name(from);
	size_t prefix = strlen(LAYOUT_PREFIX);

	if (name == NULL || strncmp(name, LAYOUT_PREFIX, prefix) != 0 ||
	    strlen(name + prefix) > LAYOUT_NAME_MAX ||
	    d->table.n == LAYOUT_PARTS_MAX) {
		say(d, "a partition that is not ours",
		    name != NULL ? name : "");
		return false;
	}
	strcpy(p->name, name + prefix);
	p->start = (uint64_t)blkid_partition_get_start(from) * SECTOR;
	p->size = (uint64_t)blkid_partition_get_size(from) * SECTOR;
	d->table.n++;
	return true;
}

static bool
parts_ours(blkid_partlist list, struct disk_found *d)
{
	int n = blkid_partlist_numof_partitions(list);

	for (int i = 0; i < n; i++)
		if (!add_part(blkid_partlist_get_partition(list, i), d))
			return false;
	return n > 0;
}

static void
look_table(blkid_partlist list, const struct digest *site, struct disk_found *d)
{
	blkid_parttable table = blkid_partlist_get_table(list);
	const char *type = table != NULL ? blkid_parttable_get_type(table) : "";
	const char *guid = table != NULL ? blkid_parttable_get_id(table) : NULL;

	say(d, "a partition table", type);
	if (strcmp(type, "gpt") != 0 || guid == NULL ||
	    !disk_guid_ours(site, guid) || !parts_ours(list, d))
		return;
	if (!d->stamped) {
		say(d, "our table, but not our stamp", "");
		return;
	}
	d->verdict = DISK_OURS;
	say(d, "installed as", d->stamp.host);
}

static void
look_probe(blkid_probe probe, int fd, const struct digest *site,
	   struct disk_found *d)
{
	int result = blkid_do_safeprobe(probe);
	const char *type = value_of(probe, "TYPE");
	blkid_partlist list;

	if (result == -1) {
		d->verdict = DISK_UNREADABLE;
		say(d, "it cannot be read", "");
	} else if (result == 1) {
		look_empty(fd, d);
	} else if (result != 0) {
		say(d, "signatures of several kinds", "");
	} else if (*type != '\0') {
		say(d, type, value_of(probe, "LABEL"));
	} else if ((list = blkid_probe_get_partitions(probe)) != NULL) {
		look_table(list, site, d);
	} else {
		say(d, "something", value_of(probe, "PTTYPE"));
	}
}

void
disk_look(int fd, uint64_t size, const struct digest *site,
	  struct disk_found *d)
{
	blkid_probe probe = blkid_new_probe();

	*d = (struct disk_found){.verdict = DISK_FOREIGN, .size = size};
	d->stamped = stamp_read(fd, &d->stamp) == 0 &&
		     digest_equal(&d->stamp.site, site);
	if (probe == NULL ||
	    blkid_probe_set_device(probe, fd, 0, (blkid_loff_t)size) != 0) {
		d->verdict = DISK_UNREADABLE;
		say(d, "it cannot be read", "");
	} else {
		blkid_probe_enable_superblocks(probe, 1);
		blkid_probe_set_superblocks_flags(
		    probe, BLKID_SUBLKS_TYPE | BLKID_SUBLKS_LABEL);
		blkid_probe_enable_partitions(probe, 1);
		look_probe(probe, fd, site, d);
	}
	if (probe != NULL)
		blkid_free_probe(probe);
}

bool
disk_has_table(const struct disk_found *d, const struct layout *l)
{
	if (d->verdict != DISK_OURS || d->table.n != l->n)
		return false;
	for (size_t i = 0; i < l->n; i++) {
		const struct layout_part *a = &d->table.parts[i];
		const struct layout_part *b = &l->parts[i];

		if (strcmp(a->name, b->name) != 0 || a->start != b->start ||
		    a->size != b->size)
			return false;
	}
	return true;
}

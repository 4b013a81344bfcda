/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "mkimage/contents.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/manifest.h"
#include "lib/boot_profile.h"

/* Always makes the same manifest from the same image and name, since the UUID
 * in the manifest is made from these two. */
int
contents_manifest(const char *image, const char *name, const char *path,
		  char id[DIGEST_HEX])
{
	AUTO_CLOSE int fd = open(image, O_RDONLY | O_CLOEXEC);
	struct manifest *m = NULL;
	int result;

	if (fd != -1)
		m = manifest_create(fd, name, MANIFEST_CHUNK_DEFAULT, NULL);
	if (m == NULL) {
		log_error("%s: %m", image);
		return -1;
	}
	result = manifest_save(m, path);
	if (result == -1)
		log_error("%s: %m", path);
	else
		digest_hex(&m->id, id);
	manifest_free(m);
	return result;
}

/* Allows as many chunks as any image can have, since this image does not exist
 * yet and the number of its chunks is unknown. */
int
contents_check_profile(const char *profile)
{
	AUTO_FREE struct profile *p = NULL;
	const char *why;

	p = profile_load(profile, MANIFEST_CHUNKS_MAX, &why);
	if (p == NULL)
		log_error("%s: %s", profile, why);
	return p != NULL ? 0 : -1;
}

/* Copies the recorded profile, and puts the id of the new image into the copy:
 * even a profile that was recorded from an earlier image is better than
 * none. */
int
contents_profile(const char *recorded, const char *manifest, const char *path)
{
	AUTO_FREE struct profile *p = NULL;
	AUTO_FREE char *text = NULL;
	AUTO_FCLOSE FILE *f = NULL;
	struct manifest *m;
	const char *why;
	size_t len;

	m = manifest_load(manifest, &why);
	if (m != NULL)
		p = profile_load(recorded, m->nchunks, &why);
	if (p == NULL) {
		log_error("%s: %s", recorded, why);
		manifest_free(m);
		return -1;
	}
	p->image = m->id;
	manifest_free(m);
	text = profile_text(p, &len);
	f = fopen(path, "we");
	if (text != NULL && f != NULL && fwrite(text, len, 1, f) == 1 &&
	    fflush(f) == 0)
		return 0;
	log_error("%s: %m", path);
	return -1;
}

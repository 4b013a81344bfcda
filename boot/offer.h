/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* offer: which image machines are told to boot, and its kernel and initramfs.
 *
 * The image that is to be the default is offered once its files are here;
 * until then, and for ever if it has none, the one before is.  So nobody gets
 * the kernel of one image and the id of another: each image has a directory
 *
 *   DIR/ID/vmlinuz, DIR/ID/initrd
 *
 * which is whole from the moment when it is there, and stays for some minutes
 * after another image has taken its place, since a machine may be in the
 * middle of it.  DIR/default is a link to the one that is offered.
 *
 * The files are those in the image (extract.h, by a child process); those of
 * --files for an image that has none.
 */
#ifndef VF_BOOT_OFFER_H
#define VF_BOOT_OFFER_H

#include <sys/types.h>

#include "lib/loop.h"
#include "membership/wire/proto.h"

/* Times are chosen: a boot from the slowest of links takes some minutes. */
#define OFFER_KEEP_MS 600000 /* the files of the image before stay so long */
#define OFFER_AGAIN_MS 5000  /* pause after a failure */
#define OFFER_TRIES 3        /* failures before --files will do */
#define OFFER_TEXT 320

struct offer;

struct offer_settings {
	const char *run_dir;
	const char *dir;   /* served by TFTP and HTTP */
	const char *files; /* --files; NULL: not given */
};

/* `changed' is called when another image is offered, and its files are there;
 * or when it is known why none is.  Arguments must live as long as the offer.
 * NULL, errno. */
struct offer *offer_new(struct loop *l, const struct offer_settings *s,
			void (*changed)(void *ctx), void *ctx);
void offer_free(struct offer *o);

/* Wants this image, the default, to be offered. */
void offer_want(struct offer *o, const struct proto_image *image);
/* A child of this process has ended. */
void offer_reaped(struct offer *o, pid_t pid, int status);

/* The image that is offered; NULL: none yet. */
const struct proto_image *offer_image(const struct offer *o);
/* Whether the offered image's files are those of --files. */
bool offer_by_files(const struct offer *o);
/* The default image, if another one is offered; else NULL. */
const struct proto_image *offer_wanted(const struct offer *o);
/* The reason why the default image is not offered. */
const char *offer_why(const struct offer *o);

#endif

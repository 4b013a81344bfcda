/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* offer: decides which image machines are told to boot (the offered image), and
 * keeps its kernel and initramfs.
 *
 * The default image is offered once its kernel and initramfs are on this node.
 * Until then, or for ever if the default image has none, the image that was
 * offered before stays offered.  Each image has a directory of its own, so that
 * no machine gets the kernel of one image and the id of another:
 *
 *   DIR/ID/vmlinuz, DIR/ID/initrd
 *
 * A directory appears only when it is complete.  It stays for some minutes
 * after another image is offered, since a machine may still be fetching from
 * it.  DIR/default is a link to the directory of the image that the offer of
 * the default image offers.
 *
 * There is one offer for the default image, and one for each other image that
 * the site gives to hosts (own_images.h).
 *
 * A child process has the files copied out of the image (rights.h, extract.h).
 * If the image has none, they are links to the files in the directory of
 * --files.
 */
#ifndef VF_BOOT_OFFER_H
#define VF_BOOT_OFFER_H

#include <sys/types.h>

#include "lib/loop.h"
#include "membership/wire/proto.h"

/* The times are arbitrary: a boot over the slowest of links takes some
 * minutes. */
/* milliseconds for which the files of the image that was offered before are
 * kept */
#define OFFER_KEEP_MS 600000
/* milliseconds between two attempts to extract the files */
#define OFFER_AGAIN_MS 5000
/* failed attempts after which the files of --files are used */
#define OFFER_TRIES 3
#define OFFER_TEXT 320

struct offer;
struct rights;

struct offer_settings {
	const struct rights *rights;
	const char *dir;   /* the directory that TFTP and HTTP serve */
	const char *files; /* the directory of --files; NULL: not given */
	/* the offer's number, which no other offer has; 0: it is that of the
	 * default image */
	unsigned number;
	/* Returns true if another offer needs the directory of the image `id`.
	 * NULL: there is no other offer. */
	bool (*keeps)(void *ctx, const struct digest *id);
	void *ctx;
};

/* Makes an offer, which has no image yet.  `changed` is called when another
 * image is offered, and when offer_why has a new reason why the default image
 * is not offered.  The strings of s must outlive the offer.  Returns NULL and
 * sets errno on failure. */
struct offer *offer_new(struct loop *l, const struct offer_settings *s,
			void (*changed)(void *ctx), void *ctx);
void offer_free(struct offer *o);

/* Has `image` offered once its kernel and initramfs are on this node.  The
 * offer of the default image is told the default image. */
void offer_want(struct offer *o, const struct proto_image *image);
/* Ends the offer of the wanted image, whose kernel is looked for as at the
 * beginning. */
void offer_drop(struct offer *o);
/* If pid is the child of o, notes that it has ended with the wait status
 * `status`; else does nothing. */
void offer_reaped(struct offer *o, pid_t pid, int status);

/* Returns the offered image; NULL: none yet. */
const struct proto_image *offer_image(const struct offer *o);
/* Returns true if machines boot the offered image with the kernel and initramfs
 * in the directory of --files. */
bool offer_by_files(const struct offer *o);
/* Returns the default image if that is not the offered one; else NULL. */
const struct proto_image *offer_wanted(const struct offer *o);
/* Returns a text that says why the default image is not offered. */
const char *offer_why(const struct offer *o);
/* Returns true if no image is offered yet, but one may be soon: the search for
 * its kernel goes on, and has not failed OFFER_TRIES times. */
bool offer_waits(const struct offer *o);
/* Returns true if o offers the image now, offered it before, or is to offer it.
 */
bool offer_has(const struct offer *o, const struct digest *id);

#endif

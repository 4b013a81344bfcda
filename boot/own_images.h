/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* own_images: offers (offer.h) the images that the administrator's list gives
 * to machines that shall not boot the default image; each image has an offer of
 * its own.
 *
 * A machine whose image is not on this node waits for it until the search for
 * the image's kernel has failed OFFER_TRIES times, or the image turns out to
 * have none.  Then the machine boots the default image, and log and status say
 * why. The search goes on.  So it is, too, once no node has the image any more.
 * Limits   OWN_IMAGES_MAX images; if there are more, the log says that the
 *          machines of the others boot the default image. */
#ifndef VF_BOOT_OWN_IMAGES_H
#define VF_BOOT_OWN_IMAGES_H

#include <json-c/json.h>
#include <sys/types.h>

#include "boot/boot.h"

#define OWN_IMAGES_MAX 32 /* arbitrary: more than a room has groups */

struct own_images;

/* Sets b->own to a struct without images.  Returns 0, or -1 after the log has
 * said why. */
int own_images_open(struct boot *b);
void own_images_close(struct boot *b);
/* Offers all images that b->machines name now.  An image that no machine names
 * any more is forgotten after OFFER_KEEP_MS. */
void own_images_look(struct boot *b);
/* Ends the offers of images that no node has had for some seconds; to be called
 * when b->cluster has changed. */
void own_images_view(struct boot *b);
/* If pid is the child of one of the offers, notes that it has ended with the
 * wait status `status`; else does nothing. */
void own_images_reaped(struct own_images *o, pid_t pid, int status);
/* Returns true if an offer needs the directory of the image `id`.  Meant for
 * `keeps` (offer.h), with b->own as its context. */
bool own_images_keeps(void *own, const struct digest *id);

/* Returns the offer of the image that m boots next: that of m's own image, if
 * it can be booted, else b->offer.  m may be NULL.  Sets *waits to true if the
 * machine should ask again, since its own image may be here soon. */
const struct offer *own_images_offer(const struct boot *b,
				     const struct machine *m, bool *waits);
/* Returns an array of the images for machines.json, with the name and id of
 * each, and the reason if it is not offered. */
json_object *own_images_json(const struct own_images *o);

#endif

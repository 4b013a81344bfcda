/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* own_images: the images that the administrator's list gives to machines which
 * shall not boot the default image, each with an offer of its own (offer.h).
 *
 * A machine whose image is not here waits for it, until the search for its
 * kernel has failed OFFER_TRIES times, or there is none; then the machine boots
 * the default image, and log and status say why.  The search goes on.
 * Limits   OWN_IMAGES_MAX images; of further ones the log says that their
 *          machines boot the default image.
 */
#ifndef VF_BOOT_OWN_IMAGES_H
#define VF_BOOT_OWN_IMAGES_H

#include <json-c/json.h>
#include <sys/types.h>

#include "boot/boot.h"

#define OWN_IMAGES_MAX 32 /* arbitrary: more than a room has groups */

struct own_images;

/* Makes b->own.  Returns 0, or -1 after the log has said why. */
int own_images_open(struct boot *b);
void own_images_close(struct boot *b);
/* Has the images offered that b->machines name now.  One that no machine names
 * any more is forgotten OFFER_KEEP_MS later. */
void own_images_look(struct boot *b);
/* Takes note that the child process pid has ended, if an offer here has it. */
void own_images_reaped(struct own_images *o, pid_t pid, int status);
/* Returns whether an offer here needs the directory of an image: a `keeps` of
 * offer.h, with b->own as its context. */
bool own_images_keeps(void *own, const struct digest *id);

/* Returns the offer of the image that m boots next: that of its own image, if
 * this can be booted, else b->offer.  m may be NULL.  Sets *waits to whether
 * the machine should ask again, since its own image may be here soon. */
const struct offer *own_images_offer(const struct boot *b,
				     const struct machine *m, bool *waits);
/* Returns an array of the images, for machines.json: what each is called, and
 * why it is not offered if it is not. */
json_object *own_images_json(const struct own_images *o);

#endif

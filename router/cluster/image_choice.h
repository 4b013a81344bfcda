/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* image_choice: decides which image the empty name means, and which images are
 * in use.
 *
 * The administrator tells any one node which image is to be the default.  That
 * node makes a word of it (struct proto_word), and every node announces the
 * newest word that it has heard.  Where a key is trusted, only words that the
 * key has signed count (authority.h).  As long as there is no word, a node's
 * first image is its default.  As long as the image that the newest word names
 * is not known on a node, the former default stays in force there.  Clients
 * keep the image that they have attached.
 *
 * An image is in use while it is the default or the site in force, is wanted
 * (--want), or a client of any node has it attached.  If room is needed, chunks
 * of an image that is not in use may be dropped, even their last copies.
 */
#ifndef VF_ROUTER_CLUSTER_IMAGE_CHOICE_H
#define VF_ROUTER_CLUSTER_IMAGE_CHOICE_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/loop.h"
#include "lib/options.h"
#include "membership/wire/proto.h"

struct authority;
struct image;
struct images;
struct nodes;
struct removed;
struct choice;

/* The parameters of choice_new.  What the pointers in them lead to must outlive
 * the choice. */
struct choice_setup {
	struct loop *loop;
	struct images *images;
	struct nodes *nodes;
	struct authority *authority;
	/* the directory in which the newest word is saved */
	const char *run_dir;
	/* the directory of the file from which the plugin reads which image is
	 * the default */
	const char *store_dir;
	/* the images of --want, by name or id */
	const struct option_list *want;
};

/* Makes a choice, which begins with the word that was in force when the last
 * router of this node ended.  Returns NULL on ENOMEM. */
struct choice *choice_new(const struct choice_setup *s);
void choice_free(struct choice *c);

/* Returns the default image of this node; NULL: no image is known yet. */
struct image *choice_default(const struct choice *c);
/* Returns whether pi is the image that the newest word on the default names. */
bool choice_is(const struct choice *c, const struct proto_image *pi);
/* Returns whether a word names the image, as the default or as the site; a node
 * takes that image even if --want does not name it. */
bool choice_said(const struct choice *c, const struct digest *id);
/* Returns whether only signed words count here. */
bool choice_trusts(const struct choice *c);
/* Returns whether pi may be the first image of a node that trusts a key: the
 * image of the newest word, or one that --want names by its whole id, which is
 * no other image's.  What other nodes say of their images is not signed.  The
 * log says once that the node waits for a word. */
bool choice_vouches(struct choice *c, const struct proto_image *pi);
/* Returns the newest word; its version is 0 while there is none. */
const struct proto_word *choice_word(const struct choice *c);
/* Returns the image that `name` means (image_name.h); if len is 0, the default.
 * NULL: there is none, or several images have that name and the newest word
 * names none of them. */
struct image *choice_find(const struct choice *c, const char *name, size_t len);

/* Takes from n, the frame NODE of another node, its words on the default image
 * and on removed images.  A node that trusts a key takes neither, and counts a
 * newer word on the default image as refused.  The word on the default image is
 * taken only if it is newer than this node's.  rumour: n comes from a peer's
 * /view, and so this function checks that the word's version is near this
 * node's (proto_word_near).  A member has checked the version of each word that
 * it hands on already. */
void choice_hear(struct choice *c, const struct proto_node *n, bool rumour);
/* Copies the newest word and the removals to `self`, the frame NODE by which
 * this node describes itself. */
void choice_describe(const struct choice *c, struct proto_node *self);
/* Puts the newest signed words on the default image and on the site in force.
 * Must be called when authority_hear has taken a signed word. */
void choice_signed(struct choice *c);
/* Finds the image of that name or id among the images of all nodes.  Returns 0
 * and sets *id; or returns -1 and sets *why to the reason.  The caller has set
 * *why to NULL. */
int choice_resolve(const struct choice *c, const char *name, struct digest *id,
		   const char **why);
/* Returns the version that a new word on the default image should have. */
uint64_t choice_next(const struct choice *c);
/* Makes the image of that name or id the default, by making an unsigned word.
 * Returns 0; or returns -1 and sets *why to the reason.  The caller has set
 * *why to NULL. */
int choice_set(struct choice *c, const char *name, const char **why);
/* Find out anew which image is the default.  Called after an image has become
 * known, or was closed. */
void choice_image_added(struct choice *c);
void choice_image_gone(struct choice *c);

/* Returns the words on which images were removed from the cluster
 * (removed_images.h). */
const struct removed *choice_removed(const struct choice *c);
/* Removes the image of that name or id from all nodes, and sets *id to its id.
 * force: even while somebody uses the image.  Returns 0; or returns -1 and sets
 * *why to the reason.  The caller has set *why to NULL. */
int choice_remove(struct choice *c, const char *name, bool force,
		  struct digest *id, const char **why);
/* Returns whether the image with this name, size in bytes and id is a list of
 * jobs that a newer word has superseded (authority/lists.h). */
bool choice_superseded(const struct choice *c, const char *name, uint64_t size,
		       const struct digest *id);
/* Returns whether pi, another node's image, is not to be taken: it was removed,
 * or is such a list. */
bool choice_shuns(const struct choice *c, const struct proto_image *pi);
/* Notes that the image of that id was added again, so that it no longer counts
 * as removed. */
void choice_restore(struct choice *c, const struct digest *id);

/* Notes that a client of this node has attached the image (`comes` is true), or
 * that a client that had it attached is gone. */
void choice_user(struct choice *c, struct image *im, bool comes);
/* Returns true if a client of this node has the image attached, or --want names
 * the image. */
bool choice_used_here(const struct choice *c, const struct image *im);
/* Finds out anew which images are in use (image.in_use). */
void choice_look(struct choice *c);
/* Returns true if `said`, which somebody typed, means the image of that name
 * and id (image_name.h). */
bool choice_names(const char *said, const char *name, const struct digest *id);

#endif

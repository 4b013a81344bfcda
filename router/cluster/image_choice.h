/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* image_choice: which image the empty name means, and which images are in use.
 *
 * Somebody says which is the default, to any node; every node hands on the
 * newest such word that it has heard (struct proto_word) as its own.  Where a
 * key is trusted only words that it has signed count (authority.h).  Until
 * somebody has a node's first image is its default.  While the image is not
 * known here, what was the default before stays so.  Clients keep the image
 * that they have.
 *
 * An image is in use while it is the default, is wanted (--want), or a client
 * of any node has it attached.  Of one that is not, chunks may be dropped,
 * the last copies too, when there is need for room.
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

/* The context of a choice; all pointers are kept. */
struct choice_setup {
	struct loop *loop;
	struct images *images;
	struct nodes *nodes;
	struct authority *authority;
	const char *run_dir; /* where the word is saved */
	/* where the plugin is told of the default */
	const char *store_dir;
	const struct option_list *want; /* names and ids of --want */
};

/* Begins with the word that was in force when this router ended.  NULL: ENOMEM.
 */
struct choice *choice_new(const struct choice_setup *s);
void choice_free(struct choice *c);

/* The default image here; NULL: no image is known yet. */
struct image *choice_default(const struct choice *c);
/* Whether pi is what has been chosen, and so is taken even if it is not wanted.
 */
bool choice_is(const struct choice *c, const struct proto_image *pi);
/* The newest word; its version is 0 while nobody has said one. */
const struct proto_word *choice_word(const struct choice *c);
/* An image by what it is called (image_name.h); NULL: there is none, or several
 * have that name and none of them was said to be the default. */
struct image *choice_find(const struct choice *c, const char *name, size_t len);

/* A node's own word: it is taken if it is newer, and no key is trusted. Members
 * have seen to it that it is not far above the others; what a node's /view says
 * (a rumour) is looked at here. */
void choice_hear(struct choice *c, const struct proto_node *n, bool rumour);
/* Fields of what this node says to others. */
void choice_describe(const struct choice *c, struct proto_node *self);
/* A signed word was taken: it may be on the default image. */
void choice_signed(struct choice *c);
/* The image of that name or id, of all that any node has.  -1 and *why, which
 * was NULL. */
int choice_resolve(const struct choice *c, const char *name, struct digest *id,
		   const char **why);
/* The version of the next word on the default image. */
uint64_t choice_next(const struct choice *c);
/* That image becomes the default, by a word of this node's own.  -1 and *why,
 * which was NULL. */
int choice_set(struct choice *c, const char *name, const char **why);
/* An image has become known, or is known no longer. */
void choice_image_added(struct choice *c);
void choice_image_gone(struct choice *c);

/* Images that are out of the cluster: removed.h. */
const struct removed *choice_removed(const struct choice *c);
/* The image of that name or id is to leave all nodes.  force: also while
 * somebody uses it.  -1 and *why, which was NULL. */
int choice_remove(struct choice *c, const char *name, bool force,
		  struct digest *id, const char **why);
/* An image of that id was added: it is not removed any more. */
void choice_restore(struct choice *c, const struct digest *id);

/* A client has attached the image, or is gone. */
void choice_user(struct choice *c, struct image *im, bool comes);
/* The image is used on this node. */
bool choice_used_here(const struct choice *c, const struct image *im);
/* Looks anew at who uses what (image.in_use). */
void choice_look(struct choice *c);
/* `said` is what that image is called: image_name.h. */
bool choice_names(const char *said, const char *name, const struct digest *id);

#endif

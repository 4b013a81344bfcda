/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* site_now: asks the node on this machine which site is in force. */
#ifndef VF_VFIELD_SITE_NOW_H
#define VF_VFIELD_SITE_NOW_H

#include <stdbool.h>

#include <json-c/json.h>

#include "authority/key.h"
#include "vfield/site_past.h"

struct site_now {
	char trust[KEY_TEXT]; /* the trusted key; "": none */
	/* only those who have the cluster key can read images */
	bool cluster_key;
	/* the word that names the site's image; version 0: there is none */
	struct site_past word;
	bool has_image;   /* this node knows the image of the site */
	unsigned nodes;   /* number of nodes in the cluster */
	unsigned holders; /* how many nodes hold all of the site's image */
};

/* Sets *p to the id, version and time of the signed word on `subject` in the
 * node's status; leaves *p unchanged if there is no such word. */
void site_now_word(struct json_object *status, const char *subject,
		   struct site_past *p);
/* Does the same for the words in the array "words" of `in`, as the router lists
 * them for the command `words'. */
void site_now_word_in(struct json_object *in, const char *subject,
		      struct site_past *p);
/* Fills in n from the status of the node in run_dir.  Returns 0; -1: the log
 * says why. */
int site_now_ask(const char *program, const char *run_dir, struct site_now *n);
/* Returns true if the node in run_dir knows the image `id`. */
bool site_now_knows(const char *run_dir, const struct digest *id);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* site_now: the site in force, as the node that runs here knows it. */
#ifndef VF_VFIELD_SITE_NOW_H
#define VF_VFIELD_SITE_NOW_H

#include <stdbool.h>

#include <json-c/json.h>

#include "authority/key.h"
#include "vfield/site_past.h"

struct site_now {
	char trust[KEY_TEXT];  /* the trusted key; "": none */
	bool cluster_key;      /* only who has the cluster key reads images */
	struct site_past word; /* version 0: there is no site */
	bool has_image;        /* this node knows the image of the site */
	unsigned nodes;        /* nodes of the cluster */
	unsigned holders;      /* nodes that hold all of the site's image */
};

/* Sets p to the id, version and time of the word on a subject in the node's
 * status; leaves p as it is if there is no such word. */
void site_now_word(struct json_object *status, const char *subject,
		   struct site_past *p);
/* Asks the node.  Returns 0; -1: the log says why. */
int site_now_ask(const char *program, const char *run_dir, struct site_now *n);
/* Returns whether the node knows the image. */
bool site_now_knows(const char *run_dir, const struct digest *id);

#endif

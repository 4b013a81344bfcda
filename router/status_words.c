/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* This file makes the parts of the status that are about signed words, about
 * images that this node has not taken, and about disks that hang. */
#include "router/status_inside.h"

#include "router/cluster/authority.h"
#include "router/cluster/join.h"
#include "router/fetch/disk.h"
#include "router/image/image.h"
#include "router/router.h"
#include "router/status.h"

/* Returns the signed words that are in force. */
static json *
signed_json(const struct words *ws)
{
	json *a = json_object_new_array();
	char hex[DIGEST_HEX];
	const uint8_t *bytes;
	uint64_t from = 0;
	struct word w;
	size_t len;

	while ((bytes = words_next(ws, &from, &len)) != NULL) {
		json *o = json_object_new_object();

		(void)word_read(bytes, len, &w);
		add_str(o, "subject", w.subject);
		add_num(o, "version", w.version);
		add_num(o, "time", w.time_s);
		add_num(o, "expires", w.expires_s);
		add_str(o, "id", digest_hex(&w.id, hex));
		json_object_array_add(a, o);
	}
	return a;
}

json *
status_authority_json(const struct router *r)
{
	const struct words *ws = authority_words(r->authority);
	const struct key_public *trust = words_trust(ws);
	json *o = json_object_new_object();
	char text[KEY_TEXT];
	const char *last;

	json_object_object_add(
	    o, "trust",
	    trust != NULL ? json_object_new_string(key_text(trust, text))
			  : NULL);
	json_object_object_add(
	    o, "cluster_key", json_object_new_boolean(r->cfg.psk_file != NULL));
	json_object_object_add(o, "words", signed_json(ws));
	add_num(o, "refused", authority_refused(r->authority, &last));
	add_str(o, "last_refused", last);
	return o;
}

json *
status_not_taken_json(const struct router *r)
{
	json *a = json_object_new_array();
	struct not_taken t;
	char hex[DIGEST_HEX];

	for (unsigned i = 0;
	     r->joiner != NULL && joiner_not_taken(r->joiner, i, &t); i++) {
		json *o = json_object_new_object();

		add_str(o, "id", digest_hex(&t.id, hex));
		add_str(o, "name", t.name);
		add_str(o, "why", t.why);
		json_object_array_add(a, o);
	}
	return a;
}

json *
status_hangs_json(const struct router *r, const struct image *im)
{
	static const char *const what[] = {"reading", "writing"};
	json *a = json_object_new_array();

	for (int i = 0; im->disk != NULL && i < DISK_SIDES; i++) {
		int64_t ns = disk_hangs_ns(im->disk, i);
		bool file = i == DISK_READS && image_file(im) != NULL;
		json *o;

		if (ns == 0)
			continue;
		o = json_object_new_object();
		add_str(o, "what", what[i]);
		add_str(o, "where", file ? image_file(im) : r->cfg.store_dir);
		add_num(o, "seconds", ns / 1000000000LL);
		json_object_array_add(a, o);
	}
	return a;
}

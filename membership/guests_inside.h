/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* guests_inside: declares what guests.c and the other files guests_… share; no
 * other file includes it. */
#ifndef VF_MEMBERSHIP_GUESTS_INSIDE_H
#define VF_MEMBERSHIP_GUESTS_INSIDE_H

#include <sys/queue.h>

#include "lib/log_limit.h"
#include "membership/guests.h"
#include "membership/wire/channel.h"
#include "membership/wire/outbuf.h"

struct listener;

#define GUEST_NAME_TEXT (ADDRESS_TEXT + MANIFEST_NAME_MAX + 8)

/* The states of a guest, drawn in guests.h. */
enum guest_state { GUEST_NEW, GUEST_GREETED, GUEST_NODE, GUEST_REFUSED };

/* Knowledge of a guest's key; a state leads to the next one, or from ASKED
 * to one of the last two. */
enum guest_proof {
	GUEST_UNASKED,
	GUEST_ASK_DUE,   /* a nonce was made, and is to be sent */
	GUEST_ASKED,     /* the guest was sent the nonce */
	GUEST_PROVED,    /* the guest has shown the key of key_id */
	GUEST_ELSEWHERE, /* the PROOF was for another member */
};

struct guest {
	struct guests *g;
	LIST_ENTRY(guest) entry;
	uint64_t number;
	struct channel *channel;
	bool local;          /* the guest came by the Unix socket */
	struct address from; /* the guest's address; unset if local */
	struct address here; /* the member's own, as reached; unset if local */
	enum guest_state state;
	enum guest_proof proof;
	struct proto_nonce nonce; /* unset if GUEST_UNASKED */
	/* in GUEST_PROVED: id and address of the node, as its key says */
	struct node_id key_id;
	struct address key_nbd;
	bool hello_due, pong_due;
	bool wants_leases, boots;
	/* in GUEST_NODE: id of the guest's node, and ids of its images, ordered
	 * as in NODE */
	struct node_id id;
	struct digest images[PROTO_IMAGES_MAX];
	uint8_t nimages;
	int64_t heard_ns;
	/* another node of the same id, which the guest is to be told; NULL:
	 * none */
	struct proto_node *twin;
	int64_t twin_ns; /* when guests_twin set `twin` last; 0: never */
	struct table_reader reader;
	struct leases_reader leases;
	/* number of the last word (words_next) that the guest was sent */
	uint64_t words_said;
	char name[GUEST_NAME_TEXT]; /* the guest's name in log messages */
};

struct guests {
	struct loop *loop;
	struct table *view;
	const struct leases *leases;
	const struct words *words;
	const struct guests_ops *ops;
	void *ctx;
	struct listener *local, *tcp; /* NULL: not opened */
	const char *psk_file; /* guests by TCP show a key of this file */
	bool alone;
	LIST_HEAD(, guest) all;
	uint32_t count, boot_services;
	uint64_t last_number;
	struct loop_timer sweep, flush;
	int64_t swept_ns, flushed_ns;
	/* bytes of the view that guests were sent since the last flush */
	uint64_t told;
	/* limits how many log lines strangers can cause */
	struct log_limit said;
};

/* Logs a warning; of each kind of line only some a minute, and then how many
 * more there were. */
void guests_complain(struct guests *g, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Returns the guest with that number; NULL: there is none. */
struct guest *guests_find(const struct guests *g, uint64_t guest);
/* Puts the frame into `room` that tells the guest of its twin, if it has to be
 * told. */
void guests_say_twin(struct guest *e, struct outbuf *room);

/* Makes the nonce that the guest is to be asked with, once it is known to speak
 * a version that has it. */
void guests_ask_key(struct guest *e);
/* Puts the frame into `room` that asks the guest for its key, if it is due. */
void guests_say_challenge(struct guest *e, struct outbuf *room);
/* Looks at the key that a guest shows.  Returns NULL, or why the guest has to
 * be closed. */
const char *guests_key_fault(struct guest *e, const struct proto_proof *p);
/* Returns why a guest that has shown a key may not speak for the node n; NULL:
 * it may, or has shown none. */
const char *guests_proved_fault(const struct guest *e,
				const struct proto_node *n);

/* Closes the guest's connection and frees the guest. */
void guests_destroy(struct guest *e);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* hold: the chunks that nodes hold of their images, in few bytes.
 *
 * A HOLD's body is parts, one after the other.  A part, its numbers in groups
 * of seven bits, the lowest first, all but the last with the top bit set:
 *
 *   number   the node's, as its last NODE from this sender gave it
 *   1 byte   the image's index in that NODE, and 16 times the proto_change
 *   first    chunk
 *   span     chunks; together PROTO_SPAN_MAX at most in a HOLD
 *   runs     bits, the highest of a byte first, and zeros up to the next byte:
 *            of PROTO_HELD one that says whether the first run is marked; then
 *            the lengths of runs that are marked and not marked by turns (else
 *            the first one is), by Elias' gamma code, until they make the span
 *
 * So a part is seven bytes and a bit or two for each chunk that is scattered
 * among others; 1.5 bits for each chunk of the span at most, and some bytes
 * for any number of chunks in a row.
 */
#ifndef VF_MEMBERSHIP_WIRE_HOLD_H
#define VF_MEMBERSHIP_WIRE_HOLD_H

#include "membership/wire/proto.h"

struct bitmap;
struct outbuf;

/* Reading. */

/* The next part of a HOLD; moves on in it.  False: there is no right one. */
bool hold_next(const uint8_t **parts, size_t *left, struct proto_hold *h);

/* The chunks of one word, as a part has them. */
struct hold_word {
	uint32_t word;
	uint64_t mask; /* chunks that the part speaks of */
	uint64_t bits; /* chunks of the mask that are held */
};

/* A place among a part's words. */
struct hold_reader {
	const struct proto_hold *h;
	size_t bit;
	uint32_t chunk; /* the next */
	uint32_t run;   /* chunks that are left of the run */
	bool marked;
};

struct hold_reader hold_reader_init(const struct proto_hold *h);
/* The next word of the part, in rising order. */
bool hold_read(struct hold_reader *r, struct hold_word *w);
/* The bitmap is changed as the part says, as far as it goes. */
void hold_apply(const struct proto_hold *h, struct bitmap *held);

/* Writing. */

/* A part that is to be written. */
struct hold_part {
	uint16_t number;
	uint8_t index;
	enum proto_change change;
	uint32_t first;        /* word */
	uint32_t n;            /* words, HOLD_WORDS_MAX at most */
	uint32_t nchunks;      /* the image's */
	const uint64_t *words; /* marked chunks; beyond the image none */
};

#define HOLD_WORDS_MAX 256
/* The bytes that a part of so many words takes at most. */
#define HOLD_BYTES(words) (12 + 12 * (size_t)(words))

/* A frame that is being put together; nothing else may be said meanwhile.
 * {room, most}: none is open. */
struct hold_frame {
	struct outbuf *room;
	size_t most;   /* bytes of a frame, at most */
	uint8_t *head; /* NULL: none is open */
	uint32_t span;
};

/* False: the part may find no room, and nothing was written. */
bool hold_put(struct hold_frame *f, const struct hold_part *p);
void hold_close(struct hold_frame *f);

#endif

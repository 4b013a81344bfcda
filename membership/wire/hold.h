/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* hold: writes and reads frames HOLD, which say in few bytes which chunks nodes
 * hold of their images.
 *
 * A HOLD's body is a sequence of parts.  A part consists of these, in order;
 * number, first and span are written in bytes of seven bits each, the lowest
 * bits first, with the top bit set in all bytes but the last:
 *
 *   number   the number that the last NODE from this sender gave the node
 *   1 byte   the image's index in that NODE, plus 16 times the proto_change
 *   first    number of the first chunk of the span
 *   span     number of chunks; those of all parts of a HOLD make at most
 *            PROTO_SPAN_MAX
 *   runs     bits, the highest of a byte first.  With PROTO_HELD the first bit
 *            says whether the first run is marked; with the other changes the
 *            first run is marked, and there is no such bit.  Then come the
 *            lengths of runs, in Elias' gamma code, that are marked and not
 *            marked by turns and together make the span; then zeros up to the
 *            end of the byte
 *
 * So a part takes about seven bytes, and some more bytes for a run of chunks,
 * however long it is.  If runs are short, that adds up to at most 1.5 bits for
 * each chunk of the span.
 */
#ifndef VF_MEMBERSHIP_WIRE_HOLD_H
#define VF_MEMBERSHIP_WIRE_HOLD_H

#include "membership/wire/proto.h"

struct bitmap;
struct outbuf;

/* --- reading a HOLD --- */

/* Reads the first part of the *left bytes at *parts into h, and moves *parts
 * and *left behind that part.  Returns false if the bytes do not begin with a
 * valid part. */
bool hold_next(const uint8_t **parts, size_t *left, struct proto_hold *h);

/* Which chunks of one bitmap word are held, as a part says. */
struct hold_word {
	uint32_t word; /* index: chunks 64 * word to 64 * word + 63 */
	uint64_t mask; /* chunks of which the part says whether they are held */
	uint64_t bits; /* chunks of the mask that are held */
};

/* A place in a part: what stands before it has been read. */
struct hold_reader {
	const struct proto_hold *h;
	size_t bit;     /* index of the next bit of h->runs */
	uint32_t chunk; /* number of the next chunk */
	uint32_t run;   /* how many chunks of the current run are left */
	bool marked;    /* true: the chunks of the current run are marked */
};

/* Returns a reader at the beginning of the part. */
struct hold_reader hold_reader_init(const struct proto_hold *h);
/* Reads the next bitmap word of the part into w, in rising order.  Returns
 * false at the part's end. */
bool hold_read(struct hold_reader *r, struct hold_word *w);
/* Changes the bitmap as the part says; chunks beyond the bitmap are ignored. */
void hold_apply(const struct proto_hold *h, struct bitmap *held);

/* --- writing a HOLD --- */

/* A part to be written. */
struct hold_part {
	uint16_t number; /* the node's number in frames */
	uint8_t index;   /* the image's index in the node's NODE */
	enum proto_change change;
	uint32_t first;        /* index of the first bitmap word */
	uint32_t n;            /* bitmap words, HOLD_WORDS_MAX at most */
	uint32_t nchunks;      /* chunks of the image */
	const uint64_t *words; /* bitmap: marked chunks, none beyond nchunks */
};

#define HOLD_WORDS_MAX 256
/* The most bytes that a part of `words` bitmap words takes. */
#define HOLD_BYTES(words) (12 + 12 * (size_t)(words))

/* A frame HOLD that parts are added to.  Nothing else may be written to room
 * until hold_close.  The caller sets room and most, and all other fields to
 * zero. */
struct hold_frame {
	struct outbuf *room;
	size_t most;   /* most bytes of a frame */
	uint8_t *head; /* where the frame begins; NULL: no frame is open */
	uint32_t span; /* number of chunks in all parts of the frame */
};

/* Adds a part to the open frame, or, if none is open or that one is full, to a
 * new frame.  If the room may be too small, adds nothing and returns false. */
bool hold_put(struct hold_frame *f, const struct hold_part *p);
/* Ends the open frame, if there is one, by writing its head. */
void hold_close(struct hold_frame *f);

#endif

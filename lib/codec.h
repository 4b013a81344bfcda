/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* codec: reads and writes big-endian fields in a buffer, and checks its
 * bounds.
 *
 * Errors   a read past the end returns zeros, a write past the end writes
 *          nothing, and both set `failed`, which stays set.  So callers need to
 *          check `failed` only once, at the end.  Nothing is asserted, since
 *          the bytes come from outside.
 */
#ifndef VF_LIB_CODEC_H
#define VF_LIB_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct reader {
	const uint8_t *p;
	size_t left; /* bytes still to be read */
	bool failed;
};

struct writer {
	uint8_t *p;
	size_t left;  /* bytes that may still be written */
	size_t wrote; /* bytes written so far */
	bool failed;
};

struct reader reader_init(const void *buf, size_t len);
uint8_t read_u8(struct reader *r);
uint16_t read_u16(struct reader *r);
uint32_t read_u32(struct reader *r);
uint64_t read_u64(struct reader *r);
void read_bytes(struct reader *r, void *to, size_t len);
/* Returns a pointer to the next len bytes of the buffer and moves past them;
 * NULL, with failed set, if there are fewer. */
const void *read_view(struct reader *r, size_t len);
/* Returns true if all bytes were read, and no read went past the end. */
bool reader_done(const struct reader *r);

struct writer writer_init(void *buf, size_t len);
void write_u8(struct writer *w, uint8_t v);
void write_u16(struct writer *w, uint16_t v);
void write_u32(struct writer *w, uint32_t v);
void write_u64(struct writer *w, uint64_t v);
void write_bytes(struct writer *w, const void *from, size_t len);

#endif

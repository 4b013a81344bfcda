/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* codec: big-endian fields in a buffer, bounds-checked.
 *
 * Errors   sticky: a read past the end yields zeros and sets failed, a write
 *          past the end writes nothing and sets failed.  Check once, at the
 *          end.  Never asserts: the bytes come from outside.
 */
#ifndef VF_LIB_CODEC_H
#define VF_LIB_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct reader {
	const uint8_t *p;
	size_t left; /* bytes */
	bool failed;
};

struct writer {
	uint8_t *p;
	size_t left;  /* bytes */
	size_t wrote; /* bytes */
	bool failed;
};

struct reader reader_init(const void *buf, size_t len);
uint8_t read_u8(struct reader *r);
uint16_t read_u16(struct reader *r);
uint32_t read_u32(struct reader *r);
uint64_t read_u64(struct reader *r);
void read_bytes(struct reader *r, void *to, size_t len);
/* A pointer into the buffer and past it; NULL (and failed) if less is left. */
const void *read_view(struct reader *r, size_t len);
/* True if all was read, and nothing was missing. */
bool reader_done(const struct reader *r);

struct writer writer_init(void *buf, size_t len);
void write_u8(struct writer *w, uint8_t v);
void write_u16(struct writer *w, uint16_t v);
void write_u32(struct writer *w, uint32_t v);
void write_u64(struct writer *w, uint64_t v);
void write_bytes(struct writer *w, const void *from, size_t len);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* nbd_wire: encodes and decodes the bytes of the NBD protocol, for a server.
 * Pure.
 *
 * Numbers and layouts are those of the NBD project's proto.md.  The bytes that
 * are decoded come from outside, so every length is checked, and nothing is
 * asserted.  Pointers in decoded structs point into the buffer that the caller
 * has passed.
 */
#ifndef VF_ROUTER_NBD_NBD_WIRE_H
#define VF_ROUTER_NBD_NBD_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/codec.h"

/* --- handshake: numbers --- */
#define NBD_GREETING_SIZE 18    /* bytes that the server sends first */
#define NBD_CLIENT_FLAGS_SIZE 4 /* bytes that the client sends first */
#define NBD_OPTION_SIZE 16      /* bytes of an option before its data */
#define NBD_OPTION_REPLY_SIZE 20
/* bytes of the answer to EXPORT_NAME, zeroes included */
#define NBD_EXPORT_SIZE 134

#define NBD_FLAG_FIXED_NEWSTYLE (1U << 0)
#define NBD_FLAG_NO_ZEROES (1U << 1)

enum {
	NBD_OPT_EXPORT_NAME = 1,
	NBD_OPT_ABORT = 2,
	NBD_OPT_LIST = 3,
	NBD_OPT_STARTTLS = 5,
	NBD_OPT_INFO = 6,
	NBD_OPT_GO = 7,
	NBD_OPT_STRUCTURED_REPLY = 8,
	NBD_OPT_LIST_META_CONTEXT = 9,
	NBD_OPT_SET_META_CONTEXT = 10,
};

enum {
	NBD_REP_ACK = 1,
	NBD_REP_SERVER = 2,
	NBD_REP_INFO = 3,
	NBD_REP_META_CONTEXT = 4,
};
#define NBD_REP_ERR_UNSUP 0x80000001U
#define NBD_REP_ERR_POLICY 0x80000002U
#define NBD_REP_ERR_INVALID 0x80000003U
#define NBD_REP_ERR_UNKNOWN 0x80000006U
#define NBD_REP_ERR_TOO_BIG 0x80000009U

enum {
	NBD_INFO_EXPORT = 0,
	NBD_INFO_NAME = 1,
	NBD_INFO_DESCRIPTION = 2,
	NBD_INFO_BLOCK_SIZE = 3,
};

/* --- transmission: numbers --- */
#define NBD_REQUEST_SIZE 28
#define NBD_HEAD_MAX 32 /* bytes of the longest head of a reply */

#define NBD_FLAG_HAS_FLAGS (1U << 0)
#define NBD_FLAG_READ_ONLY (1U << 1)
#define NBD_FLAG_SEND_DF (1U << 7)
#define NBD_FLAG_CAN_MULTI_CONN (1U << 8)
#define NBD_FLAG_SEND_CACHE (1U << 10)

enum {
	NBD_CMD_READ = 0,
	NBD_CMD_WRITE = 1,
	NBD_CMD_DISC = 2,
	NBD_CMD_FLUSH = 3,
	NBD_CMD_TRIM = 4,
	NBD_CMD_CACHE = 5,
	NBD_CMD_WRITE_ZEROES = 6,
	NBD_CMD_BLOCK_STATUS = 7,
};

#define NBD_CMD_FLAG_DF (1U << 2)
#define NBD_CMD_FLAG_REQ_ONE (1U << 3)

enum {
	NBD_REPLY_NONE = 0,
	NBD_REPLY_OFFSET_DATA = 1,
	NBD_REPLY_BLOCK_STATUS = 5,
	NBD_REPLY_ERROR = 0x8001,
};

/* The metadata context that this server has, and its number. */
#define NBD_ALLOCATION "base:allocation"
#define NBD_ALLOCATION_ID 1

/* The properties of a connection, as agreed on in the handshake. */
struct nbd_agreed {
	bool zeroes;     /* the answer to EXPORT_NAME is padded with zeroes */
	bool structured; /* the client takes structured replies */
	bool allocation; /* the context base:allocation was agreed */
	uint64_t size;   /* bytes of the export */
};

/* --- decoding a handshake --- */

struct nbd_option {
	uint32_t option;
	uint32_t len; /* bytes of data that follow */
};
/* Decodes NBD_OPTION_SIZE bytes; returns false if they lack an option's
 * magic. */
bool nbd_wire_option(const uint8_t *b, struct nbd_option *o);

/* The decoded data of an option INFO or GO. */
struct nbd_go {
	const char *name; /* the export's name, without NUL */
	uint32_t name_len;
	bool wants_name, wants_block_size;
};
bool nbd_wire_go(const void *data, size_t len, struct nbd_go *g);

/* The decoded data of an option LIST_META_CONTEXT or SET_META_CONTEXT. */
struct nbd_meta {
	const char *name; /* the export's name; has no NUL at its end */
	uint32_t name_len;
	uint32_t nqueries;
	bool allocation; /* a query names base:allocation */
	bool base;       /* a query asks for all of base: */
};
bool nbd_wire_meta(const void *data, size_t len, struct nbd_meta *m);

/* --- encoding a handshake --- */

void nbd_wire_greeting(struct writer *w);
void nbd_wire_export(struct writer *w, const struct nbd_agreed *a);
/* Writes the head of a reply to an option; the caller sends len bytes of data
 * after it. */
void nbd_wire_option_reply(struct writer *w, uint32_t option, uint32_t type,
			   uint32_t len);
/* Write the data of an NBD_REP_INFO: the export's size and flags, or its block
 * sizes in bytes. */
void nbd_wire_info_export(struct writer *w, const struct nbd_agreed *a);
void nbd_wire_info_block_size(struct writer *w, uint32_t preferred,
			      uint32_t max);

/* --- transmission --- */

struct nbd_command {
	uint16_t flags, type;
	uint64_t cookie, offset;
	uint32_t len;
};
/* Decodes NBD_REQUEST_SIZE bytes; returns false if they lack a request's
 * magic. */
bool nbd_wire_command(const uint8_t *b, struct nbd_command *c);
/* Checks a command.  Returns 0 if the command may be carried out, else the
 * errno value to answer with.  read_max: the most bytes that a READ or CACHE
 * may ask for. */
int nbd_wire_check(const struct nbd_command *c, const struct nbd_agreed *a,
		   uint32_t read_max);

/* nbd_wire_simple and the three functions after it write to `to` and return how
 * many bytes they wrote, NBD_HEAD_MAX at most.  nbd_wire_simple writes the head
 * of a simple reply; error is an errno value, or 0 for success. */
uint32_t nbd_wire_simple(uint8_t *to, uint64_t cookie, int error);
/* Writes the head of a chunk of a structured reply that carries data; after it
 * the caller sends len bytes of the image, from `offset` on.  last: the chunk
 * ends the reply. */
uint32_t nbd_wire_data(uint8_t *to, uint64_t cookie, bool last, uint64_t offset,
		       uint32_t len);
/* Writes the last chunk of a structured reply; error is an errno value, or 0
 * for success. */
uint32_t nbd_wire_end(uint8_t *to, uint64_t cookie, int error);
/* Writes an answer to BLOCK_STATUS: a single extent of len bytes, allocated. */
uint32_t nbd_wire_allocated(uint8_t *to, uint64_t cookie, uint32_t len);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* proto: the frames that routers and members say to each other, over a Unix
 * socket, TCP, and (between members) CPG; also what a `/view` export holds.
 *
 * A frame, big-endian:
 *   4  length of the body, at most PROTO_BODY_MAX
 *   1  type
 *   …  body
 *
 * HELLO  first on every connection, both ways; RANGE follows it.
 *        A member says it again when `alone` changes, and a whole new view
 *        follows it; a boot service when it is ready or is so no longer
 * RANGE  the versions that the sender speaks
 * NODE   a node as it describes itself; again whenever that changes.  Its
 *        number stands for it in what the same sender says after that
 * HOLD   what nodes hold of their images, of all or what has changed: see
 *        hold.h.  It may be repeated
 * GONE   a node has left or was lost
 * VIEW   what was sent up to here is the whole view, number `seq`
 * LEASE  what is known of a machine that the boot service has seen: see
 *        leases.h.  Told to who asked for it in its HELLO
 * PING   answered by PONG; any frame counts as a sign of life
 * CLAIM  between members: a client of the sender wants to speak for a node that
 *        another member has announced; see membership/claims.h
 * SIGNED the newest word of a subject, as a key has signed it:
 * authority/word.h. Said before all that rests on it
 *
 * Versions.  A side speaks all versions from PROTO_LOWEST to PROTO_HIGHEST, and
 * begins with the lowest: HELLO says it, RANGE both ends.  Two sides that have
 * heard each other's RANGE say what the highest version that both speak allows
 * (proto_spoken); a group the highest that all of its members speak.  A /view
 * is of PROTO_LOWEST.  Version 2 knows no RANGE and refuses what it does not
 * know, so RANGE is a GONE of an id that no node has (proto.c), which version 2
 * passes over.
 *
 * What a later version may add is passed over here:
 *   - frames of other types, up to PROTO_TYPE_MAX.  Nobody hands them on;
 *   - flags, and bytes at the end of any frame but HOLD;
 *   - fields of a NODE, each 2 bytes of type, 2 of length and its data, in
 *     ascending order of type.  Members hand them on to whoever speaks version
 *     3: what all nodes are to hear travels so through members that do not
 *     know it.  More than PROTO_FIELDS_MAX bytes of them are dropped.
 *
 * Version 2  as above, without RANGE, fields, the reason of GONE, CLAIM and
 *            SIGNED.
 * Version 3  has these, and passes over what it does not know.
 *
 * The decoder is pure: it looks at the bytes that it is given and nothing
 * else, so it is fuzzed as it is.
 */
#ifndef VF_MEMBERSHIP_WIRE_PROTO_H
#define VF_MEMBERSHIP_WIRE_PROTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "lib/address.h"
#include "lib/digest.h"
#include "lib/manifest.h"
#include "membership/wire/proto_word.h"

#define PROTO_LOWEST 2
/* tests/previous may build a side that speaks version 2 alone. */
#ifndef PROTO_HIGHEST
#define PROTO_HIGHEST 3
#endif
#define PROTO_FIELDS_SINCE 3
#define PROTO_REASON_SINCE 3
#define PROTO_CLAIM_SINCE 3
#define PROTO_SIGNED_SINCE 3
#define PROTO_HEAD 5 /* bytes */
#define PROTO_TYPE_MAX 127
/* Bounds, all chosen: a node of PROTO_IMAGES_MAX images and all fields takes 3
 * KB, and a HOLD of PROTO_SPAN_MAX chunks 48 KB. */
#define PROTO_BODY_MAX (64U << 10)
#define PROTO_IMAGES_MAX 16       /* images a node */
#define PROTO_NUMBERS_MAX 4096    /* nodes a sender */
#define PROTO_FIELDS_MAX 1024     /* bytes of a node's fields */
#define PROTO_SPAN_MAX (1U << 18) /* chunks that a HOLD speaks of, at most */
#define PROTO_LEASE_VERSION_MAX (UINT64_MAX / 2)

enum proto_type {
	PROTO_HELLO = 1,
	PROTO_NODE,
	PROTO_HOLD,
	PROTO_GONE,
	PROTO_VIEW,
	PROTO_PING,
	PROTO_PONG,
	PROTO_LEASE,
	PROTO_CLAIM,
	PROTO_SIGNED,

	/* These are no types on the wire. */
	PROTO_RANGE = 256,
	PROTO_UNKNOWN, /* a frame to pass over */
};

/* The versions that a side speaks. */
struct proto_range {
	uint32_t lowest, highest;
};

/* Why a node is gone. */
enum proto_reason {
	PROTO_REASON_UNKNOWN, /* the reason was not said */
	PROTO_LEFT,           /* the node said that it leaves */
	PROTO_LOST,           /* the node died, or cannot be reached */
};

struct node_id {
	uint8_t b[16]; /* a UUID */
};

struct proto_image {
	struct digest id;
	char name[MANIFEST_NAME_MAX + 1];
	uint64_t size;       /* bytes */
	uint32_t chunk_size; /* bytes */
	bool complete;       /* all chunks are there: no HOLD is needed */
	bool is_default;
	bool seed; /* has the image file itself */
	bool used; /* a client of the node has it attached, or it is wanted */
};

struct proto_node {
	struct node_id id;
	char name[MANIFEST_NAME_MAX + 1]; /* a name by manifest_name_ok */
	struct address nbd;               /* ip may be "any": see member.c */
	uint16_t member_port; /* 0: runs no member that TCP reaches */
	bool active;          /* reads or fills */
	bool reads;           /* a client reads */
	bool serves;          /* nbdkit answers there */
	bool satellite;       /* announced over TCP; the member sets it */
	uint64_t budget;      /* bytes of store; 0: it keeps nothing */
	/* The boot service's place in the queue (turn_queue.h), set by the
	 * member; 0: none is ready. */
	uint32_t boots;
	uint64_t since; /* seconds since 1970: when it started */
	struct proto_word word;
	uint8_t nimages;
	struct proto_image images[PROTO_IMAGES_MAX];
	uint16_t nfields; /* bytes of fields */
	uint8_t fields[PROTO_FIELDS_MAX];
};

/* The way in which a part of HOLD marks chunks of its span. */
enum proto_change {
	PROTO_HELD,    /* the marked ones are held, and no others */
	PROTO_TAKEN,   /* the marked ones are held too */
	PROTO_DROPPED, /* the marked ones are held no longer */
};

/* A part of a HOLD. */
struct proto_hold {
	uint16_t number; /* the node's */
	uint8_t index;   /* the image's, in that NODE */
	enum proto_change change;
	uint32_t first, span; /* chunks */
	const uint8_t *runs;  /* within the frame: see hold.h */
	size_t nruns;         /* bytes */

	/* Number and index stand for these: numbers_resolve. */
	struct node_id node;
	struct digest image;
};

/* The stages of a machine's boot. */
enum boot_stage {
	BOOT_SEEN, /* has an address; whether it boots is unknown */
	BOOT_ROM,
	BOOT_KERNEL,
	BOOT_INITRAMFS,
	BOOT_JOINED,
	BOOT_UP,
};

struct proto_lease {
	uint64_t version; /* at most PROTO_LEASE_VERSION_MAX */
	uint8_t mac[6];
	uint8_t ip[4];
	uint32_t left_s; /* 0: it has expired, UINT32_MAX: it never does */
	enum boot_stage stage;
	char name[MANIFEST_NAME_MAX + 1]; /* empty, or manifest_name_ok */
};

struct proto_msg {
	enum proto_type type;
	union {
		struct { /* HELLO */
			uint32_t version;
			bool alone;  /* a member that has lost its group: what
				      * it does not know may yet live */
			bool leases; /* a client that wants to be told them */
			bool boots;  /* a boot service that is ready */
		};
		struct { /* NODE */
			uint16_t number;
			struct proto_node node;
		};
		struct {                      /* HOLD: for hold_next */
			const uint8_t *parts; /* in the frame */
			size_t nparts;        /* bytes */
		};
		struct proto_range range;
		struct { /* GONE */
			struct node_id gone;
			enum proto_reason reason;
		};
		struct node_id claim;
		struct {                     /* SIGNED: for words_take */
			const uint8_t *word; /* in the frame */
			size_t nword;        /* bytes, 1 to WORD_MAX */
		};
		uint64_t seq; /* VIEW */
		struct proto_lease lease;
	};
};

/* The frame at the start of buf is decoded; m's parts point into buf.  Bytes
 * used; 0: it is not all there yet; -1, EPROTO: no right frame can begin with
 * these bytes. */
ssize_t proto_decode(const uint8_t *buf, size_t len, struct proto_msg *m);
/* The frame's bytes, or -1, ENOSPC.  What version `spoken` does not have is
 * left out. */
ssize_t proto_encode_as(const struct proto_msg *m, uint32_t spoken,
			uint8_t *buf, size_t len);
/* As PROTO_LOWEST. */
ssize_t proto_encode(const struct proto_msg *m, uint8_t *buf, size_t len);
/* A side whose HELLO says this version can be heard. */
bool proto_hears(uint32_t version);
/* The RANGE of this side. */
struct proto_msg proto_own_range(void);
/* The highest version that both sides speak; 0: none. */
uint32_t proto_spoken(const struct proto_range *theirs);
/* Bytes are fields of a NODE, whatever their types. */
bool proto_fields_ok(const uint8_t *fields, size_t len);
bool proto_node_equal(const struct proto_node *a, const struct proto_node *b);
/* Chunks of the image, the last of which may be a short one. */
uint32_t proto_image_chunks(const struct proto_image *im);
bool node_id_equal(const struct node_id *a, const struct node_id *b);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* proto: encodes and decodes the frames that routers, boot services and members
 * send each other by Unix sockets, TCP, and (between members) CPG.  An export
 * `/view` consists of such frames, too.
 *
 * A frame, big-endian:
 *   4  length of the body, at most PROTO_BODY_MAX
 *   1  type
 *   …  body
 *
 * HELLO  the first frame of both sides on every connection; RANGE follows it.
 *        A member sends HELLO again, and a whole new view after it, when its
 *        `alone` changes.  A boot service sends HELLO again when it becomes
 *        ready or no longer is
 * RANGE  the versions that the sender speaks
 * NODE   a node as it describes itself; sent again whenever that changes.  The
 *        frame's number stands for the node in later frames of the same sender
 * HOLD   which chunks nodes hold of their images, or have taken or dropped: see
 *        hold.h.  The same HOLD may come twice
 * GONE   a node has left or was lost
 * VIEW   all nodes of the view with number `seq` have been sent
 * LEASE  a machine that a boot service has seen: see boot_leases.h.  LEASE is
 *        sent only to sides that have asked for leases in their HELLO
 * PING   answered by PONG; any frame counts as a sign of life
 *
 * CLAIM  between members: a guest of the sender wants to speak for a node that
 *        another member has announced; see membership/claims.h
 * SIGNED the newest signed word on a subject: see authority/word.h.  SIGNED is
 *        sent before the frames that rely on it
 *
 * FLAGS  the flags of a node and of its images, where nothing else of its NODE
 *        has changed.  Only members send FLAGS, and only to their guests
 *
 * CHALLENGE and PROOF show that a node has the key of its id: see
 * proto_proof.h. A node that has a key sends its NODE after the PROOF.
 *
 * Versions.  A side speaks all versions from PROTO_LOWEST to PROTO_HIGHEST, and
 * begins with the lowest: HELLO has PROTO_LOWEST, RANGE has both.  Two sides
 * that have each other's RANGE use the highest version that both speak
 * (proto_spoken); a group uses the highest that all of its members speak.  A
 * /view uses PROTO_LOWEST.  Version 2 knows no RANGE and refuses a frame that
 * it does not know, so RANGE is written as a GONE of an id that no node has
 * (proto.c), which version 2 ignores.
 *
 * A reader ignores what a later version may add:
 *   - frames of other types, up to PROTO_TYPE_MAX, which are not handed on;
 *   - flags, and bytes at the end of any frame but HOLD;
 *   - fields of a NODE, each 2 bytes of type, 2 of length and its data, in
 *     ascending order of type.  Members hand them on to every side that speaks
 *     version 3, so a field reaches all nodes through members that do not know
 *     its type.  Fields of more than PROTO_FIELDS_MAX bytes are dropped.
 *
 * Version 2  has the above without RANGE, fields, the reason of GONE, CLAIM and
 *            SIGNED, and refuses what it does not know.
 * Version 3  has the above without FLAGS, and ignores what it does not know.
 * Version 4  has the above without CHALLENGE, PROOF, what follows the id in
 *            CLAIM, and the flag `proved` of a NODE.
 * Version 5  has all of the above.
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
#include "membership/wire/proto_claim.h"
#include "membership/wire/proto_proof.h"
#include "membership/wire/proto_word.h"

#define PROTO_LOWEST 2
/* tests/previous may build a side that speaks version 2 alone. */
#ifndef PROTO_HIGHEST
#define PROTO_HIGHEST 5
#endif
/* The first version whose frames have fields, the reason of GONE, CLAIM,
 * SIGNED. */
#define PROTO_FIELDS_SINCE 3
#define PROTO_REASON_SINCE 3
#define PROTO_CLAIM_SINCE 3
#define PROTO_SIGNED_SINCE 3
#define PROTO_FLAGS_SINCE 4 /* the first version that has FLAGS */
/* the first version that has CHALLENGE, PROOF, and what they lead to */
#define PROTO_PROOF_SINCE 5
#define PROTO_HEAD 5 /* bytes before a frame's body: length and type */
#define PROTO_TYPE_MAX 127
/* Arbitrary bounds: a NODE with PROTO_IMAGES_MAX images and PROTO_FIELDS_MAX
 * bytes of fields takes 3 KB, and a HOLD of PROTO_SPAN_MAX chunks 48 KB. */
#define PROTO_BODY_MAX (64U << 10)
#define PROTO_IMAGES_MAX 16    /* most images of one node */
#define PROTO_NUMBERS_MAX 4096 /* numbers that a node can have in frames */
/* A NODE of this number tells a router that another machine, at that address,
 * has its id; it is none of the sender's nodes.  Routers that do not know this
 * ignore a NODE of their own id. */
#define PROTO_NUMBER_TWIN (PROTO_NUMBERS_MAX - 1)
#define PROTO_FIELDS_MAX 1024 /* most bytes of a node's fields */
/* most chunks of all spans of a HOLD together */
#define PROTO_SPAN_MAX (1U << 18)
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
	PROTO_FLAGS,
	PROTO_CHALLENGE,
	PROTO_PROOF,

	/* The types below are never on the wire. */
	PROTO_RANGE = 256,
	PROTO_UNKNOWN, /* a frame that is to be ignored */
};

/* The versions that a side speaks. */
struct proto_range {
	uint32_t lowest, highest;
};

/* Why a node is gone. */
enum proto_reason {
	PROTO_REASON_UNKNOWN, /* the frame has no reason */
	PROTO_LEFT,           /* the node announced that it leaves */
	PROTO_LOST,           /* the node died, or cannot be reached */
};

struct node_id {
	uint8_t b[16]; /* a UUID */
};

struct proto_image {
	struct digest id;
	char name[MANIFEST_NAME_MAX + 1];
	uint64_t size;       /* bytes of the image */
	uint32_t chunk_size; /* bytes of a chunk; the last may have less */
	bool complete;       /* the node holds all chunks: no HOLD is needed */
	bool is_default;     /* the node takes this image as default */
	bool seed;           /* the node has the image file itself */
	/* a client of the node has the image attached, or --want names the
	 * image */
	bool used;
};

struct proto_node {
	struct node_id id;
	/* the node's name, as manifest_name_ok allows */
	char name[MANIFEST_NAME_MAX + 1];
	/* address of its NBD server; ip may be "any": see member.h */
	struct address nbd;
	/* TCP port of the node's member; 0: none that TCP reaches */
	uint16_t member_port;
	bool active; /* the node reads or fills */
	bool reads;  /* a client of the node reads */
	bool serves; /* nbdkit answers at the address nbd */
	/* the node's router is connected to its member by TCP; set by the
	 * member */
	bool satellite;
	/* the node has shown its member the key of its id; set by the member */
	bool proved;
	/* bytes that the node's stores may take together; 0: it keeps
	 * nothing */
	uint64_t budget;
	/* The place of the node's boot service in the turn queue, which the
	 * member sets; 0: the node has no boot service that is ready. */
	uint32_t boots;
	uint64_t since; /* when the node started, in seconds since 1970 */
	struct proto_word word; /* the node's word on the default image */
	uint8_t nimages;
	struct proto_image images[PROTO_IMAGES_MAX];
	uint16_t nfields; /* bytes used in `fields` */
	uint8_t fields[PROTO_FIELDS_MAX];
};

/* All flags of a node, and of an image, that this version knows. */
#define PROTO_NODE_FLAGS 0x1f
#define PROTO_IMAGE_FLAGS 0x0f

/* A FLAGS: see proto_flags.h. */
struct proto_flags {
	uint16_t number; /* the node's number in frames */
	uint8_t node;    /* flags of the node */
	uint8_t nimages;
	uint8_t images[PROTO_IMAGES_MAX]; /* flags of each image */
};

/* The meaning of the chunks that a part of a HOLD marks in its span. */
enum proto_change {
	PROTO_HELD,    /* the marked chunks are held, and no others are */
	PROTO_TAKEN,   /* the marked chunks are held from now on */
	PROTO_DROPPED, /* the marked chunks are no longer held */
};

/* A part of a HOLD, as read. */
struct proto_hold {
	uint16_t number; /* the node's number in frames */
	uint8_t index;   /* the image's index in the node's NODE */
	enum proto_change change;
	uint32_t first, span; /* first chunk, and number of chunks */
	const uint8_t *runs;  /* points into the frame: see hold.h */
	size_t nruns;         /* bytes at `runs` */

	/* The node and image that number and index stand for: set by
	 * numbers_resolve, not by hold_next. */
	struct node_id node;
	struct digest image;
};

/* The stages of a machine's boot. */
enum boot_stage {
	/* the machine has an address; perhaps it does not boot at all */
	BOOT_SEEN,
	BOOT_ROM,
	BOOT_KERNEL,
	BOOT_INITRAMFS,
	BOOT_JOINED,
	BOOT_UP,
};

struct proto_lease {
	/* version of the record, at most PROTO_LEASE_VERSION_MAX */
	uint64_t version;
	uint8_t mac[6];
	uint8_t ip[4];
	uint32_t left_s; /* seconds left; 0: expired, UINT32_MAX: for ever */
	enum boot_stage stage;
	/* empty, or as manifest_name_ok allows */
	char name[MANIFEST_NAME_MAX + 1];
};

struct proto_msg {
	enum proto_type type;
	union {
		struct { /* HELLO */
			uint32_t version;
			/* the sender is a member that has lost its group:
			 * nodes that it does not know may yet live */
			bool alone;
			bool leases; /* the sender asks for leases */
			bool boots;  /* the sender is a ready boot service */
		};
		struct { /* NODE */
			uint16_t number;
			struct proto_node node;
		};
		struct { /* HOLD: to be read by hold_next */
			/* the parts; points into the frame */
			const uint8_t *parts;
			size_t nparts; /* bytes at `parts` */
		};
		struct proto_range range; /* RANGE */
		struct {                  /* GONE */
			struct node_id gone;
			enum proto_reason reason;
		};
		struct { /* CLAIM */
			struct node_id claim;
			enum proto_claim claims;
			/* with PROTO_CLAIM_PROVED: where the guest is */
			struct proto_claimant claimant;
		};
		struct proto_nonce nonce; /* CHALLENGE */
		struct proto_proof proof; /* PROOF */
		struct {                  /* SIGNED: to be read by words_take */
			const uint8_t
			    *word; /* the word; points into the frame */
			/* bytes at `word`, 1 to WORD_MAX */
			size_t nword;
		};
		uint64_t seq;             /* VIEW */
		struct proto_lease lease; /* LEASE */
		struct proto_flags flags; /* FLAGS */
	};
};

/* Decodes the frame at the start of buf into m, whose pointers point into buf.
 * Returns how many bytes the frame has; 0: its end is not in buf yet; -1 with
 * errno EPROTO: the bytes are no valid frame. */
ssize_t proto_decode(const uint8_t *buf, size_t len, struct proto_msg *m);
/* Encodes m into buf, and leaves out what the protocol's version `spoken` does
 * not have.  Returns how many bytes the frame has; -1 with errno ENOSPC: buf is
 * too short. */
ssize_t proto_encode_as(const struct proto_msg *m, uint32_t spoken,
			uint8_t *buf, size_t len);
/* Encodes m as proto_encode_as does, in version PROTO_LOWEST. */
ssize_t proto_encode(const struct proto_msg *m, uint8_t *buf, size_t len);
/* Returns true if this side can speak with a side whose HELLO has this
 * version. */
bool proto_hears(uint32_t version);
/* Returns this side's RANGE. */
struct proto_msg proto_own_range(void);
/* Returns the highest version that both sides speak; 0: they share none. */
uint32_t proto_spoken(const struct proto_range *theirs);
/* Returns true if the bytes are well-formed fields of a NODE, whatever their
 * types are. */
bool proto_fields_ok(const uint8_t *fields, size_t len);
/* Returns true if a and b are equal in all fields, the node's word on the
 * default image among them. */
bool proto_node_equal(const struct proto_node *a, const struct proto_node *b);
/* Returns the number of the image's chunks, of which the last may be short. */
uint32_t proto_image_chunks(const struct proto_image *im);
/* Return, or set, the flags of a node or an image as bits of a byte. */
uint8_t proto_node_flags(const struct proto_node *n);
void proto_node_set_flags(struct proto_node *n, uint8_t flags);
uint8_t proto_image_flags(const struct proto_image *im);
void proto_image_set_flags(struct proto_image *im, uint8_t flags);
bool node_id_equal(const struct node_id *a, const struct node_id *b);

#endif

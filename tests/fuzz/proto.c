/* Any bytes: what decodes can be used, and encodes to what decodes alike. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "membership/proto.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* In a buffer of just the right size, so that the sanitizer sees a byte too
 * many. */
static void
again(const struct proto_msg *m, const uint8_t *frame, size_t len)
{
	struct proto_msg copy;
	uint8_t *buf = malloc(len);
	ssize_t n = proto_encode(m, buf, len);

	/* another version's HELLO is not understood to the end */
	if (m->type != PROTO_HELLO || m->version == PROTO_VERSION) {
		assert(n == (ssize_t)len);
		assert(memcmp(buf, frame, len) == 0);
		assert(proto_decode(buf, len, &copy) == n);
	}
	free(buf);
}

static void
use(const struct proto_msg *m)
{
	/* volatile, so that each word is read */
	volatile uint64_t word;

	if (m->type == PROTO_HOLD)
		for (uint16_t i = 0; i < m->hold.nwords; i++) {
			word = proto_hold_word(&m->hold, i);
			(void)word;
		}
	if (m->type == PROTO_LEASE)
		assert(m->lease.name[0] == '\0' ||
		       manifest_name_ok(m->lease.name, strlen(m->lease.name)));
	if (m->type == PROTO_NODE) {
		assert(strlen(m->node.name) <= MANIFEST_NAME_MAX);
		for (uint8_t i = 0; i < m->node.nimages; i++)
			assert(
			    manifest_name_ok(m->node.images[i].name,
					     strlen(m->node.images[i].name)));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct proto_msg m;
	size_t at = 0;
	ssize_t n;

	while ((n = proto_decode(data + at, size - at, &m)) > 0) {
		use(&m);
		again(&m, data + at, n);
		at += n;
	}
	return 0;
}

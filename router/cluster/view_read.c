/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "router/cluster/view_read.h"

#include "authority/words.h"

bool
view_read(const uint8_t *data, size_t len, const struct view_read_ops *ops,
	  void *ctx, uint32_t *version)
{
	unsigned words = 0;
	struct proto_msg m;
	ssize_t n;

	*version = 0;
	while (len > 0 && (n = proto_decode(data, len, &m)) > 0) {
		if (m.type == PROTO_HELLO && !proto_hears(m.version)) {
			*version = m.version;
			return false;
		}
		if (m.type == PROTO_NODE)
			ops->node(ctx, &m.node);
		if (m.type == PROTO_SIGNED && words++ < WORDS_MAX)
			ops->word(ctx, m.word, m.nword);
		data += n;
		len -= n;
	}
	return len == 0;
}

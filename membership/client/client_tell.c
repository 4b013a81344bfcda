/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* This file takes what the node has to tell: which keys it shows, what it is
 * and holds, its signed words and its leases. */
#include "membership/client/client_inside.h"

/* After a batch of more bytes than this the pause to the next batch doubles. */
#define MUCH_BYTES 4096

static int64_t
now(const struct member_client *c)
{
	return loop_now_ns(c->loop);
}

void
member_client_secure(struct member_client *c, const char *psk_file)
{
	c->psk.file = psk_file;
}

void
member_client_key(struct member_client *c, const struct key_pair *key)
{
	c->psk.node = key;
}

void
client_batch_fire(void *ctx)
{
	struct member_client *c = ctx;

	if (self_news_bytes(c->news) > MUCH_BYTES)
		c->batch_ns *= 2;
	else
		c->batch_ns = CLIENT_BATCH_MS * NS_PER_MS;
	if (c->batch_ns > CLIENT_BATCH_MAX_MS * NS_PER_MS)
		c->batch_ns = CLIENT_BATCH_MAX_MS * NS_PER_MS;
	c->flushed_ns = now(c);
	self_news_flush(c->news);
	if (c->cur != NULL)
		channel_kick(c->cur->channel);
}

void
member_client_announce(struct member_client *c, const struct proto_node *self)
{
	if (self_news_describe(c->news, self) && c->cur != NULL)
		channel_kick(c->cur->channel);
}

void
member_client_words(struct member_client *c, const struct words *words)
{
	c->words = words;
	if (c->cur != NULL)
		channel_kick(c->cur->channel);
}

void
member_client_hold(struct member_client *c, const struct digest *image,
		   const struct bitmap *held)
{
	int64_t due = c->flushed_ns + c->batch_ns;

	self_news_held(c->news, image, held);
	if (c->batch.slot == 0)
		loop_timer_set(c->loop, &c->batch, due < now(c) ? now(c) : due);
}

void
member_client_boots(struct member_client *c, bool ready)
{
	if (c->boots == ready)
		return;
	c->boots = ready;
	if (c->cur == NULL)
		return;
	c->cur->hello_due = true;
	channel_kick(c->cur->channel);
}

void
member_client_lease(struct member_client *c, const struct proto_lease *l)
{
	leases_set(c->leases, l, now(c));
	if (c->cur != NULL)
		channel_kick(c->cur->channel);
}

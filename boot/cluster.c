/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "boot/cluster.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uuid/uuid.h>

#include "lib/cleanup.h"
#include "lib/ip4.h"
#include "lib/socket_names.h"
#include "membership/client/client.h"
#include "membership/client/turn_queue.h"
#include "boot/rights.h"

struct cluster {
	const struct cluster_ops *ops;
	void *ctx;
	struct member_client *client;
	const struct rights *rights;
	char *id_path;
	uint32_t own_ip;
	struct node_id own;
	bool has_own, has_image;
	struct proto_image image;
	struct turn_queue turns;
	size_t n;
	struct boot_node nodes[NODES_MAX];
};

/* Reads the id of this machine's node into c->own.  Before the node has started
 * there is no id, and c->has_own becomes false. */
static void
find_own(struct cluster *c)
{
	AUTO_FCLOSE FILE *f = fopen(c->id_path, "re");
	char text[UUID_STR_LEN] = "";

	c->has_own = f != NULL && fread(text, UUID_STR_LEN - 1, 1, f) == 1 &&
		     uuid_parse(text, c->own.b) == 0;
}

static bool
is_own(struct cluster *c, const struct node_id *id)
{
	if (!c->has_own)
		find_own(c);
	return c->has_own && node_id_equal(&c->own, id);
}

static struct boot_node *
find(const struct cluster *c, const struct node_id *id)
{
	for (size_t i = 0; i < c->n; i++)
		if (node_id_equal(&c->nodes[i].id, id))
			return (struct boot_node *)&c->nodes[i];
	return NULL;
}

/* Returns true if node n has `image` as its default only because it does not
 * have the image that the cluster's signed word names.  Such an image need not
 * be the former default image. */
static bool
stands_in(const struct proto_node *n, const struct proto_image *image)
{
	return n->word.version > 0 && !digest_equal(&n->word.image, &image->id);
}

static void
take_image(struct cluster *c, const struct proto_node *n)
{
	for (uint8_t i = 0; i < n->nimages; i++)
		if (n->images[i].is_default) {
			if (c->has_image && stands_in(n, &n->images[i]))
				return;
			c->image = n->images[i];
			c->has_image = true;
			return;
		}
}

static void
on_node(void *ctx, const struct proto_node *n)
{
	struct cluster *c = ctx;
	struct boot_node *to = find(c, &n->id);

	turn_queue_node(&c->turns, n);
	if (to == NULL) {
		if (c->n == NODES_MAX)
			return;
		to = &c->nodes[c->n++];
	}
	to->id = n->id;
	to->ip = ip4_of_address(&n->nbd);
	to->core = n->member_port != 0 && !n->satellite;
	to->boots = n->boots != 0;
	to->nimages = n->nimages;
	for (uint8_t i = 0; i < n->nimages; i++)
		to->images[i] = n->images[i].id;
	if (is_own(c, &n->id)) {
		to->ip = c->own_ip;
		take_image(c, n);
	}
	c->ops->node(c->ctx, to);
}

static void
on_gone(void *ctx, const struct node_id *id, enum proto_reason reason)
{
	struct cluster *c = ctx;
	struct boot_node *n = find(c, id);

	turn_queue_gone(&c->turns, id);
	if (n == NULL)
		return;
	c->ops->gone(c->ctx, n);
	*n = c->nodes[--c->n];
}

static void
on_hold(void *ctx, const struct proto_hold *h)
{
}

static void
on_view(void *ctx, uint64_t seq)
{
	struct cluster *c = ctx;

	/* the id of this machine's node changes if its run directory was made
	 * anew */
	find_own(c);
	c->ops->view(c->ctx);
}

static void
on_lease(void *ctx, const struct proto_lease *l)
{
	struct cluster *c = ctx;

	c->ops->lease(c->ctx, l);
}

static void
on_word(void *ctx, const uint8_t *word, size_t len)
{
	struct cluster *c = ctx;

	c->ops->word(c->ctx);
}

static int
on_connect(void *ctx)
{
	const struct cluster *c = ctx;

	return rights_member(c->rights);
}

struct cluster *
cluster_new(struct loop *l, const char *run_dir, const struct rights *r,
	    uint32_t own_ip, const struct cluster_ops *ops, void *ctx)
{
	static const struct member_client_ops client_ops = {
	    .node = on_node,
	    .hold = on_hold,
	    .gone = on_gone,
	    .view = on_view,
	    .lease = on_lease,
	    .word = on_word,
	    .connect = on_connect,
	};
	AUTO_FREE struct cluster *c = calloc(1, sizeof *c);
	AUTO_FREE char *id = NULL;
	AUTO_FREE char *member = NULL;

	if (c == NULL || asprintf(&id, "%s/node", run_dir) == -1 ||
	    asprintf(&member, "%s/" SOCKET_MEMBER, run_dir) == -1)
		return NULL;
	c->ops = ops;
	c->ctx = ctx;
	c->own_ip = own_ip;
	c->rights = r;
	c->client = member_client_new(l, member, NULL, 0, &client_ops, c);
	if (c->client == NULL)
		return NULL;
	c->id_path = TAKE_PTR(id);
	return TAKE_PTR(c);
}

void
cluster_free(struct cluster *c)
{
	if (c == NULL)
		return;
	member_client_free(c->client);
	free(c->id_path);
	free(c);
}

const struct proto_image *
cluster_image(const struct cluster *c)
{
	return c->has_image ? &c->image : NULL;
}

bool
cluster_has_image(const struct cluster *c, const struct digest *id)
{
	for (size_t i = 0; i < c->n; i++)
		for (uint8_t j = 0; j < c->nodes[i].nimages; j++)
			if (digest_equal(&c->nodes[i].images[j], id))
				return true;
	return false;
}

static size_t
add(uint32_t ip, uint32_t *to, size_t n, size_t max)
{
	for (size_t i = 0; i < n; i++)
		if (to[i] == ip)
			return n;
	if (ip == 0 || n == max)
		return n;
	to[n] = ip;
	return n + 1;
}

size_t
cluster_peers(const struct cluster *c, uint32_t *to, size_t max)
{
	size_t n = add(c->own_ip, to, 0, max);

	for (int core = 1; core >= 0; core--)
		for (size_t i = 0; i < c->n; i++)
			if (c->nodes[i].core == core)
				n = add(c->nodes[i].ip, to, n, max);
	return n;
}

size_t
cluster_boots(const struct cluster *c, uint32_t *to, size_t max)
{
	size_t n = add(c->own_ip, to, 0, max);

	for (size_t i = 0; i < c->n; i++)
		if (c->nodes[i].boots)
			n = add(c->nodes[i].ip, to, n, max);
	return n;
}

const struct boot_node *
cluster_by_ip(const struct cluster *c, uint32_t ip)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->nodes[i].ip == ip)
			return &c->nodes[i];
	return NULL;
}

size_t
cluster_count(const struct cluster *c)
{
	return c->n;
}

const struct boot_node *
cluster_at(const struct cluster *c, size_t i)
{
	return &c->nodes[i];
}

void
cluster_ready(struct cluster *c, bool ready)
{
	member_client_boots(c->client, ready);
}

enum turn
cluster_turn(const struct cluster *c)
{
	const struct node_id *first = turn_queue_first(&c->turns);

	if (member_client_alone(c->client) || first == NULL || !c->has_own)
		return TURN_UNKNOWN;
	return node_id_equal(first, &c->own) ? TURN_OURS : TURN_OTHERS;
}

const struct boot_node *
cluster_first(const struct cluster *c)
{
	const struct node_id *first = turn_queue_first(&c->turns);

	return first != NULL ? find(c, first) : NULL;
}

void
cluster_lease(struct cluster *c, const struct proto_lease *l)
{
	member_client_lease(c->client, l);
}

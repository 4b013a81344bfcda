/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* member_probe: connects to a member as a router does, for tests.  It announces
 * a node if it is given a name, and prints what the member sends it, one line
 * for each event:
 *
 *   node NAME UUID ADDRESS core=PORT active=0|1 satellite=0|1 boots=N
 *        [IMAGE=all|some]... [fields=BYTES]
 *   hold NAME IMAGE NCHUNKS       the node holds NCHUNKS chunks by now
 *   gone NAME left|lost|unknown   the node is gone, and why
 *   view SEQ N                    a view is complete; N nodes are known
 *   peer ADDRESS|PATH|none        the member to which the probe is connected
 *   first NAME|none               the node whose turn it is to answer DHCP
 *   lease MAC IP NAME STAGE LEFT  (with -l) LEFT: minutes, rounded up
 *
 *   member_probe [-s SOCKET] [-c CORE:PORT]... [-n NAME [-u UUID] [-a ADDR]
 *                [-p MEMBERPORT] [-i IMAGE=NCHUNKS:HELD]... [-f TEXT]] [-l]
 *                [-k PSKFILE] [-K DIR]
 *
 * -f announces a field of a type that nobody knows, with TEXT in it.  -l asks
 * for leases, as the boot service does.  -k has it speak TLS with a key of that
 * file, a node's member.psk.  -K has it show the key in DIR, which is made if
 * there is none, and so sets its UUID.
 *
 * Lines on the standard input are commands: "hold CHUNK" (of the first image),
 * "active 0|1", "boots 0|1", "lease MAC IP NAME STAGE SECONDS" and "quit".
 * After "quit" or SIGTERM the probe announces that its node leaves, and ends.
 * At the end of the input it goes on.  SIGKILL ends it without such an
 * announcement. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>
#include <uuid/uuid.h>

#include "authority/node_key.h"
#include "lib/address.h"
#include "lib/bitmap.h"
#include "lib/log.h"
#include "lib/loop.h"
#include "membership/client/client.h"
#include "membership/wire/hold.h"
#include "membership/client/turn_queue.h"

#define CHUNK 4096
#define NODES 4096
#define CORES 16
#define PEER_EVERY_NS 10000000LL

static const char *const reasons[] = {
    [PROTO_REASON_UNKNOWN] = "unknown",
    [PROTO_LEFT] = "left",
    [PROTO_LOST] = "lost",
};

struct seen {
	bool used;
	struct proto_node n;
	struct bitmap *held[PROTO_IMAGES_MAX];
};

struct probe {
	struct loop *loop;
	struct member_client *client;
	struct proto_node self;
	struct key_pair key;
	bool has_key;
	struct turn_queue turns;
	struct bitmap *held[PROTO_IMAGES_MAX];
	struct seen *seen;
	int count;
	struct loop_source in;
	struct loop_timer look;
	char peer[256], first[MANIFEST_NAME_MAX + 1], line[4096];
	size_t nline;
};

static struct seen *
find(struct probe *p, const struct node_id *id)
{
	for (int i = 0; i < NODES; i++)
		if (p->seen[i].used && node_id_equal(&p->seen[i].n.id, id))
			return &p->seen[i];
	return NULL;
}

static struct seen *
find_or_add(struct probe *p, const struct node_id *id)
{
	struct seen *s = find(p, id);

	for (int i = 0; s == NULL && i < NODES; i++) {
		if (p->seen[i].used)
			continue;
		s = &p->seen[i];
		s->used = true;
		p->count++;
	}
	return s;
}

static void
forget_held(struct seen *s)
{
	for (int i = 0; i < PROTO_IMAGES_MAX; i++) {
		bitmap_free(s->held[i]);
		s->held[i] = NULL;
	}
}

static void
print_node(const struct proto_node *n)
{
	char uuid[37], text[ADDRESS_TEXT];

	uuid_unparse_lower(n->id.b, uuid);
	printf("node %s %s %s core=%u active=%d satellite=%d boots=%u", n->name,
	       uuid, address_text(&n->nbd, text), n->member_port, n->active,
	       n->satellite, n->boots);
	for (int i = 0; i < n->nimages; i++)
		printf(" %s=%s", n->images[i].name,
		       n->images[i].complete ? "all" : "some");
	if (n->nfields > 0)
		printf(" fields=%u", n->nfields);
	printf("\n");
}

static void
on_node(void *ctx, const struct proto_node *n)
{
	struct probe *p = ctx;
	struct seen *s = find_or_add(p, &n->id);
	bool same = s->n.nimages == n->nimages;

	for (int i = 0; same && i < n->nimages; i++)
		same = digest_equal(&s->n.images[i].id, &n->images[i].id);
	if (!same)
		forget_held(s);
	s->n = *n;
	for (int i = 0; i < n->nimages; i++)
		if (s->held[i] == NULL)
			s->held[i] = bitmap_new(n->images[i].size / CHUNK);
	print_node(n);
	turn_queue_node(&p->turns, n);
}

static void
on_hold(void *ctx, const struct proto_hold *h)
{
	struct seen *s = find(ctx, &h->node);

	if (s == NULL)
		log_fatal("HOLD of a node that was not announced");
	for (int i = 0; i < s->n.nimages; i++) {
		if (!digest_equal(&s->n.images[i].id, &h->image))
			continue;
		hold_apply(h, s->held[i]);
		printf("hold %s %s %u\n", s->n.name, s->n.images[i].name,
		       bitmap_count(s->held[i]));
	}
}

static void
on_gone(void *ctx, const struct node_id *id, enum proto_reason reason)
{
	struct probe *p = ctx;
	struct seen *s = find(p, id);

	if (s == NULL)
		log_fatal("GONE of a node that was not announced");
	printf("gone %s %s\n", s->n.name, reasons[reason]);
	turn_queue_gone(&p->turns, id);
	forget_held(s);
	memset(s, 0, sizeof *s);
	p->count--;
}

static void
on_view(void *ctx, uint64_t seq)
{
	struct probe *p = ctx;
	const struct node_id *id = turn_queue_first(&p->turns);
	const struct seen *s = id != NULL ? find(p, id) : NULL;
	const char *first = s != NULL ? s->n.name : "none";

	printf("view %llu %d\n", (unsigned long long)seq, p->count);
	if (strcmp(first, p->first) != 0)
		printf("first %s\n", first);
	snprintf(p->first, sizeof p->first, "%s", first);
}

static void
on_lease(void *ctx, const struct proto_lease *l)
{
	printf("lease %02x:%02x:%02x:%02x:%02x:%02x %u.%u.%u.%u %s %d %u\n",
	       l->mac[0], l->mac[1], l->mac[2], l->mac[3], l->mac[4], l->mac[5],
	       l->ip[0], l->ip[1], l->ip[2], l->ip[3], l->name, l->stage,
	       (l->left_s + 59) / 60);
}

static const struct member_client_ops router_ops = {
    .node = on_node,
    .hold = on_hold,
    .gone = on_gone,
    .view = on_view,
};
static const struct member_client_ops service_ops = {
    .node = on_node,
    .hold = on_hold,
    .gone = on_gone,
    .view = on_view,
    .lease = on_lease,
};

static void
look(void *ctx)
{
	struct probe *p = ctx;
	const char *peer = member_client_peer(p->client);

	if (peer == NULL)
		peer = "none";
	if (strcmp(peer, p->peer) != 0)
		printf("peer %s\n", peer);
	snprintf(p->peer, sizeof p->peer, "%s", peer);
	loop_timer_set(p->loop, &p->look, loop_now_ns(p->loop) + PEER_EVERY_NS);
}

static void
announce(struct probe *p)
{
	if (p->self.name[0] == '\0')
		return;
	member_client_announce(p->client, &p->self);
	for (int i = 0; i < p->self.nimages; i++)
		member_client_hold(p->client, &p->self.images[i].id,
				   p->held[i]);
}

/* Sends the member the lease that `text` describes: MAC IP NAME STAGE SECONDS.
 */
static void
say_lease(struct probe *p, const char *text)
{
	struct proto_lease l = {0};
	uint8_t *m = l.mac, *a = l.ip;

	if (sscanf(text,
		   "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx %hhu.%hhu.%hhu.%hhu %64s %u "
		   "%u",
		   m, m + 1, m + 2, m + 3, m + 4, m + 5, a, a + 1, a + 2, a + 3,
		   l.name, &l.stage, &l.left_s) != 13)
		log_fatal("lease %s: MAC IP NAME STAGE SECONDS", text);
	member_client_lease(p->client, &l);
}

static void
command(struct probe *p, const char *line)
{
	unsigned v;

	if (sscanf(line, "hold %u", &v) == 1 && p->self.nimages > 0 &&
	    v < bitmap_size(p->held[0]))
		bitmap_add(p->held[0], v);
	else if (sscanf(line, "active %u", &v) == 1)
		p->self.active = v;
	else if (sscanf(line, "boots %u", &v) == 1)
		member_client_boots(p->client, v);
	else if (strncmp(line, "lease ", 6) == 0)
		say_lease(p, line + 6);
	else if (strncmp(line, "quit", 4) == 0)
		loop_stop(p->loop);
	announce(p);
}

static void
on_input(void *ctx, uint32_t events)
{
	struct probe *p = ctx;
	ssize_t n = read(STDIN_FILENO, p->line + p->nline,
			 sizeof p->line - 1 - p->nline);
	char *l = p->line, *end;

	if (n <= 0) {
		loop_remove(p->loop, &p->in);
		return;
	}
	p->line[p->nline + n] = '\0';
	while ((end = strchr(l, '\n')) != NULL) {
		*end = '\0';
		command(p, l);
		l = end + 1;
	}
	p->nline = strlen(l);
	memmove(p->line, l, p->nline);
}

/* Adds the image that `text` describes, IMAGE=NCHUNKS:HELD, to the probe's
 * node.  The image's id is a hash of its name; the node holds the first HELD
 * chunks. */
static void
add_image(struct probe *p, const char *text)
{
	struct proto_image *im = &p->self.images[p->self.nimages];
	unsigned nchunks, held;

	if (p->self.nimages == PROTO_IMAGES_MAX ||
	    sscanf(text, "%64[^=]=%u:%u", im->name, &nchunks, &held) != 3 ||
	    held > nchunks)
		log_fatal("-i %s: not IMAGE=NCHUNKS:HELD", text);
	im->id = digest_of(im->name, strlen(im->name));
	im->chunk_size = CHUNK;
	im->size = (uint64_t)nchunks * CHUNK;
	im->complete = held == nchunks;
	p->held[p->self.nimages] = bitmap_new(nchunks);
	for (unsigned i = 0; i < held; i++)
		bitmap_add(p->held[p->self.nimages], i);
	p->self.nimages++;
}

static void
stop(void *ctx, int signo)
{
	loop_stop(ctx);
}

struct where {
	const char *socket_path, *psk_file;
	struct address cores[CORES];
	size_t ncores;
	bool leases;
};

static bool
add_field(struct proto_node *n, const char *text)
{
	size_t len = strlen(text);

	if (len > 255)
		return false;
	n->nfields = 4 + len;
	memcpy(n->fields, (uint8_t[]){0xff, 0, 0, len}, 4);
	memcpy(n->fields + 4, text, len);
	return true;
}

/* Takes the key in the directory dir, and the UUID that follows from it. */
static bool
take_key(struct probe *p, const char *dir)
{
	p->has_key =
	    node_key_read(dir, &p->key) == 0 ||
	    (key_make(&p->key) == 0 && node_key_keep(dir, &p->key) == 0);
	node_key_uuid(&p->key.pub, p->self.id.b);
	return p->has_key;
}

/* Sets the field of p or w that the command line's option `opt` is for.
 * Returns false if there is no such option, or if its value is wrong. */
static bool
option(struct probe *p, struct where *w, int opt)
{
	switch (opt) {
	case 's':
		w->socket_path = optarg;
		return true;
	case 'c':
		return w->ncores < CORES &&
		       address_parse(optarg, PORT_MEMBER,
				     &w->cores[w->ncores++]) == 0;
	case 'n':
		snprintf(p->self.name, sizeof p->self.name, "%s", optarg);
		return true;
	case 'u':
		return uuid_parse(optarg, p->self.id.b) == 0;
	case 'a':
		return address_parse(optarg, PORT_NBD, &p->self.nbd) == 0;
	case 'p':
		p->self.member_port = atoi(optarg);
		return true;
	case 'l':
		w->leases = true;
		return true;
	case 'i':
		add_image(p, optarg);
		return true;
	case 'f':
		return add_field(&p->self, optarg);
	case 'k':
		w->psk_file = optarg;
		return true;
	case 'K':
		return take_key(p, optarg);
	}
	return false;
}

static void
read_options(struct probe *p, struct where *w, int argc, char **argv)
{
	int opt;

	uuid_generate(p->self.id.b);
	p->self.serves = true;
	address_parse("0.0.0.0", PORT_NBD, &p->self.nbd);
	while ((opt = getopt(argc, argv, "s:c:n:u:a:p:i:f:lk:K:")) != -1)
		if (!option(p, w, opt))
			log_fatal("-%c %s", opt, optarg != NULL ? optarg : "");
}

static void
start(struct probe *p, const struct where *w)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	p->loop = loop_new();
	p->seen = calloc(NODES, sizeof *p->seen);
	if (p->loop == NULL || p->seen == NULL ||
	    loop_signals(p->loop, &set, stop, p->loop) == -1)
		log_fatal("%s", strerror(errno));
	p->client =
	    member_client_new(p->loop, w->socket_path, w->cores, w->ncores,
			      w->leases ? &service_ops : &router_ops, p);
	if (w->psk_file != NULL)
		member_client_secure(p->client, w->psk_file);
	if (p->has_key)
		member_client_key(p->client, &p->key);
	p->look = (struct loop_timer){.fire = look, .ctx = p};
	p->in = (struct loop_source){
	    .fd = STDIN_FILENO, .events = EPOLLIN, .ready = on_input, .ctx = p};
	/* loop_add fails for a file or /dev/null, which epoll refuses; the
	 * probe then reads no commands */
	(void)loop_add(p->loop, &p->in);
	announce(p);
	look(p);
}

int
main(int argc, char **argv)
{
	static struct probe p;
	struct where w = {.socket_path = NULL};

	log_init("member_probe", false);
	setvbuf(stdout, NULL, _IOLBF, 0);
	read_options(&p, &w, argc, argv);
	start(&p, &w);
	if (loop_run(p.loop) == -1)
		log_fatal("%s", strerror(errno));
	member_client_free(p.client);
	for (int i = 0; i < NODES; i++)
		forget_held(&p.seen[i]);
	for (int i = 0; i < PROTO_IMAGES_MAX; i++)
		bitmap_free(p.held[i]);
	free(p.seen);
	loop_free(p.loop);
	return 0;
}

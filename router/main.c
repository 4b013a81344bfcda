/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "router/router.h"

#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <uuid/uuid.h>

#include "authority/node_key.h"
#include "lib/become.h"
#include "lib/cleanup.h"
#include "lib/listen_unix.h"
#include "lib/log.h"
#include "lib/path_in.h"
#include "lib/regain.h"
#include "lib/run_as.h"
#include "lib/socket_names.h"
#include "lib/store.h"
#include "lib/write_anew.h"
#include "router/control.h"

/* greatest read-ahead window, in chunks (perf/NOTES, "Routing") */
#define WINDOW_DEFAULT 128
#define COPIES_DEFAULT 3
/* A block of memory of at least so many bytes gets a mapping of its own
 * (mallopt), which the system gets back when the block is freed.  Arbitrary:
 * less than a usual chunk, but more than a request needs. */
#define MAPPED_BYTES (64 << 10)

struct settings {
	struct router_config router;
	const char *store; /* budget of the stores: a size, or "all" */
	const char *name;
	const char *advertise;
	struct option_list images, manifests;
	bool member_socket;
	uint64_t member_port;
	const char *trust; /* the trusted public key, in hexadecimal digits */
	const char *member_psk;
	/* numbers of the group of this node's nbdkit, and of the group whose
	 * users may ask for the status; 0: none */
	uint64_t plugin_group, status_group;
	const char *key_dir;
	const char *user; /* UID:GID; NULL: the user who has started it */
	bool verbose;
};

#define OPT_SETTINGS struct settings

static const struct option_spec options[] = {
    OPT("run-dir", 0, STRING, router.run_dir, "DIR", "where the sockets are"),
    OPT("store-dir", 0, STRING, router.store_dir, "DIR",
	"where chunks are kept"),
    OPT("store", 0, STRING, store, "SIZE|all", "how much is kept at most"),
    OPT("name", 0, STRING, name, "NAME", "this node's name"),
    OPT("advertise", 0, STRING, advertise, "ADDR[:PORT]",
	"where others reach this node's nbdkit"),
    OPT("member", 0, LIST, router.members, "ADDR[:PORT]",
	"a core node's member"),
    OPT("member-socket", 0, FLAG, member_socket, NULL,
	"this node runs a member, at RUN-DIR/" SOCKET_MEMBER),
    OPT("member-port", 0, NUMBER, member_port, "PORT",
	"where others reach that member"),
    OPT("peer", 0, LIST, router.peers, "ADDR[:PORT]",
	"any node of the cluster to join"),
    OPT("image", 0, LIST, images, "FILE", "an image file to be a seed of"),
    OPT("manifest", 0, LIST, manifests, "FILE",
	"its manifest, in the same order"),
    OPT("want", 0, LIST, router.want, "NAME|ID",
	"take only these images of the cluster"),
    OPT("trust", 0, STRING, trust, "KEY",
	"take only words that this key has signed"),
    OPT("psk", 0, STRING, router.psk_file, "FILE",
	"reach peers by TLS, with these keys"),
    OPT("member-psk", 0, STRING, member_psk, "FILE",
	"reach members by TLS, with these keys"),
    OPT("words", 0, STRING, router.words, "FILE", "signed words to begin with"),
    OPT("direct", 0, FLAG, router.limits.direct, NULL,
	"read everything from the seed, as plain NBD would"),
    OPT("no-fill", 0, FLAG, router.limits.no_fill, NULL,
	"keep what is read here, copy nothing in the background"),
    OPT("io-timeout", 0, NUMBER, router.limits.io_timeout_s, "SECONDS",
	"fail a read that has waited that long; 0: never"),
    OPT("copies", 0, NUMBER, router.limits.copies, "N",
	"chunks that so many others hold are dropped by age"),
    OPT("window", 0, NUMBER, router.limits.window, "CHUNKS",
	"read ahead at most so far"),
    OPT("plugin-group", 0, NUMBER, plugin_group, "GID",
	"the group of this node's nbdkit, which reads the store"),
    OPT("status-group", 0, NUMBER, status_group, "GID",
	"the group whose users may ask for the status, at " SOCKET_STATUS),
    OPT("user", 0, STRING, user, "UID:GID",
	"once it listens, run as this user, by number"),
    OPT("state-dir", 0, STRING, router.state_dir, "DIR",
	"where this user keeps what is known while the node runs"),
    OPT("key-dir", 0, STRING, key_dir, "DIR",
	"where this user keeps the node's own key"),
    OPT("ready-fd", 0, FD, router.ready_fd, "FD",
	"a line is written to it when the router is ready"),
    OPT("verbose", 'v', FLAG, verbose, NULL, "say more"),
    {0},
};

static const struct command_spec command = {
    .program = "vfield-router",
    .args = "",
    .summary = "answer this node's reads, from its store and from its peers",
    .options = options,
};

/* Keeps the key in the directory dir, where reading it failed with `error`. A
 * file that could not be read may have a key, and stays; one that was seen to
 * have none is written anew.  Returns false after it has logged why the key is
 * not kept. */
static bool
keep_key(const char *dir, int error, const struct key_pair *k)
{
	if (error != ENOENT && error != EINVAL && error != ELOOP)
		return false; /* load_key has logged it */
	if (node_key_keep(dir, k) == 0)
		return true;
	log_warn("%s/" NODE_KEY_FILE ": not kept: %s", dir, strerror(errno));
	return false;
}

static void
drop_key(const char *dir)
{
	AUTO_FREE char *path = path_in(dir, NODE_KEY_FILE);

	(void)unlink(path);
}

/* Sets *k to the node's key, which is made at the first start and kept in the
 * directory --key-dir, or, if that fails, in the second one: both are the
 * user's own, so this is no step as root.  A key that cannot be kept lasts as
 * long as this process. */
static void
load_key(const struct settings *s, struct key_pair *k)
{
	const struct router_config *c = &s->router;
	const char *last = c->state_dir != NULL ? c->state_dir : c->run_dir;
	const char *dirs[] = {s->key_dir != NULL ? s->key_dir : last, last};
	const size_t n = s->key_dir != NULL ? 2 : 1;
	int errors[2];
	size_t at;

	for (at = 0; at < n && node_key_read(dirs[at], k) == -1; at++) {
		errors[at] = errno;
		if (errno != ENOENT)
			log_warn("%s/" NODE_KEY_FILE ": %s", dirs[at],
				 key_trouble(errno));
	}
	if (at == n) {
		if (key_make(k) == -1)
			log_fatal("random numbers: %s", strerror(errno));
		log_info("the node has a new key, and so a new id");
	}
	for (size_t i = 0; i < at; i++)
		if (keep_key(dirs[i], errors[i], k)) {
			if (at < n)
				drop_key(dirs[at]);
			return;
		}
	if (at == n)
		log_warn("the node's key is kept nowhere: the node has another "
			 "id after its next start");
}

/* Writes the node's UUID to a file of the run directory, where the boot service
 * reads it, as a user of its own. */
static void
say_id(const char *run_dir, const struct node_id *id)
{
	AUTO_FREE char *path = path_in(run_dir, "node");
	char text[UUID_STR_LEN + 1];

	uuid_unparse_lower(id->b, text);
	strcat(text, "\n");
	if (write_anew_bytes(path, text, strlen(text), 0644) == -1)
		log_fatal("%s: %s", path, strerror(errno));
}

static void
add_files(struct router *r, const struct settings *s)
{
	const struct option_list *files = &s->images;

	if (files->n != s->manifests.n)
		log_fatal("each --image wants one --manifest");
	for (size_t i = 0; i < files->n; i++) {
		const char *why = NULL;

		if (router_add_file(r, files->v[i], s->manifests.v[i], &why) ==
		    NULL)
			log_fatal("%s: %s", files->v[i], why);
	}
}

static uint64_t
parse_budget(const char *text)
{
	uint64_t bytes;

	if (text == NULL || strcmp(text, "all") == 0)
		return UINT64_MAX / 2;
	if (options_parse_size(text, &bytes) == -1)
		log_fatal("--store %s: neither a size nor \"all\"", text);
	return bytes > STORE_BUDGET_MIN ? bytes : STORE_BUDGET_MIN;
}

static struct proto_node
describe_self(const struct settings *s, const struct key_pair *key)
{
	struct proto_node self = {.serves = !s->router.limits.direct};
	const char *why;

	node_key_uuid(&key->pub, self.id.b);
	say_id(s->router.run_dir, &self.id);
	if (!manifest_name_ok(s->name, strlen(s->name)))
		log_fatal("--name %s: 1 to %u letters, digits, '.', '_', '-'",
			  s->name, MANIFEST_NAME_MAX);
	memcpy(self.name, s->name, strlen(s->name) + 1);
	if (address_resolve(s->advertise, PORT_NBD, &self.nbd, &why) == -1)
		log_fatal("--advertise %s: %s", s->advertise, why);
	self.budget = s->router.limits.budget;
	self.member_port = s->member_port;
	return self;
}

static struct member_client *
connect_member(struct router *r, const struct settings *s)
{
	const struct option_list *texts = &s->router.members;
	struct address cores[OPTION_LIST_MAX];
	AUTO_FREE char *socket = NULL;
	struct member_client *c;
	size_t n = 0;

	/* host names are looked up by the joiner */
	for (size_t i = 0; i < texts->n; i++)
		n += address_parse(texts->v[i], PORT_MEMBER, &cores[n]) == 0;
	if (s->member_socket)
		socket = path_in(r->cfg.run_dir, SOCKET_MEMBER);
	c = member_client_new(r->loop, socket, cores, n, &router_member_ops, r);
	if (c != NULL)
		member_client_secure(c, s->member_psk);
	return c;
}

static void
on_signal(void *ctx, int signo)
{
	struct router *r = ctx;

	loop_stop(r->loop);
}

static void
watch_signals(struct router *r)
{
	sigset_t set;

	signal(SIGPIPE, SIG_IGN);
	/* a write beyond the limit on file sizes then fails, as on a full
	 * disk */
	signal(SIGXFSZ, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	if (loop_signals(r->loop, &set, on_signal, r) == -1)
		log_fatal("signals: %s", strerror(errno));
}

#define MUST(expr, what)                                                       \
	do {                                                                   \
		if ((expr) == NULL)                                            \
			log_fatal("%s: %s", what, strerror(errno));            \
	} while (0)

/* Opens the socket at which a group of users asks for the status.  Returns NULL
 * if there is no such group. */
static struct control *
listen_status(struct router *r, const struct settings *s)
{
	AUTO_FREE char *path = path_in(r->cfg.run_dir, SOCKET_STATUS);
	struct control *c;

	if (s->status_group == 0)
		return NULL;
	MUST(c = control_new(r, path, CONTROL_FOR_GROUP), path);
	if (listen_unix_share(path, s->status_group) == -1)
		log_fatal("%s: %s", path, strerror(errno));
	return c;
}

/* Opens all sockets, as root, if the router starts as root: their directory is
 * root's.  Returns that of commands. */
static struct control *
listen_all(struct router *r, const struct settings *s, struct control **status)
{
	AUTO_FREE char *nbd = path_in(r->cfg.run_dir, SOCKET_ROUTER);
	AUTO_FREE char *plugin = path_in(r->cfg.run_dir, SOCKET_PLUGIN);
	AUTO_FREE char *ctl = path_in(r->cfg.run_dir, SOCKET_CONTROL);
	const uid_t user = regain_root();
	struct control *control;

	if (nbd_server_listen(r->nbd, nbd) == -1)
		log_fatal("%s: %s", nbd, strerror(errno));
	/* nbdkit, which serves the network, has a socket of its own, so that it
	 * cannot take all places on the socket of this machine's own
	 * clients. */
	if (nbd_server_listen(r->nbd, plugin) == -1 ||
	    listen_unix_share(plugin, s->plugin_group) == -1)
		log_fatal("%s: %s", plugin, strerror(errno));
	MUST(control = control_new(r, ctl, CONTROL_FOR_ROOT), ctl);
	*status = listen_status(r, s);
	regain_end(user);
	return control;
}

static struct control *
start(struct router *r, const struct settings *s, const struct key_pair *key,
      struct control **status)
{
	const uid_t user = regain_root();
	struct proto_node self = describe_self(s, key);
	struct control *control;
	const char *what;

	regain_end(user);
	MUST(r->loop = loop_new(), "event loop");
	watch_signals(r);
	MUST(r->member = connect_member(r, s), "membership");
	member_client_key(r->member, key);
	if (router_start(r, &self, NULL, &what) == -1)
		log_fatal("%s: %s", what, strerror(errno));
	control = listen_all(r, s, status);
	add_files(r, s);
	if (router_join(r) == -1)
		log_fatal("join: %s", strerror(errno));
	return control;
}

static bool
unlimited(int resource)
{
	struct rlimit r;

	return getrlimit(resource, &r) == 0 && r.rlim_cur == RLIM_INFINITY;
}

/* Locks this process's memory.  If the machine's root is read through this
 * process, the kernel could not read a page of the process back from there.
 * Under a limit a user other than root would get no memory beyond it. */
static void
stay_in_memory(const struct settings *s)
{
	struct rlimit none = {RLIM_INFINITY, RLIM_INFINITY};

	if (setrlimit(RLIMIT_MEMLOCK, &none) == -1 && s->user != NULL &&
	    !unlimited(RLIMIT_MEMLOCK))
		log_warn("memory is not locked: its limit (RLIMIT_MEMLOCK) "
			 "cannot be lifted");
	else if (mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) == -1)
		log_debug("memory is not locked: %s", strerror(errno));
	mallopt(M_MMAP_THRESHOLD, MAPPED_BYTES);
}

/* Gives up root's effective ids for those of --user, if there is one. */
static void
become_later(const struct settings *s, uid_t *uid, gid_t *gid)
{
	if (s->user == NULL)
		return;
	if (run_as_parse(s->user, uid, gid) == -1)
		log_fatal("--user %s: not UID:GID, two numbers above 0",
			  s->user);
	if (regain_later(*uid, *gid) == -1)
		log_fatal("--user %s: %s", s->user, strerror(errno));
}

/* Becomes the user of --user for good. */
static void
become_now(const struct settings *s, uid_t uid, gid_t gid)
{
	if (s->user == NULL)
		return;
	(void)regain_root();
	if (become(uid, gid, 0) == -1)
		log_fatal("--user %s: %s", s->user, strerror(errno));
}

int
main(int argc, char **argv)
{
	struct settings s = {
	    .router.ready_fd = OPTION_NO_FD,
	    .router.limits = {.copies = COPIES_DEFAULT,
			      .window = WINDOW_DEFAULT},
	    .name = "node",
	    .advertise = "0.0.0.0",
	};
	struct router r = {0};
	struct control *control, *status;
	struct key_public trust;
	struct key_pair key;
	uid_t uid = 0;
	gid_t gid = 0;
	char **rest;
	int nrest;

	options_parse(&command, argc, argv, &s, &rest, &nrest);
	/* nbdkit, another user, reads what this process writes to the store */
	umask(umask(077) & 022);
	log_init("vfield-router", s.verbose);
	if (nrest > 0)
		log_fatal("%s: no operand is expected", rest[0]);
	if (s.router.run_dir == NULL || s.router.store_dir == NULL)
		log_fatal("--run-dir and --store-dir are needed");
	s.router.limits.budget = parse_budget(s.store);
	if (s.trust != NULL && key_parse(s.trust, &trust) == -1)
		log_fatal("--trust %s: not a public key", s.trust);
	s.router.trust = s.trust != NULL ? &trust : NULL;
	r.cfg = s.router;
	stay_in_memory(&s);
	become_later(&s, &uid, &gid);
	load_key(&s, &key);
	control = start(&r, &s, &key, &status);
	become_now(&s, uid, gid);
	if (loop_run(r.loop) == -1)
		log_fatal("event loop: %s", strerror(errno));
	control_free(control);
	control_free(status);
	router_stop(&r);
	loop_free(r.loop);
	return 0;
}

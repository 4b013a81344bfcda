/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/node_config.h"

#include <ctype.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "authority/cluster_key.h"
#include "lib/cleanup.h"
#include "lib/image_name.h"
#include "lib/log.h"
#include "lib/manifest.h"
#include "lib/path_in.h"
#include "lib/stdout_flush.h"
#include "vfield/corosync_conf.h"
#include "vfield/run_dir.h"

#define HOST_TEXT 256 /* bytes of a host name, with the NUL */
#define OPT_SETTINGS struct node_settings

static const struct option_spec serve_options[] = {
    OPT("image", 'i', LIST, images, "FILE",
	"image file to serve; may be repeated"),
    OPT("peer", 0, LIST, peers, "ADDR[:PORT]",
	"a node of the cluster to take part in; may be repeated"),
    {0},
};

static const struct option_spec join_options[] = {
    OPT("image", 'i', LIST, images, "NAME|ID",
	"image to carry (default: every one); may be repeated"),
    OPT("peer", 0, LIST, peers, "ADDR[:PORT]",
	"a node of the cluster, as the operands are; may be repeated"),
    {0},
};

static const struct option_spec both_options[] = {
    OPT("name", 0, STRING, name, "NAME",
	"what this node is called (default: the host name)"),
    OPT("listen", 'l', STRING, listen, "ADDR[:PORT]",
	"where to serve NBD (default: every address, port 10809)"),
    OPT("advertise", 0, STRING, advertise, "ADDR[:PORT]",
	"where the others find this node, if not where it listens"),
    OPT("run-dir", 0, STRING, run_dir, "DIR",
	"sockets and pid files; one directory a node"),
    OPT("config", 0, STRING, config, "FILE", "configuration file"),
    OPT("store", 0, SIZE_OR_ALL, store, "SIZE|all",
	"how much to hold for the others and for itself"),
    OPT("store-dir", 0, STRING, store_dir, "DIR",
	"hold it on disk, and keep it (default: in memory)"),
    OPT("copies", 0, NUMBER, copies, "N",
	"chunks that so many others hold are dropped by age"),
    OPT("window", 0, NUMBER, window, "CHUNKS",
	"read ahead at most that far (0: as the router thinks best)"),
    OPT("io-timeout", 0, NUMBER, io_timeout, "SECONDS",
	"a read that waits longer fails (0: it waits for ever)"),
    OPT("direct", 0, FLAG, direct, NULL,
	"ask only the seed, as plain NBD does; to compare with"),
    OPT("no-fill", 0, FLAG, no_fill, NULL,
	"keep what is read here, copy nothing in the background"),
    OPT("membership", 0, STRING, membership, "auto|corosync|solo|satellite",
	"how this node takes part in the group"),
    OPT("member-port", 0, NUMBER, member_port, "PORT",
	"where this node's vfield-member listens"),
    OPT("core", 0, STRING, core, "ADDR,FROM-TO",
	"where core nodes may be: they run corosync, and are replaced"),
    OPT("agent", 0, FLAG, agent, NULL,
	"have this machine follow the site of its cluster"),
    OPT("agent-option", 0, LIST, agent_options, "OPTION",
	"an option of vfield agent; may be repeated"),
    OPT("boot", 0, FLAG, boot, NULL, "as a core node, run the boot service"),
    OPT("boot-option", 0, LIST, boot_options, "OPTION",
	"an option of vfield boot; may be repeated"),
    OPT("member", 0, LIST, members, "ADDR[:PORT]",
	"a core node's vfield-member; may be repeated"),
    OPT("cluster-key", 0, STRING, cluster_key, "FILE|none",
	"let only those in who have the key in that file"),
    OPT("trust", 0, STRING, trust, "KEY",
	"take only what this public key has signed: digits, or a file"),
    OPT("words", 0, STRING, words, "FILE", "signed words to begin with"),
    OPT("verbose", 'v', FLAG, verbose, NULL, "say more in the log"),
    OPT("dry-run", 'n', FLAG, dry_run, NULL,
	"print what is in force, as a configuration file, and exit"),
    {0},
};

static const struct command_spec commands[] = {
    [NODE_SERVE] =
	{
	    .program = "vfield serve",
	    .section = "serve",
	    .args = "--image FILE...",
	    .summary = "Serve image files, as the cluster's seed.",
	    .options = serve_options,
	    .shared = both_options,
	},
    [NODE_JOIN] =
	{
	    .program = "vfield join",
	    .section = "join",
	    .args = "PEER[:PORT]...",
	    .operands = "peer",
	    .summary = "Join the cluster of which PEER is any node.",
	    .options = join_options,
	    .shared = both_options,
	},
};

static void __attribute__((noreturn, format(printf, 2, 3)))
refuse(enum node_mode mode, const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "%s: ", commands[mode].program);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fprintf(stderr, "\nTry '%s --help'.\n", commands[mode].program);
	exit(2);
}

/* Returns the host name of this machine without its domain, with '_' for each
 * character that a node's name cannot have.  Returns "node" if no valid name
 * results. */
static const char *
default_name(void)
{
	static char name[MANIFEST_NAME_MAX + 1];

	if (gethostname(name, sizeof name - 1) == -1)
		return "node";
	name[strcspn(name, ".")] = '\0';
	for (char *p = name; *p != '\0'; p++)
		if (!isalnum((unsigned char)*p) && *p != '-')
			*p = '_';
	return manifest_name_ok(name, strlen(name)) ? name : "node";
}

static struct node_settings
defaults(void)
{
	return (struct node_settings){
	    .config = NODE_CONFIG_FILE,
	    .name = default_name(),
	    .listen = "0.0.0.0",
	    .run_dir = NODE_RUN_DIR,
	    .store = OPTION_ALL,
	    .membership = "auto",
	    .member_port = PORT_MEMBER,
	    .copies = 3,
	};
}

static void
check_member(struct node_config *c)
{
	static const char *const words[] = {
	    [MEMBER_NONE] = "satellite",
	    [MEMBER_AUTO] = "auto",
	    [MEMBER_COROSYNC] = "corosync",
	    [MEMBER_SOLO] = "solo",
	};
	const char *word = c->set.membership;
	bool others = c->set.peers.n > 0 || c->set.members.n > 0;
	size_t i = 0;

	while (i < sizeof words / sizeof *words && strcmp(words[i], word) != 0)
		i++;
	if (i == sizeof words / sizeof *words)
		refuse(c->mode,
		       "--membership %s: it is auto, corosync, solo "
		       "or satellite",
		       word);
	c->member = i;
	if (c->member == MEMBER_NONE && !others)
		refuse(c->mode, "a satellite needs a peer (--peer) or a core "
				"node (--member)");
	if (c->member != MEMBER_AUTO)
		return;
	/* A node that has peers must not become solo, since it would be a
	 * cluster of its own. */
	if (c->pool.n > 0)
		c->member = others ? MEMBER_NONE : MEMBER_COROSYNC;
	else if (corosync_configured(COROSYNC_CONF))
		c->member = MEMBER_COROSYNC;
	else
		c->member = others ? MEMBER_NONE : MEMBER_SOLO;
}

static void
parse_pool(struct node_config *c)
{
	if (c->set.core != NULL && core_pool_parse(c->set.core, &c->pool) == -1)
		refuse(c->mode,
		       "--core %s: addresses, or FROM-TO, with commas "
		       "between; %d at most",
		       c->set.core, CORE_POOL_MAX);
}

/* Ends the program, since this machine has none of the addresses of --core.  If
 * the machine may get one later, the exit status is not that of wrong
 * arguments, so that systemd starts the unit again. */
static void __attribute__((noreturn)) none_of_core(const struct node_config *c)
{
	if (!address_any(&c->advertise))
		refuse(c->mode, "--core %s: the address here is none of these",
		       c->set.core);
	log_fatal("--core %s: this machine has none of these addresses; if it "
		  "is to get one, start this again when it has",
		  c->set.core);
}

static void
check_pool(struct node_config *c)
{
	if (c->set.boot && c->pool.n == 0 && c->member == MEMBER_NONE)
		refuse(c->mode, "--boot: a satellite cannot; see --core");
	if (c->pool.n == 0)
		return;
	if (c->member == MEMBER_SOLO)
		refuse(c->mode, "--core and --membership solo: one of them");
	c->in_pool = core_pool_own(&c->pool, &c->advertise, &c->pool_own);
	if (c->member == MEMBER_COROSYNC && !c->in_pool)
		none_of_core(c);
	c->promotable = c->in_pool && strcmp(c->set.membership, "auto") == 0 &&
			c->member == MEMBER_NONE;
}

static void
check_addresses(struct node_config *c)
{
	const struct node_settings *s = &c->set;

	if (address_parse(s->listen, PORT_NBD, &c->listen) == -1)
		refuse(c->mode, "--listen %s: not ADDR or ADDR:PORT",
		       s->listen);
	c->advertise = c->listen;
	if (s->advertise != NULL &&
	    address_parse(s->advertise, c->listen.port, &c->advertise) == -1)
		refuse(c->mode, "--advertise %s: not ADDR or ADDR:PORT",
		       s->advertise);
	if (s->member_port == 0 || s->member_port > UINT16_MAX)
		refuse(c->mode, "--member-port: not a port number");
	if (c->member != MEMBER_NONE && s->member_port == c->listen.port)
		refuse(c->mode,
		       "--member-port and the port of --listen are "
		       "both %u",
		       (unsigned)c->listen.port);
}

/* Parses --trust into c->trust.  The value is the digits of a key, or, if it
 * contains a '/', the path of a file whose first line has the digits. */
static void
check_trust(struct node_config *c)
{
	const char *said = c->set.trust;
	AUTO_FCLOSE FILE *f = NULL;
	char text[KEY_TEXT] = "";
	struct key_public k;

	if (said == NULL) {
		if (c->set.words != NULL)
			refuse(c->mode, "--words: by which key?  See --trust");
		return;
	}
	if (strchr(said, '/') != NULL) {
		f = fopen(said, "re");
		if (f == NULL)
			log_fatal("--trust %s: %m", said);
		if (fgets(text, sizeof text, f) != NULL)
			said = text;
	}
	if (key_parse(said, &k) == -1)
		refuse(c->mode,
		       "--trust %s: not a public key; see vfield-key(8)",
		       c->set.trust);
	key_text(&k, c->trust);
}

/* Sets c->cluster_key, by default to CLUSTER_KEY_FILE if there is one. */
static void
find_cluster_key(struct node_config *c)
{
	c->cluster_key = c->set.cluster_key;
	if (c->cluster_key == NULL && access(CLUSTER_KEY_FILE, F_OK) == 0)
		c->cluster_key = CLUSTER_KEY_FILE;
	if (c->cluster_key != NULL && strcmp(c->cluster_key, "none") == 0)
		c->cluster_key = NULL;
}

static void
check(struct node_config *c)
{
	const struct node_settings *s = &c->set;
	struct image_name image;

	if (c->mode == NODE_SERVE && s->images.n == 0)
		refuse(c->mode, "no image: name one with --image FILE");
	if (c->mode == NODE_JOIN && s->peers.n == 0)
		refuse(c->mode, "no peer: name any node of the cluster");
	for (size_t i = 0; c->mode == NODE_JOIN && i < s->images.n; i++)
		if (*s->images.v[i] == '\0' ||
		    image_name_parse(s->images.v[i], strlen(s->images.v[i]),
				     &image) == -1)
			refuse(c->mode, "--image %s: neither a name nor an id",
			       s->images.v[i]);
	if (!manifest_name_ok(s->name, strlen(s->name)))
		refuse(c->mode,
		       "--name %s: letters, digits, '.', '_' and '-', "
		       "at most %d",
		       s->name, MANIFEST_NAME_MAX);
	if (s->copies == 0)
		refuse(c->mode, "--copies 0: 1 at least; see --no-fill");
	find_cluster_key(c);
	check_trust(c);
	parse_pool(c);
	check_member(c);
	check_addresses(c);
	check_pool(c);
}

/* Removes this machine's own addresses from the peers.  A node need not ask
 * itself, and a node that has peers would become a satellite. */
static void
leave_out_self(struct node_config *c)
{
	struct option_list *peers = &c->set.peers;
	struct address own, a;
	const char *why;
	size_t n = 0;

	if (address_parse(c->set.listen, PORT_NBD, &own) == -1)
		return;
	for (size_t i = 0; i < peers->n; i++) {
		if (address_resolve(peers->v[i], PORT_NBD, &a, &why) == 0 &&
		    address_is_own(&a, &own))
			log_info("peer %s: left out: it is this machine itself",
				 peers->v[i]);
		else
			peers->v[n++] = peers->v[i];
	}
	peers->n = n;
}

void
node_config_parse(enum node_mode mode, int argc, char **argv,
		  struct node_config *c)
{
	char **rest;
	int nrest;

	*c = (struct node_config){.mode = mode, .set = defaults()};
	options_parse(&commands[mode], argc, argv, &c->set, &rest, &nrest);
	if (nrest > 0)
		refuse(mode,
		       "%s: what is this?  An image is named with --image",
		       rest[0]);
	leave_out_self(c);
	check(c);
	if (!c->set.dry_run)
		return;
	options_print(&commands[mode], &c->set, stdout);
	exit(stdout_flush(commands[mode].program) == 0 ? 0 : 1);
}

/* Looks up the host names in `texts`.  A name that has no address now is only
 * logged, since the router looks it up again later.  Returns 0; -1: no name has
 * an address, or a text can be no address, and the log says so. */
static int
check_names(const struct option_list *texts, uint16_t port, const char *what)
{
	size_t bad = 0;

	for (size_t i = 0; i < texts->n; i++) {
		bool last = bad + 1 == texts->n;
		char host[HOST_TEXT];
		struct address a;
		const char *why;

		if (address_resolve(texts->v[i], port, &a, &why) == 0)
			continue;
		if (last || address_split(texts->v[i], port, host, sizeof host,
					  &a.port) == -1) {
			log_error("%s %s: %s", what, texts->v[i], why);
			return -1;
		}
		log_warn("%s %s: %s: it is looked up again later", what,
			 texts->v[i], why);
		bad++;
	}
	return 0;
}

int
node_config_resolve(struct node_config *c)
{
	if (check_names(&c->set.peers, PORT_NBD, "peer") == -1)
		return -1;
	return check_names(&c->set.members, PORT_MEMBER, "member");
}

/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/node_children.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/become.h"
#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/path_in.h"
#include "lib/program_dir.h"
#include "lib/run_as.h"
#include "lib/store_give.h"
#include "lib/socket_names.h"
#include "vfield/added_images.h"
#include "vfield/args.h"
#include "vfield/find_program.h"
#include "vfield/run_dir.h"

#define CHILDREN_MAX 6
#define NO_CHILD SIZE_MAX
/* Milliseconds from SIGTERM to SIGKILL for nbdkit, which by itself ends only
 * when its last client has disconnected.  The time is short, so that the peers
 * of a node that stops notice soon, and ask another node. */
#define NBDKIT_GRACE_MS 1000

struct node_children {
	const struct node_config *c;
	struct node_keys *keys; /* NULL: the cluster is open */
	const struct store_place *store;
	const struct image_file *images;
	size_t nimages;
	char *bin; /* directory of vfield's own programs */
	char *nbdkit, *plugin;
	char *corosync, *corosync_dir; /* NULL: the node runs no corosync */
	char *member_socket, *nbdkit_pid;
	struct run_as nbd, member, router; /* the users as which these run */
	/* the group whose users may ask for the status; 0: none */
	gid_t status_group;
	/* text for the log that says what the router of a node that joins a
	 * cluster waits for; NULL: the node serves images of its own */
	char *wanted;
	bool core; /* the node runs a member, or is about to */
	/* indices in `specs`; NO_CHILD: there is no such child */
	size_t at_corosync, at_member, at_boot;
	size_t n;
	struct child_spec specs[CHILDREN_MAX];
	void (*build[CHILDREN_MAX])(const struct node_children *n,
				    struct args *a);
	struct args args[CHILDREN_MAX];
};

static bool
program_there(const char *bin, const char *name)
{
	AUTO_FREE char *file = path_in(bin, name);

	if (access(file, X_OK) == 0)
		return true;
	log_error("%s: %m; it belongs beside vfield: is the installation "
		  "whole?",
		  file);
	return false;
}

/* Finds the programs that a core node needs, unless this node is a satellite
 * and cannot become a core node.  Returns 0; -1: a program is missing, and the
 * log says so. */
static int
find_core_programs(struct node_children *n)
{
	const struct node_config *c = n->c;

	n->core = c->member != MEMBER_NONE;
	if (!n->core && !c->promotable)
		return 0;
	if (!program_there(n->bin, "vfield-member") ||
	    (c->set.boot && !program_there(n->bin, "vfield-boot")))
		return -1;
	if (c->pool.n == 0)
		return 0;
	n->corosync = find_program("corosync");
	if (n->corosync == NULL && access("/usr/sbin/corosync", X_OK) == 0)
		n->corosync = strdup("/usr/sbin/corosync");
	if (n->corosync != NULL)
		return 0;
	log_error("corosync is not in PATH, and --core wants it; install it "
		  "(on Debian: apt install corosync)");
	return -1;
}

static int
find_programs(struct node_children *n)
{
	n->bin = program_dir();
	if (n->bin == NULL) {
		log_error("cannot tell where vfield is: %m");
		return -1;
	}
	n->plugin = find_plugin(n->bin);
	if (n->plugin == NULL) {
		log_error("nbdkit-vfield-plugin.so is neither in %s/../lib/"
			  "vfield nor in %s/../lib: is the installation whole?",
			  n->bin, n->bin);
		return -1;
	}
	n->nbdkit = find_program("nbdkit");
	if (n->nbdkit == NULL) {
		log_error("nbdkit is not in PATH; install it (on Debian: "
			  "apt install nbdkit)");
		return -1;
	}
	if (!program_there(n->bin, "vfield-router"))
		return -1;
	return find_core_programs(n);
}

static void
address_pair(struct args *a, const char *option, const struct address *addr)
{
	char text[ADDRESS_TEXT];

	args_pair(a, option, address_text(addr, text));
}

static void
corosync_args(const struct node_children *n, struct args *a)
{
	args_add(a, "%s", n->corosync);
	args_add(a, "-f");
	args_add(a, "-c");
	args_add(a, "%s/corosync.conf", n->corosync_dir);
}

static void
boot_args(const struct node_children *n, struct args *a)
{
	const struct node_settings *s = &n->c->set;

	args_add(a, "%s/vfield-boot", n->bin);
	args_pair(a, "--run-dir", s->run_dir);
	if (strcmp(s->config, NODE_CONFIG_FILE) != 0)
		args_pair(a, "--config", s->config);
	for (size_t i = 0; i < s->boot_options.n; i++)
		args_add(a, "%s", s->boot_options.v[i]);
	if (s->verbose)
		args_add(a, "--verbose");
}

static void
agent_args(const struct node_children *n, struct args *a)
{
	const struct node_settings *s = &n->c->set;

	args_add(a, "%s/vfield", n->bin);
	args_add(a, "agent");
	args_pair(a, "--run-dir", s->run_dir);
	for (size_t i = 0; i < s->agent_options.n; i++)
		args_add(a, "%s", s->agent_options.v[i]);
	if (s->verbose)
		args_add(a, "--verbose");
}

static void
member_args(const struct node_children *n, struct args *a)
{
	struct address listen = n->c->listen;

	listen.port = n->c->set.member_port;
	args_add(a, "%s/vfield-member", n->bin);
	args_pair(a, "--run-dir", n->c->set.run_dir);
	address_pair(a, "--listen", &listen);
	args_pair(a, "--corosync", n->c->member == MEMBER_SOLO ? "no" : "yes");
	if (n->c->trust[0] != '\0')
		args_pair(a, "--trust", n->c->trust);
	if (n->c->cluster_key != NULL)
		args_add(a, "--psk=%s/" NODE_KEYS_MEMBER, n->c->set.run_dir);
	if (n->member.name != NULL)
		args_add(a, "--user=%u:%u", (unsigned)n->member.uid,
			 (unsigned)n->member.gid);
	if (n->router.name != NULL)
		args_add(a, "--router-group=%u", (unsigned)n->router.gid);
	if (n->c->set.verbose)
		args_add(a, "--verbose");
}

static void
nbdkit_args(const struct node_children *n, struct args *a)
{
	const struct node_settings *s = &n->c->set;
	char host[ADDRESS_TEXT];

	args_add(a, "%s", n->nbdkit);
	args_add(a, "-f");
	args_pair(a, "-P", n->nbdkit_pid);
	args_add(a, "-p");
	args_add(a, "%u", (unsigned)n->c->listen.port);
	if (!address_any(&n->c->listen))
		args_pair(a, "-i", address_host(&n->c->listen, host));
	if (n->c->cluster_key != NULL) {
		args_add(a, "--tls=require");
		args_add(a, "--tls-psk=%s/" NODE_KEYS_NBD, s->run_dir);
	}
	args_add(a, "%s", n->plugin);
	args_add(a, "store=%s", n->store->dir);
	args_add(a, "router=%s/" SOCKET_PLUGIN, s->run_dir);
}

static void
router_images(const struct node_children *n, struct args *a)
{
	struct added_images added;

	for (size_t i = 0; i < n->nimages; i++) {
		args_pair(a, "--image", n->images[i].file);
		args_pair(a, "--manifest", n->images[i].manifest);
	}
	added_images_read(n->c->set.run_dir, &added);
	for (size_t i = 0;
	     i < added.files.n && n->nimages + i < OPTION_LIST_MAX; i++) {
		args_pair(a, "--image", added.files.v[i]);
		args_pair(a, "--manifest", added.manifests.v[i]);
	}
	added_images_free(&added);
	if (n->c->mode == NODE_JOIN)
		for (size_t i = 0; i < n->c->set.images.n; i++)
			args_pair(a, "--want", n->c->set.images.v[i]);
}

static void
router_options(const struct node_children *n, struct args *a)
{
	const struct node_settings *s = &n->c->set;

	args_add(a, "--copies=%" PRIu64, s->copies);
	if (s->window != 0)
		args_add(a, "--window=%" PRIu64, s->window);
	if (s->io_timeout != 0)
		args_add(a, "--io-timeout=%" PRIu64, s->io_timeout);
	if (n->c->trust[0] != '\0')
		args_pair(a, "--trust", n->c->trust);
	if (s->words != NULL)
		args_pair(a, "--words", s->words);
	if (n->c->cluster_key != NULL) {
		args_add(a, "--psk=%s/" NODE_KEYS_NBD, s->run_dir);
		args_add(a, "--member-psk=%s/" NODE_KEYS_MEMBER, s->run_dir);
	}
	if (s->direct)
		args_add(a, "--direct");
	if (s->no_fill)
		args_add(a, "--no-fill");
	if (s->verbose)
		args_add(a, "--verbose");
}

static void
router_args(const struct node_children *n, struct args *a)
{
	const struct node_config *c = n->c;

	args_add(a, "%s/vfield-router", n->bin);
	args_pair(a, "--run-dir", c->set.run_dir);
	args_pair(a, "--store-dir", n->store->dir);
	args_add(a, "--store=%" PRIu64, n->store->budget);
	args_pair(a, "--name", c->set.name);
	address_pair(a, "--advertise", &c->advertise);
	if (n->nbd.name != NULL)
		args_add(a, "--plugin-group=%u", (unsigned)n->nbd.gid);
	if (n->router.name != NULL) {
		args_add(a, "--user=%u:%u", (unsigned)n->router.uid,
			 (unsigned)n->router.gid);
		args_add(a, "--state-dir=%s/" RUN_DIR_ROUTER, c->set.run_dir);
	}
	if (!n->store->in_memory)
		args_pair(a, "--key-dir", n->store->dir);
	if (n->status_group != 0)
		args_add(a, "--status-group=%u", (unsigned)n->status_group);
	if (n->core) {
		args_add(a, "--member-socket");
		args_add(a, "--member-port=%" PRIu64, c->set.member_port);
	}
	for (size_t i = 0; i < c->set.members.n; i++)
		args_pair(a, "--member", c->set.members.v[i]);
	for (size_t i = 0; i < c->set.peers.n; i++)
		args_pair(a, "--peer", c->set.peers.v[i]);
	router_options(n, a);
	router_images(n, a);
}

static struct child_spec *
add_child(struct node_children *n, const char *name,
	  void (*build)(const struct node_children *n, struct args *a))
{
	struct child_spec *s = &n->specs[n->n];

	s->name = name;
	s->argv = (const char *const *)n->args[n->n].v;
	n->build[n->n] = build;
	n->n++;
	return s;
}

/* Returns a text that says what the router of a node that joins a cluster waits
 * for until it is ready, for free().  Returns NULL if the node does not join.
 */
static char *
describe_wanted(const struct node_config *c)
{
	const struct option_list *images = &c->set.images;
	char *text = NULL;
	size_t len;
	FILE *to = c->mode == NODE_JOIN ? open_memstream(&text, &len) : NULL;

	if (to == NULL)
		return NULL;
	fputs("a node that has ", to);
	for (size_t i = 0; i < images->n; i++)
		fprintf(to, "%s%s", i > 0 ? " or " : "image ", images->v[i]);
	if (images->n == 0)
		fputs(c->trust[0] == '\0' ? "an image"
					  : "the image of a signed word",
		      to);
	fclose(to);
	return text;
}

/* If this node is a satellite, marks s, the spec of a child that only core
 * nodes have, as dormant until the node is promoted, and as one that may fail.
 */
static void
may_come_later(const struct node_children *n, struct child_spec *s)
{
	s->dormant = !n->core;
	s->may_fail = !n->core;
}

static void
add_core(struct node_children *n)
{
	struct child_spec *s;

	n->at_corosync = n->at_member = NO_CHILD;
	if (n->corosync != NULL) {
		n->at_corosync = n->n;
		s = add_child(n, "corosync", corosync_args);
		s->ready_by = READY_AT_ONCE;
		s->vital = true;
		may_come_later(n, s);
	}
	if (!n->core && !n->c->promotable)
		return;
	n->at_member = n->n;
	s = add_child(n, "vfield-member", member_args);
	s->ready_by = READY_SOCKET;
	s->ready_path = n->member_socket;
	s->vital = n->corosync != NULL;
	may_come_later(n, s);
}

static void
add_boot(struct node_children *n)
{
	struct child_spec *s;

	n->at_boot = NO_CHILD;
	if (!n->c->set.boot || (!n->core && !n->c->promotable))
		return;
	n->at_boot = n->n;
	s = add_child(n, "vfield-boot", boot_args);
	s->ready_by = READY_AT_ONCE;
	may_come_later(n, s);
	s->may_fail = true;
}

static void
add_agent(struct node_children *n)
{
	struct child_spec *s;

	if (!n->c->set.agent)
		return;
	s = add_child(n, "vfield agent", agent_args);
	s->ready_by = READY_AT_ONCE;
	s->may_fail = true;
}

static void
set_up(struct node_children *n)
{
	struct child_spec *s;

	n->wanted = describe_wanted(n->c);
	n->member_socket = path_in(n->c->set.run_dir, SOCKET_MEMBER);
	n->nbdkit_pid = path_in(n->c->set.run_dir, "nbdkit.pid");
	add_core(n);
	s = add_child(n, "nbdkit", nbdkit_args);
	s->ready_by = READY_FILE;
	s->ready_path = n->nbdkit_pid;
	s->grace_ms = NBDKIT_GRACE_MS;
	s->as = &n->nbd;
	if (n->c->listen.port < IPPORT_RESERVED)
		s->caps = BECOME_LOW_PORTS;

	s = add_child(n, "vfield-router", router_args);
	s->ready_by = READY_FD;
	s->vital = true;
	s->waits_for = n->wanted;
	add_boot(n);
	add_agent(n);
}

static int
configure_corosync(struct node_children *n)
{
	if (n->corosync == NULL)
		return 0;
	n->corosync_dir = path_in(n->c->set.run_dir, "corosync");
	if (make_directories(n->corosync_dir, 0700) == 0 &&
	    core_pool_configure(&n->c->pool, n->corosync_dir,
				n->keys != NULL) == 0 &&
	    (n->keys == NULL ||
	     node_keys_corosync(n->keys, n->corosync_dir) == 0))
		return 0;
	log_error("%s: cannot configure corosync there: %m", n->corosync_dir);
	return -1;
}

struct node_children *
node_children_new(const struct node_config *c, struct node_keys *keys,
		  const struct store_place *store,
		  const struct image_file *images, size_t nimages)
{
	struct node_children *n = calloc(1, sizeof *n);

	if (n == NULL) {
		log_error("cannot start: %m");
		return NULL;
	}
	n->c = c;
	n->keys = keys;
	n->store = store;
	n->images = images;
	n->nimages = nimages;
	n->nbd = run_as_find(RUN_AS_NBD);
	n->member = run_as_find(RUN_AS_MEMBER);
	n->router = run_as_find_own(RUN_AS_ROUTER);
	n->status_group = run_as_find_group(RUN_AS_STATUS_GROUP);
	if (find_programs(n) == -1 ||
	    (n->core && configure_corosync(n) == -1)) {
		node_children_free(n);
		return NULL;
	}
	set_up(n);
	return n;
}

int
node_children_promote(struct node_children *n, struct supervisor *s)
{
	if (configure_corosync(n) == -1)
		return -1;
	n->core = true;
	supervise_wake(s, n->at_corosync);
	supervise_wake(s, n->at_member);
	if (n->at_boot != NO_CHILD)
		supervise_wake(s, n->at_boot);
	return 0;
}

bool
node_children_member_up(const struct node_children *n,
			const struct supervisor *s)
{
	return supervise_is_up(s, n->at_member);
}

void
node_children_free(struct node_children *n)
{
	if (n == NULL)
		return;
	for (size_t i = 0; i < CHILDREN_MAX; i++)
		args_clear(&n->args[i]);
	free(n->bin);
	free(n->nbdkit);
	free(n->plugin);
	free(n->member_socket);
	free(n->nbdkit_pid);
	free(n->corosync);
	free(n->corosync_dir);
	free(n->wanted);
	free(n);
}

/* Returns whether nbdkit's user can reach path; logs what to do if not. */
static bool
nbd_reaches(const struct node_children *n, const char *path, int mode)
{
	if (run_as_can(&n->nbd, path, mode))
		return true;
	log_error("%s: the user %s, as which nbdkit runs, cannot reach it: "
		  "give others the right to search the directories that lead "
		  "there (chmod o+x)",
		  path, n->nbd.name == NULL ? "here" : n->nbd.name);
	return false;
}

/* Gives the router's user the store, and a directory for what the router keeps
 * while the node runs.  Returns 0; -1: the log says why. */
static int
share_with_router(const struct node_children *n)
{
	if (n->router.name == NULL) {
		if (geteuid() != 0 || run_dir_unshare(n->c->set.run_dir) == 0)
			return 0;
		log_error("%s/" RUN_DIR_ROUTER ": cannot take it back: %m",
			  n->c->set.run_dir);
		return -1;
	}
	if (run_dir_share(n->c->set.run_dir, &n->router) == -1) {
		log_error("%s/" RUN_DIR_ROUTER ": cannot give it to the user "
			  "%s, as which the router runs: %m",
			  n->c->set.run_dir, n->router.name);
		return -1;
	}
	if (store_give(&n->router, n->store->dir) == -1) {
		log_error("store %s: cannot give it to the user %s, as which "
			  "the router runs: %m",
			  n->store->dir, n->router.name);
		return -1;
	}
	if (run_as_can(&n->router, n->store->dir, R_OK | W_OK | X_OK))
		return 0;
	log_error("store %s: the user %s, as which the router runs, cannot "
		  "write to it: give it to that user (chown -R), and others "
		  "the right to search the directories that lead there "
		  "(chmod o+x)",
		  n->store->dir, n->router.name);
	return -1;
}

int
node_children_share(const struct node_children *n)
{
	AUTO_FREE char *served = path_in(n->store->dir, "served");

	if (run_as_share(&n->nbd, n->store->dir, 0050) == -1) {
		log_error("store %s: cannot share it with nbdkit: %m",
			  n->store->dir);
		return -1;
	}
	if (share_with_router(n) == -1)
		return -1;
	if (run_as_give(&n->nbd, served) == -1) {
		log_error("%s: cannot give it to nbdkit: %m", served);
		return -1;
	}
	if (n->keys != NULL &&
	    node_keys_share(n->keys, &n->nbd, &n->member, &n->router) == -1)
		return -1;
	if (!nbd_reaches(n, n->plugin, R_OK) ||
	    !nbd_reaches(n, n->c->set.run_dir, X_OK) ||
	    !nbd_reaches(n, n->store->dir, R_OK | X_OK))
		return -1;
	for (size_t i = 0; i < n->nimages; i++)
		if (!run_as_can(&n->nbd, n->images[i].file, R_OK))
			log_warn("%s: the user %s, as which nbdkit runs, "
				 "cannot read it: the router reads it for "
				 "nbdkit, which takes more processor time",
				 n->images[i].file, n->nbd.name);
	return 0;
}

const struct child_spec *
node_children_specs(const struct node_children *n, size_t *count)
{
	*count = n->n;
	return n->specs;
}

void
node_children_refresh(struct node_children *n, size_t i)
{
	args_clear(&n->args[i]);
	n->build[i](n, &n->args[i]);
	if (i == n->at_corosync)
		core_pool_tidy(n->corosync_dir);
	if (i == n->at_corosync && n->keys != NULL &&
	    node_keys_corosync(n->keys, n->corosync_dir) == -1)
		log_warn("%s: the key is not written: %m", n->corosync_dir);
}

/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* vfield serve, vfield join: run this machine's node, in the foreground. */
#include "vfield/cmd.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/path_in.h"
#include "lib/port_wait.h"
#include "lib/socket_names.h"
#include "vfield/added_images.h"
#include "vfield/control.h"
#include "vfield/promoter.h"
#include "vfield/human.h"
#include "vfield/image_file.h"
#include "vfield/node_children.h"
#include "vfield/node_config.h"
#include "vfield/run_dir.h"
#include "vfield/store_place.h"
#include "vfield/supervise.h"

#define READY_TEXT 1024

static const char *const programs[] = {
    [NODE_SERVE] = "vfield serve",
    [NODE_JOIN] = "vfield join",
};

struct node {
	struct node_config config;
	int lock;
	struct image_file images[OPTION_LIST_MAX];
	size_t nimages;
	struct store_place store;
	struct node_keys *keys; /* NULL: the cluster is open */
	struct node_children *children;
	struct promoter *promoter;
};

/* Returns 0 if a program can listen at the address arg, else an errno value. */
static int
try_port(const void *arg)
{
	const struct address *a = arg;
	struct sockaddr_storage ss;
	socklen_t len = address_sockaddr(a, &ss);
	AUTO_CLOSE int fd = socket(ss.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int yes = 1;

	if (fd == -1)
		return errno;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
	if (bind(fd, (struct sockaddr *)&ss, len) == -1 || listen(fd, 1) == -1)
		return errno;
	return 0;
}

static int
check_port(const struct address *a, const char *option)
{
	char text[ADDRESS_TEXT];
	int error = port_wait(try_port, a);

	if (error == 0)
		return 0;
	address_text(a, text);
	if (error == EADDRINUSE)
		log_error("%s is in use by another program (ss -ltnp tells "
			  "which); choose another with %s",
			  text, option);
	else if (error == EADDRNOTAVAIL)
		log_error("%s: this machine has no such address; see "
			  "--listen",
			  text);
	else
		log_error("%s: cannot listen there: %s", text, strerror(error));
	return -1;
}

static int
check_ports(const struct node_config *c)
{
	struct address member = c->listen;

	if (check_port(&c->listen, "--listen ADDR:PORT") == -1)
		return -1;
	if (c->member == MEMBER_NONE)
		return 0;
	member.port = c->set.member_port;
	return check_port(&member, "--member-port");
}

/* Checks that no image before f in n->images has the same id or name as f:
 * exports have the names of images, so each name must mean one image.  Returns
 * 0; on failure logs why and returns -1. */
static int
check_names(const struct node *n, const struct image_file *f)
{
	for (size_t i = 0; i < n->nimages; i++) {
		const struct image_file *other = &n->images[i];

		if (digest_equal(&f->id, &other->id)) {
			log_error("%s and %s are the same image; name one of "
				  "them",
				  other->file, f->file);
			return -1;
		}
		if (strcmp(f->name, other->name) == 0) {
			log_error("%s and %s are both named %s; give one "
				  "another name: vfield image create %s "
				  "--name OTHER",
				  other->file, f->file, f->name, f->file);
			return -1;
		}
	}
	return 0;
}

static int
open_images(struct node *n)
{
	const struct node_settings *s = &n->config.set;

	if (n->config.mode != NODE_SERVE)
		return 0;
	for (size_t i = 0; i < s->images.n; i++) {
		struct image_file *f = &n->images[n->nimages];

		if (image_file_open(s->images.v[i], s->run_dir, f) == -1)
			return -1;
		if (check_names(n, f) == -1) {
			image_file_close(f);
			return -1;
		}
		n->nimages++;
	}
	return 0;
}

/* Checks all that can be checked before a process is started, and locks the run
 * directory and the store.  Returns 0; on failure logs why and returns -1. */
static int
prepare(struct node *n)
{
	char budget[HUMAN_TEXT];

	/* nbdkit, the member and the boot service have users of their own, who
	 * must reach the directories that are made here */
	umask(umask(077) & 022);
	n->lock = run_dir_take(n->config.set.run_dir);
	if (n->lock == -1)
		return -1;
	if (node_config_resolve(&n->config) == -1 ||
	    check_ports(&n->config) == -1 || open_images(n) == -1)
		return -1;
	if (n->config.cluster_key != NULL) {
		n->keys =
		    node_keys_new(n->config.cluster_key, n->config.set.run_dir);
		if (n->keys == NULL)
			return -1;
	} else {
		log_info("open: whoever is in this network reads and joins; "
			 "see vfield-key(8)");
	}
	n->children = node_children_new(&n->config, n->keys, &n->store,
					n->images, n->nimages);
	if (n->children == NULL)
		return -1;
	n->promoter = promoter_new(&n->config, n->children);
	if (n->promoter == NULL)
		return -1;
	if (store_place_prepare(&n->config, &n->store) == -1 ||
	    node_children_share(n->children) == -1)
		return -1;
	added_images_remove(n->config.set.run_dir);
	log_info("store %s: up to %s%s", n->store.dir,
		 human_bytes(n->store.budget, budget),
		 n->store.in_memory ? " of memory" : "");
	return 0;
}

/* Appends ", image NAME (SIZE)" to the text `to`, as far as there is room. */
static void
say_image(char *to, size_t size, const char *name, uint64_t bytes)
{
	char clean[MANIFEST_NAME_MAX + 1], text[HUMAN_TEXT];
	size_t len = strlen(to);

	snprintf(to + len, size - len, ", image %s (%s)",
		 human_clean(name, clean, sizeof clean),
		 human_bytes(bytes, text));
}

/* Writes the names and sizes of the node's images to `to`.  Asks the router for
 * those of a node that has joined a cluster, since only the router knows them.
 */
static void
say_images(const struct node *n, char *to, size_t size)
{
	struct json_object *status = NULL, *images, *image;
	size_t count;

	to[0] = '\0';
	for (size_t i = 0; i < n->nimages; i++)
		say_image(to, size, n->images[i].name, n->images[i].size);
	if (n->config.mode == NODE_SERVE)
		return;
	status = control_ask_json(n->config.set.run_dir, "status");
	images = control_array(status, "images", &count);
	for (size_t i = 0; i < count; i++) {
		image = json_object_array_get_idx(images, i);
		say_image(to, size, control_string(image, "name"),
			  control_number(image, "size"));
	}
	json_object_put(status);
}

static void
say_address(const struct address *a, char to[ADDRESS_TEXT])
{
	if (address_any(a))
		snprintf(to, ADDRESS_TEXT, "port %u", (unsigned)a->port);
	else
		address_text(a, to);
}

static void
node_ready(void *ctx)
{
	const struct node *n = ctx;
	const struct node_settings *s = &n->config.set;
	char images[READY_TEXT], budget[HUMAN_TEXT], at[ADDRESS_TEXT];

	say_images(n, images, sizeof images);
	human_bytes(n->store.budget, budget);
	say_address(&n->config.advertise, at);
	printf("%s: ready: node %s at %s%s, store up to %s %s%s, socket "
	       "%s/" SOCKET_ROUTER "\n",
	       programs[n->config.mode], s->name, at, images, budget,
	       n->store.in_memory ? "in memory" : "in ",
	       n->store.in_memory ? "" : n->store.dir, s->run_dir);
	fflush(stdout);
	sd_notifyf(0, "READY=1\nSTATUS=Node %s at %s%s", s->name, at, images);
}

static void
node_starting(void *ctx, size_t i)
{
	struct node *n = ctx;

	node_children_refresh(n->children, i);
}

static void
node_status(void *ctx, const char *text)
{
	sd_notifyf(0, "STATUS=%s", text);
}

static void
node_tick(void *ctx, struct supervisor *s)
{
	struct node *n = ctx;

	promoter_tick(n->promoter, s);
	if (n->keys != NULL)
		node_keys_tick(n->keys);
}

static void
node_stopping(void *ctx)
{
	sd_notify(0, "STOPPING=1");
}

/* Removes the sockets, the pid file and the lists of images that killed
 * processes have left in the run directory. */
static void
remove_leftovers(const char *run_dir)
{
	static const char *const names[] = {SOCKET_ROUTER,  SOCKET_PLUGIN,
					    SOCKET_CONTROL, SOCKET_STATUS,
					    SOCKET_MEMBER,  "nbdkit.pid"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		AUTO_FREE char *path = path_in(run_dir, names[i]);

		unlink(path);
	}
	added_images_remove(run_dir);
}

/* Frees what the node has, and removes its store if that is in memory.  But if
 * the node could not be started, a store that an earlier node has left
 * stays. */
static void
clean_up(struct node *n, bool started, bool ran)
{
	if (n->lock == -1)
		return;
	if (ran || n->store.made)
		store_place_remove(&n->store);
	store_place_free(&n->store);
	promoter_free(n->promoter);
	node_children_free(n->children);
	node_keys_free(n->keys);
	for (size_t i = 0; i < n->nimages; i++)
		image_file_close(&n->images[i]);
	if (started)
		remove_leftovers(n->config.set.run_dir);
	run_dir_release(n->config.set.run_dir, n->lock);
}

static int
run_node(enum node_mode mode, int argc, char **argv)
{
	static const struct supervise_ops ops = {
	    .starting = node_starting,
	    .ready = node_ready,
	    .status = node_status,
	    .stopping = node_stopping,
	    .tick = node_tick,
	};
	static struct node n;
	const struct child_spec *specs;
	size_t nspecs;
	int result;

	log_init(programs[mode], false);
	node_config_parse(mode, argc, argv, &n.config);
	log_init(programs[mode], n.config.set.verbose);
	if (prepare(&n) == -1) {
		clean_up(&n, false, false);
		return EXIT_FAILURE;
	}
	specs = node_children_specs(n.children, &nspecs);
	result = supervise(specs, nspecs, &ops, &n);
	clean_up(&n, true, result == 0);
	return result == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int
cmd_serve(int argc, char **argv)
{
	return run_node(NODE_SERVE, argc, argv);
}

int
cmd_join(int argc, char **argv)
{
	return run_node(NODE_JOIN, argc, argv);
}

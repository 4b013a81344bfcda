/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "boot/files.h"

#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "lib/cleanup.h"
#include "lib/hex.h"
#include "lib/log.h"
#include "lib/path_in.h"
#include "boot/addresses.h"
#include "boot/loaders.h"
#include "boot/own_images.h"
#include "boot/rights.h"

#define LEASES "leases"
#define SOON_MS 100
/* milliseconds until the list of hosts is written; few, since a machine waits
 * for that */
#define HOSTS_MS 10

struct files {
	char *dir; /* path of the directory RUNDIR/boot */
	int lock;
	struct loop_timer save;  /* fires to write machines.json and leases */
	struct loop_timer hosts; /* fires to write dnsmasq's list of hosts */
};

static int
failed(const char *path)
{
	log_error("%s: %m", path);
	return -1;
}

/* Makes a directory that all may read, and its parents.  Returns 0, also if
 * they exist already, or -1 and sets errno. */
static int
make_dir(const char *path)
{
	AUTO_FREE char *copy = strdup(path);

	if (copy == NULL)
		return -1;
	for (char *p = copy + 1; *p != '\0'; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		if (mkdir(copy, 0755) == -1 && errno != EEXIST)
			return -1;
		*p = '/';
	}
	return mkdir(copy, 0755) == -1 && errno != EEXIST ? -1 : 0;
}

static int
replace(struct boot *b, const char *path,
	int (*write)(struct boot *b, FILE *to))
{
	AUTO_FREE char *new = NULL;
	FILE *to;
	int result;

	if (asprintf(&new, "%s.new", path) == -1)
		return -1;
	to = fopen(new, "we");
	if (to == NULL)
		return failed(new);
	result = write(b, to);
	if (fclose(to) != 0 || result == -1 || rename(new, path) == -1)
		return failed(path);
	return 0;
}

static const char *const roles[] = {
    [ROLE_STARTING] = "starting",
    [ROLE_CHECKING] = "checking",
    [ROLE_STANDBY] = "standby",
    [ROLE_ANSWERING] = "answering",
};

static void
add(json_object *o, const char *key, const char *text)
{
	json_object_object_add(o, key, json_object_new_string(text));
}

/* Adds to o what the machine m would boot now: its disk, or which image.  If m
 * is a live node, also adds that node's id. */
static void
add_next(json_object *o, const struct boot *b, const struct machine *m)
{
	char hex[DIGEST_HEX], node[2 * sizeof m->node.b + 1];
	const struct proto_image *image;
	bool waits;

	image = offer_image(own_images_offer(b, m, &waits));
	if (m->here) {
		hex_write(m->node.b, sizeof m->node.b, node);
		add(o, "node", node);
	}
	if (machines_from_disk(m))
		add(o, "next", "disk");
	else if (image != NULL && !waits) {
		add(o, "next", digest_hex(&image->id, hex));
		add(o, "next_name", image->name);
	}
}

static json_object *
machine_json(const struct boot *b, const struct machine *m)
{
	json_object *o = json_object_new_object();
	char mac[MAC_TEXT], ip[IP4_TEXT];

	add(o, "name", m->name);
	add(o, "mac", mac_text(m->mac, mac));
	add(o, "address", m->ip != 0 ? ip4_text(m->ip, ip) : "");
	add(o, "stage", stage_word(m->stage));
	add(o, "install", m->said);
	add_next(o, b, m);
	json_object_object_add(o, "since", json_object_new_int64(m->since));
	json_object_object_add(o, "late", json_object_new_boolean(m->late));
	json_object_object_add(o, "seen", json_object_new_int64(m->seen));
	return o;
}

static json_object *
taken_json(const struct boot *b)
{
	json_object *a = json_object_new_array();
	const struct taken *all;
	size_t n = addresses_taken(b, &all);
	char mac[MAC_TEXT], ip[IP4_TEXT];

	for (size_t i = 0; i < n; i++) {
		json_object *o = json_object_new_object();

		add(o, "address", ip4_text(all[i].ip, ip));
		add(o, "mac", mac_text(all[i].mac, mac));
		json_object_object_add(o, "since",
				       json_object_new_int64(all[i].since));
		json_object_array_add(a, o);
	}
	return a;
}

/* Adds to o the ids of the offered image and, if that is another one, of the
 * default image. */
static void
add_images(json_object *o, const struct offer *offer)
{
	const struct proto_image *now = offer_image(offer);
	const struct proto_image *wanted = offer_wanted(offer);
	char hex[DIGEST_HEX];

	add(o, "image", now != NULL ? digest_hex(&now->id, hex) : "");
	add(o, "image_name", now != NULL ? now->name : "");
	json_object_object_add(o, "by_files",
			       json_object_new_boolean(offer_by_files(offer)));
	if (wanted == NULL)
		return;
	add(o, "wanted", digest_hex(&wanted->id, hex));
	add(o, "wanted_name", wanted->name);
	add(o, "why", offer_why(offer));
}

static int
write_json(struct boot *b, FILE *to)
{
	json_object *o = json_object_new_object();
	json_object *a = json_object_new_array();
	const struct boot_config *c = &b->config;
	const struct boot_node *first = cluster_first(b->cluster);
	char ip[IP4_TEXT];
	const char *text;

	add(o, "role", roles[b->role]);
	add(o, "interface", c->card.name);
	add(o, "address", ip4_text(c->card.address, ip));
	add(o, "answers", first != NULL ? ip4_text(first->ip, ip) : "");
	json_object_object_add(o, "proxy",
			       json_object_new_boolean(c->set.proxy));
	add(o, "first", ip4_text(c->first, ip));
	add(o, "last", ip4_text(c->last, ip));
	add_images(o, b->offer);
	machines_sort(b->machines);
	for (size_t i = 0; i < machines_count(b->machines); i++)
		json_object_array_add(
		    a, machine_json(b, machines_at(b->machines, i)));
	json_object_object_add(o, "own_images", own_images_json(b->own));
	json_object_object_add(o, "machines", a);
	json_object_object_add(o, "taken", taken_json(b));
	text = json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN);
	fprintf(to, "%s\n", text);
	json_object_put(o);
	return ferror(to) ? -1 : 0;
}

static int
write_leases(struct boot *b, FILE *to)
{
	return machines_write(b->machines, to);
}

static int
write_conf(struct boot *b, FILE *to)
{
	return dnsmasq_conf_write(&b->config, &b->paths, to);
}

static int
write_hosts(struct boot *b, FILE *to)
{
	return dnsmasq_hosts_write(b->machines, to);
}

static void
write_now(void *ctx)
{
	struct boot *b = ctx;
	AUTO_FREE char *json = path_in(b->files->dir, "machines.json");
	AUTO_FREE char *leases = path_in(b->config.state, LEASES);

	replace(b, json, write_json);
	replace(b, leases, write_leases);
}

static void
hosts_now(void *ctx)
{
	struct boot *b = ctx;

	if (!b->config.set.proxy &&
	    replace(b, b->paths.hosts, write_hosts) == 0)
		dnsmasq_reload(b->dnsmasq);
}

void
files_soon(struct boot *b)
{
	if (b->files->save.slot == 0)
		loop_timer_set(b->loop, &b->files->save,
			       clock_now_ns() + SOON_MS * NS_PER_MS);
}

void
files_hosts(struct boot *b)
{
	files_soon(b);
	if (b->files->hosts.slot == 0)
		loop_timer_set(b->loop, &b->files->hosts,
			       clock_now_ns() + HOSTS_MS * NS_PER_MS);
}

int
files_dnsmasq(struct boot *b)
{
	machines_sort(b->machines);
	if (replace(b, b->paths.conf, write_conf) == -1)
		return -1;
	return replace(b, b->paths.hosts, write_hosts);
}

/* --- at the start --- */

static int
take_lock(struct boot *b)
{
	AUTO_FREE char *path = path_in(b->files->dir, "lock");

	b->files->lock = open(
	    path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0644);
	if (b->files->lock == -1)
		return failed(path);
	if (flock(b->files->lock, LOCK_EX | LOCK_NB) == 0)
		return 0;
	if (errno != EWOULDBLOCK)
		return failed(path);
	log_error("another vfield boot runs for %s", b->config.set.run_dir);
	return -1;
}

static int
load(struct boot *b)
{
	AUTO_FREE char *path = path_in(b->config.state, LEASES);
	AUTO_FCLOSE FILE *f = NULL;
	unsigned line;

	if (boot_config_machines(&b->config, b->rights, b->machines) == -1)
		return -1;
	f = fopen(path, "re");
	if (f == NULL)
		return errno == ENOENT ? 0 : failed(path);
	if (machines_read(b->machines, f, &line) == -1)
		log_warn("%s:%u: not understood; what follows is forgotten",
			 path, line);
	return 0;
}

/* Makes the directory RUNDIR/boot and what is below it, and that of --state,
 * and gives them to the user as whom the service runs. */
static int
make_dirs(struct boot *b)
{
	const char *state = b->config.state;

	if (make_dir(b->paths.tftp) == -1)
		return failed(b->paths.tftp);
	if (rights_own(b->rights, b->files->dir, NULL) == -1)
		return failed(b->files->dir);
	if (make_dir(state) == -1)
		return failed(state);
	if (rights_own(b->rights, state, LEASES) == 0)
		return 0;
	if (errno != ENOTEMPTY)
		return failed(state);
	log_error("%s: it has other files: --state is a directory for the boot "
		  "service alone",
		  state);
	return -1;
}

const char *
files_dir(const struct files *f)
{
	return f->dir;
}

int
files_open(struct boot *b)
{
	b->files = calloc(1, sizeof *b->files);
	if (b->files == NULL)
		return failed(b->config.set.run_dir);
	b->files->lock = -1;
	b->files->dir = path_in(b->config.set.run_dir, "boot");
	b->files->save.fire = write_now;
	b->files->hosts.fire = hosts_now;
	b->files->save.ctx = b->files->hosts.ctx = b;
	if (dnsmasq_paths_set(&b->paths, b->files->dir) == -1) {
		log_error("%s: %s", b->files->dir,
			  errno == EINVAL ? "dnsmasq would not understand "
					    "this path; choose another one "
					    "with --run-dir"
					  : strerror(errno));
		return -1;
	}
	if (make_dirs(b) == -1 || take_lock(b) == -1)
		return -1;
	if (rights_give_up(b->rights) == -1)
		return failed("to be another user");
	return loaders_link(b) == -1 ? -1 : load(b);
}

static void
say_goodbye(struct boot *b)
{
	AUTO_FREE char *json = path_in(b->files->dir, "machines.json");

	if (b->files->save.slot != 0)
		write_now(b);
	unlink(json);
}

void
files_close(struct boot *b)
{
	if (b->files == NULL)
		return;
	if (b->files->lock != -1) {
		/* The service writes no files before it is connected to a
		 * cluster. */
		if (b->cluster != NULL)
			say_goodbye(b);
		close(b->files->lock);
	}
	loop_timer_cancel(b->loop, &b->files->save);
	loop_timer_cancel(b->loop, &b->files->hosts);
	free(b->files->dir);
	free(b->files);
	b->files = NULL;
}

/* --- pxelinux --- */

static int
write_file(const char *path, const char *text)
{
	AUTO_FREE char *new = NULL;
	FILE *to;

	if (asprintf(&new, "%s.new", path) == -1)
		return -1;
	to = fopen(new, "we");
	if (to == NULL)
		return -1;
	fputs(text, to);
	if (fclose(to) != 0)
		return -1;
	return rename(new, path);
}

void
files_pxelinux(struct boot *b, const char *text)
{
	AUTO_FREE char *dir = path_in(b->paths.tftp, "pxelinux.cfg");
	AUTO_FREE char *path = path_in(dir, "default");

	if (make_dir(dir) == -1 || write_file(path, text) == -1)
		failed(path);
}

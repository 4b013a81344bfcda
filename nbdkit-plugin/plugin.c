/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* The nbdkit plugin: nbdkit's callbacks, and the only global state.
 *
 * Thread model.  nbdkit before 1.33.10 aborts when a client vanishes while two
 * or more of its requests are being answered in parallel, and a neighbour's
 * power cut must not end this server.  With such an nbdkit a connection gets
 * one request at a time, while connections still run in parallel.  The headers
 * that the plugin was compiled with do not tell the version of the nbdkit that
 * runs it; a function that nbdkit exports to plugins since 1.36 does.  (1.34
 * exports nothing that 1.32 did not, so it counts as old: slower, but safe.)
 */
#include <dlfcn.h>
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#define NBDKIT_API_VERSION 2
#include <nbdkit-plugin.h>

#include "lib/cleanup.h"
#include "lib/export_names.h"
#include "lib/image_name.h"
#include "nbdkit-plugin/clients.h"
#include "nbdkit-plugin/exports.h"
#include "nbdkit-plugin/log_filter.h"

#define THREAD_MODEL NBDKIT_THREAD_MODEL_PARALLEL

#define SINCE_1_36 "nbdkit_parse_probability"
#define FILE_BLOCK 4096
/* Chosen: longer than the grace that the supervisor gives. */
#define END_S 2

static struct {
	char *image, *manifest, *store, *router;
	unsigned patience_s;
	struct export_source source;
} self = {.patience_s = 30};

static int
set_path(char **to, const char *value)
{
	free(*to);
	*to = nbdkit_absolute_path(value);
	return *to == NULL ? -1 : 0;
}

static int
vfield_config(const char *key, const char *value)
{
	if (strcmp(key, "image") == 0)
		return set_path(&self.image, value);
	if (strcmp(key, "manifest") == 0)
		return set_path(&self.manifest, value);
	if (strcmp(key, "store") == 0)
		return set_path(&self.store, value);
	if (strcmp(key, "router") == 0)
		return set_path(&self.router, value);
	if (strcmp(key, "router-timeout") == 0)
		return nbdkit_parse_unsigned(key, value, &self.patience_s);
	nbdkit_error("unknown parameter '%s'", key);
	return -1;
}

#define CONFIG_HELP                                                            \
	"image=FILE              An image file to serve by itself.\n"          \
	"manifest=FILE           Its manifest (default: the image's name "     \
	"and .vfm).\n"                                                         \
	"store=DIR               A node's store, instead of an image.\n"       \
	"router=SOCKET           The socket of that node's router.\n"          \
	"router-timeout=SECONDS  How long to wait for a router that is "       \
	"absent (30)."

static int
config_complete(void)
{
	struct sockaddr_un un;

	if ((self.image == NULL) == (self.store == NULL)) {
		nbdkit_error("either image=FILE or store=DIR is required");
		return -1;
	}
	if (self.image != NULL && self.router != NULL) {
		nbdkit_error("router=SOCKET goes with store=DIR");
		return -1;
	}
	if (self.store != NULL && self.manifest != NULL) {
		nbdkit_error("manifest=FILE goes with image=FILE");
		return -1;
	}
	if (self.store != NULL && self.router == NULL) {
		nbdkit_error("store=DIR needs router=SOCKET");
		return -1;
	}
	if (self.router != NULL && strlen(self.router) >= sizeof un.sun_path) {
		nbdkit_error("%s: too long for a socket", self.router);
		return -1;
	}
	if (self.image != NULL && self.manifest == NULL &&
	    asprintf(&self.manifest, "%s.vfm", self.image) == -1) {
		self.manifest = NULL;
		nbdkit_error("%m");
		return -1;
	}
	return 0;
}

static int
thread_model(void)
{
	if (dlsym(RTLD_DEFAULT, SINCE_1_36) != NULL)
		return NBDKIT_THREAD_MODEL_PARALLEL;
	return NBDKIT_THREAD_MODEL_SERIALIZE_REQUESTS;
}

static void
complain_manifest(const char *why)
{
	int error = errno;

	if (access(self.image, F_OK) == -1)
		nbdkit_error("%s: %m", self.image);
	else if (error == ENOENT)
		nbdkit_error("%s: %s: make it with: vfield image create %s",
			     self.manifest, strerror(error), self.image);
	else
		nbdkit_error("%s: %s", self.manifest,
			     why != NULL ? why : strerror(error));
}

static int
open_image(void)
{
	const char *why = NULL;
	struct manifest *m = manifest_load(self.manifest, &why);
	struct store *s;

	if (m == NULL) {
		complain_manifest(why);
		return -1;
	}
	s = store_open_image(self.image, m);
	if (s == NULL && errno == EINVAL)
		nbdkit_error("%s: not of the size that %s says", self.image,
			     self.manifest);
	else if (s == NULL)
		nbdkit_error("%s: %m", self.image);
	if (s == NULL)
		return -1;
	self.source.stores = stores_of_image(s);
	return 0;
}

static int
get_ready(void)
{
	if (self.image != NULL) {
		if (open_image() == -1)
			return -1;
	} else {
		self.source.stores = stores_of_dir(self.store);
	}
	if (self.source.stores == NULL) {
		nbdkit_error("%m");
		return -1;
	}
	self.source.served = served_create(self.store);
	if (self.source.served == NULL)
		self.source.served = served_create(NULL);
	if (self.source.served == NULL) {
		nbdkit_error("%m");
		return -1;
	}
	self.source.dir = self.store;
	self.source.router = self.router;
	self.source.manifest_file = self.manifest;
	self.source.patience_s = self.patience_s;
	return 0;
}

static void
vfield_load(void)
{
	if (clients_init() == -1)
		nbdkit_error("memory cannot be limited: %m");
}

/* nbdkit's handler of SIGTERM; that of a node's nbdkit is on_term. */
static struct sigaction nbdkits_term;

static void
on_term(int signo)
{
	alarm(END_S);
	nbdkits_term.sa_handler(signo);
}

/* nbdkit waits for its clients when it is told to end.  The supervisor kills it
 * sooner, but systemd's shutdown, which spares no process that is not root's,
 * would wait for it for a minute and a half, so a node's nbdkit ends after
 * END_S seconds. */
static void
limit_end(void)
{
	struct sigaction ours = {.sa_handler = on_term, .sa_flags = SA_RESTART};

	if (sigaction(SIGTERM, NULL, &nbdkits_term) == 0 &&
	    (nbdkits_term.sa_flags & SA_SIGINFO) == 0 &&
	    nbdkits_term.sa_handler != SIG_DFL &&
	    nbdkits_term.sa_handler != SIG_IGN)
		(void)sigaction(SIGTERM, &ours, NULL);
}

static int
after_fork(void)
{
	if (self.router != NULL)
		limit_end();
	/* The log filter is forked here, while this process has one thread
	 * only. */
	if (log_filter_start() == -1)
		nbdkit_error("the log cannot be limited: %m");
	if (clients_start() == 0)
		return 0;
	nbdkit_error("cannot watch connections: %m");
	return -1;
}

static int
preconnect(int readonly)
{
	if (clients_admit() == 0)
		return 0;
	self.source.served->refused++;
	return -1;
}

static void
vfield_unload(void)
{
	clients_stop();
	stores_free(self.source.stores);
	free(self.image);
	free(self.manifest);
	free(self.store);
	free(self.router);
}

static int
list_one(void *ctx, const char *name, const struct digest *id)
{
	static const struct {
		const char *suffix, *what;
	} kinds[] = {
	    {"", "whole image"},
	    {EXPORT_SUFFIX_HELD, "what is held here"},
	    {EXPORT_SUFFIX_MANIFEST, "manifest"},
	};
	char hex[DIGEST_HEX];

	digest_hex(id, hex);
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		AUTO_FREE char *export = NULL, *about = NULL;

		if (asprintf(&export, "%s%s", name, kinds[i].suffix) == -1)
			return -1;
		if (asprintf(&about, "%s, %s", kinds[i].what, hex) == -1)
			return -1;
		if (nbdkit_add_export(ctx, export, about) == -1)
			return -1;
	}
	return 0;
}

static int
list_exports(int readonly, int is_tls, struct nbdkit_exports *exports)
{
	if (stores_list(self.source.stores, list_one, exports) == 0 ||
	    errno == ENOENT)
		return 0;
	nbdkit_error("%s: %m", self.store != NULL ? self.store : self.image);
	return -1;
}

static const char *
default_export(int readonly, int is_tls)
{
	const struct store *s = stores_get(self.source.stores, ""), *named;
	char text[IMAGE_NAME_TEXT];
	const struct manifest *m;

	if (s == NULL)
		return ""; /* vfield_open reports what is wrong */
	m = store_manifest(s);
	named = stores_get(self.source.stores, m->name);
	if (named == s)
		strcpy(text, m->name);
	else
		image_name_text(m->name, &m->id, text);
	if (named != NULL)
		stores_put(self.source.stores, named);
	stores_put(self.source.stores, s);
	return nbdkit_strdup_intern(text);
}

static const char *
export_description(void *handle)
{
	const struct manifest *m = export_manifest(handle);
	char hex[DIGEST_HEX];

	if (export_kind(handle) == EXPORT_STATS)
		return "what has been served";
	if (m == NULL)
		return "the cluster as this node knows it";
	digest_hex(&m->id, hex);
	switch (export_kind(handle)) {
	case EXPORT_HELD:
		return nbdkit_printf_intern("what is held here, %s", hex);
	case EXPORT_MANIFEST:
		return nbdkit_printf_intern("manifest, %s", hex);
	case EXPORT_PROFILE:
		return nbdkit_printf_intern("boot profile, %s", hex);
	default:
		return nbdkit_printf_intern("whole image, %s", hex);
	}
}

static void *
vfield_open(int readonly)
{
	const char *name = nbdkit_export_name();
	struct export *e;

	if (name == NULL)
		return NULL;
	e = export_open(&self.source, name);
	if (e != NULL) {
		clients_open();
		self.source.served->connections[export_asker(e)]++;
		self.source.served->now[export_asker(e)]++;
		return e;
	}
	/* The name is not logged, since a client may send any bytes as a
	 * name. */
	if (errno == ENOENT && *name == '\0')
		nbdkit_error("no image is here yet");
	else if (errno == ENOENT)
		nbdkit_error("no export of that name is here");
	else
		nbdkit_error("export cannot be opened: %m");
	return NULL;
}

static void
vfield_close(void *handle)
{
	self.source.served->now[export_asker(handle)]--;
	export_close(handle);
}

static int64_t
get_size(void *handle)
{
	return export_size(handle);
}

static int
block_size(void *handle, uint32_t *minimum, uint32_t *preferred,
	   uint32_t *maximum)
{
	enum export_kind kind = export_kind(handle);

	*minimum = 1;
	*preferred = FILE_BLOCK;
	*maximum = CLIENTS_REQUEST_MAX;
	if (export_is_whole(handle) || kind == EXPORT_HELD)
		*preferred = export_manifest(handle)->chunk_size;
	return 0;
}

static int
can_multi_conn(void *handle)
{
	return 1; /* connections always agree: nothing is ever written */
}

static int
can_cache(void *handle)
{
	return export_is_whole(handle) ? NBDKIT_CACHE_NATIVE
				       : NBDKIT_CACHE_NONE;
}

/* Returns 1 if the export shows holes where chunks are not held, else 0.
 * NAME/held does; a whole image does not, since programs that copy an image
 * skip holes. */
static int
can_extents(void *handle)
{
	return export_kind(handle) == EXPORT_HELD;
}

static const char *
reason(int error)
{
	switch (error) {
	case EBADMSG:
		return "the data does not have its hash";
	/* a chunk is missing in a single image, for which there is no router */
	case ENODATA:
		return "damaged or unreadable here";
	case ETIMEDOUT:
		return "the router does not answer";
	default:
		return strerror(error);
	}
}

/* Returns the errno value to send to the client for the value `error`.  NBD has
 * few errors; for any other value nbdkit would send EINVAL. */
static int
wire_error(int error)
{
	switch (error) {
	case ENOMEM:
	case ENOSPC:
	case EINVAL:
	case ENOTSUP:
	case ESHUTDOWN:
		return error;
	default:
		return EIO;
	}
}

static int
fail(struct export *e, const char *doing, uint64_t offset)
{
	const struct manifest *m = export_manifest(e);
	int saved = errno;

	/* No error is logged if a peer with old news asks for a chunk that is
	 * not held, or if a client has gone. */
	if ((saved == ENODATA && export_kind(e) == EXPORT_HELD) ||
	    saved == ESHUTDOWN)
		nbdkit_debug("%s at %" PRIu64 ": %s", doing, offset,
			     saved == ESHUTDOWN ? "given up" : "not held");
	else
		nbdkit_error("%s: %s at %" PRIu64 ": %s",
			     m != NULL ? m->name : EXPORT_NAME_VIEW, doing,
			     offset, reason(saved));
	nbdkit_set_error(wire_error(saved));
	return -1;
}

/* Answers a read that clients_reserve has refused with an error, after which
 * the client is cut off (clients.h).  Returns -1. */
static int
refuse(uint32_t count)
{
	int saved = errno;

	nbdkit_error("a read of %" PRIu32 " bytes refused: %s", count,
		     saved == EINVAL ? "more than the maximum"
				     : "clients take too much memory");
	nbdkit_set_error(saved);
	return -1;
}

static int
vfield_pread(void *handle, void *buf, uint32_t count, uint64_t offset,
	     uint32_t flags)
{
	if (clients_reserve(buf, count) == -1)
		return refuse(count);
	if (export_read(handle, buf, count, offset) == 0) {
		self.source.served->bytes[export_asker(handle)] += count;
		return 0;
	}
	return fail(handle, "read", offset);
}

static int
vfield_cache(void *handle, uint32_t count, uint64_t offset, uint32_t flags)
{
	if (export_cache(handle, count, offset) == 0)
		return 0;
	return fail(handle, "cache", offset);
}

static int
vfield_extents(void *handle, uint32_t count, uint64_t offset, uint32_t flags,
	       struct nbdkit_extents *extents)
{
	uint64_t end = offset + count;
	bool held;

	while (offset < end) {
		uint64_t len = export_extent(handle, offset, &held);

		/* An extent has 32 bits of length on the wire; nbdkit 1.32
		 * asserts that the length fits. */
		if (len > end - offset)
			len = end - offset;
		/* NBDKIT_EXTENT_ZERO is not set: bytes that are not held do not
		 * read as zeroes. */
		if (nbdkit_add_extent(extents, offset, len,
				      held ? 0 : NBDKIT_EXTENT_HOLE) == -1)
			return -1;
		offset += len;
		if (flags & NBDKIT_FLAG_REQ_ONE)
			break;
	}
	return 0;
}

static struct nbdkit_plugin plugin = {
    .name = "vfield",
    .longname = "V-FIELD replica",
    .version = VF_VERSION,
    .description = "Serves an image whose chunks are checked, or a "
		   "V-FIELD node's share of images.",
    .load = vfield_load,
    .unload = vfield_unload,
    .config = vfield_config,
    .config_complete = config_complete,
    .config_help = CONFIG_HELP,
    .magic_config_key = "image",
    .thread_model = thread_model,
    .get_ready = get_ready,
    .after_fork = after_fork,
    .preconnect = preconnect,
    .list_exports = list_exports,
    .default_export = default_export,
    .export_description = export_description,
    .open = vfield_open,
    .close = vfield_close,
    .get_size = get_size,
    .block_size = block_size,
    .can_multi_conn = can_multi_conn,
    .can_cache = can_cache,
    .can_extents = can_extents,
    .pread = vfield_pread,
    .cache = vfield_cache,
    .extents = vfield_extents,
};

/* nbdkit 1.32 has no prototype of the function that its macro defines. */
struct nbdkit_plugin *plugin_init(void);
NBDKIT_REGISTER_PLUGIN(plugin)

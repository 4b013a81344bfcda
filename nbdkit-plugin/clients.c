/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "nbdkit-plugin/clients.h"

#include <errno.h>
#include <inttypes.h>
#include <malloc.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/queue.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define NBDKIT_API_VERSION 2
#include <nbdkit-plugin.h>

#include "lib/address.h"
#include "lib/cleanup.h"
#include "nbdkit-plugin/sockets.h"

/* Limits in bytes.  DATA_MAX is the sum of CLIENTS_MAX stacks, BUFFERS_MAX for
 * all buffers, and 16 MiB for everything else.  A read of more than SMALL_READ
 * is refused if all buffers together would then have more than
 * BUFFERS_LARGE_MAX, so that room is left for reads of a few ordinary
 * chunks. */
#define STACK_BYTES (128U << 10)
#define SMALL_READ (256U << 10)
#define BUFFERS_MAX (144U << 20)
#define BUFFERS_LARGE_MAX (80U << 20)
/* bytes of data that the process may have beyond those at its start */
#define DATA_MAX (240U << 20)
/* Bytes: the initial value of glibc's mmap threshold.  Once set, glibc does not
 * raise the threshold, so that freeing a large buffer gives its memory back to
 * the kernel. */
#define MMAP_BYTES (128 << 10)
#define IPV6_SITE 8 /* bytes of a /64 prefix, which counts as one address */

/* Under a sanitizer neither data nor stacks are limited, since its shadow
 * memory counts as data and its stacks are larger. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED true
#else
#define SANITIZED false
#endif

struct client {
	LIST_ENTRY(client) entry;
	struct address address;
	/* `address` is set; false: the client came by a Unix socket */
	bool has_address;
	bool opened;
	int64_t since_ms;
};

static struct {
	pthread_mutex_t lock;
	pthread_cond_t stopping;
	LIST_HEAD(, client) list; /* connected clients; guarded by lock */
	/* true: `watcher` is to end; guarded by lock */
	bool stop;
	bool watched; /* true: the thread `watcher` runs */
	pthread_t watcher;
	uint64_t buffers; /* guarded by lock; bytes of all threads' buffers */
	pthread_key_t client, buffer;
} self = {.lock = PTHREAD_MUTEX_INITIALIZER,
	  .stopping = PTHREAD_COND_INITIALIZER};

static int64_t
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* Removes the client p from the list, when the thread of its connection
 * ends. */
static void
forget_client(void *p)
{
	struct client *c = p;

	pthread_mutex_lock(&self.lock);
	LIST_REMOVE(c, entry);
	pthread_mutex_unlock(&self.lock);
	free(c);
}

/* Subtracts the size of the buffer of a thread that ends from self.buffers;
 * nbdkit frees the buffer. */
static void
forget_buffer(void *p)
{
	uint64_t *bytes = p;

	pthread_mutex_lock(&self.lock);
	self.buffers -= *bytes;
	pthread_mutex_unlock(&self.lock);
	free(bytes);
}

/* Returns how many bytes of data this process has; 0: not known.  nbdkit 1.32
 * begins with 192 MiB of zeroes, which it never touches. */
static uint64_t
data_now(void)
{
	AUTO_FCLOSE FILE *f = fopen("/proc/self/statm", "re");
	uint64_t pages;

	/* The sixth field of statm is "data + stack" (proc(5)). */
	if (f == NULL || fscanf(f, "%*u %*u %*u %*u %*u %" SCNu64, &pages) != 1)
		return 0;
	return pages * sysconf(_SC_PAGESIZE);
}

static void
limit_data(void)
{
	uint64_t now = data_now(), max = now + DATA_MAX;
	struct rlimit l;

	if (SANITIZED)
		return;
	if (now == 0)
		nbdkit_error("/proc/self/statm cannot be read: memory is not "
			     "limited");
	else if (getrlimit(RLIMIT_DATA, &l) == 0 && l.rlim_cur > max) {
		l.rlim_cur = max;
		(void)setrlimit(RLIMIT_DATA, &l);
	}
	mallopt(M_MMAP_THRESHOLD, MMAP_BYTES);
}

static int
limit_stacks(void)
{
	pthread_attr_t a;
	int error;

	if (SANITIZED)
		return 0;
	error = pthread_attr_init(&a);
	if (error == 0) {
		error = pthread_attr_setstacksize(&a, STACK_BYTES);
		if (error == 0)
			error = pthread_setattr_default_np(&a);
		pthread_attr_destroy(&a);
	}
	errno = error;
	return error == 0 ? 0 : -1;
}

int
clients_init(void)
{
	int error = pthread_key_create(&self.client, forget_client);

	if (error == 0)
		error = pthread_key_create(&self.buffer, forget_buffer);
	errno = error;
	if (error != 0)
		return -1;
	limit_data();
	return limit_stacks();
}

static bool
overdue(void *ctx, const struct address *client)
{
	const int64_t *before_ms = ctx;
	struct client *c;
	bool found = false;

	pthread_mutex_lock(&self.lock);
	LIST_FOREACH (c, &self.list, entry)
		if (!c->opened && c->has_address && c->since_ms < *before_ms &&
		    address_equal(&c->address, client))
			found = true;
	pthread_mutex_unlock(&self.lock);
	return found;
}

static bool
any_overdue(int64_t before_ms)
{
	struct client *c;

	LIST_FOREACH (c, &self.list, entry)
		if (!c->opened && c->has_address && c->since_ms < before_ms)
			return true;
	return false;
}

/* Runs as the thread `watcher`: once a second, ends the connections whose
 * handshake takes too long. */
static void *
watch(void *ctx)
{
	pthread_mutex_lock(&self.lock);
	while (!self.stop) {
		int64_t before_ms = now_ms() - CLIENTS_HANDSHAKE_S * 1000;
		struct timespec at;

		if (any_overdue(before_ms)) {
			pthread_mutex_unlock(&self.lock);
			sockets_end(overdue, &before_ms);
			pthread_mutex_lock(&self.lock);
		}
		clock_gettime(CLOCK_REALTIME, &at);
		at.tv_sec++;
		pthread_cond_timedwait(&self.stopping, &self.lock, &at);
	}
	pthread_mutex_unlock(&self.lock);
	return NULL;
}

int
clients_start(void)
{
	int error = pthread_create(&self.watcher, NULL, watch, NULL);

	sockets_find_the_dead();
	self.watched = error == 0;
	errno = error;
	return error == 0 ? 0 : -1;
}

void
clients_stop(void)
{
	pthread_mutex_lock(&self.lock);
	self.stop = true;
	pthread_cond_signal(&self.stopping);
	pthread_mutex_unlock(&self.lock);
	if (self.watched)
		pthread_join(self.watcher, NULL);
	self.watched = false;
}

static bool
get_address(struct address *a)
{
	struct sockaddr_storage ss;
	socklen_t len = sizeof ss;

	return nbdkit_peer_name((struct sockaddr *)&ss, &len) == 0 &&
	       address_from_sockaddr((struct sockaddr *)&ss, len, a) == 0;
}

/* Returns true if two clients count as one machine: if their IPv6 addresses are
 * in the same /64, or their IPv4 addresses are equal.  (IPv4 addresses, as
 * ::ffff:a.b.c.d, are all in the same /64, and so are compared completely.) */
static bool
same_machine(const struct client *a, const struct client *b)
{
	static const uint8_t v4[12] = {[10] = 0xff, [11] = 0xff};
	size_t n = memcmp(a->address.ip, v4, sizeof v4) == 0
		       ? sizeof a->address.ip
		       : IPV6_SITE;

	return a->has_address && b->has_address &&
	       memcmp(a->address.ip, b->address.ip, n) == 0;
}

/* Returns the reason to refuse the client c; NULL: c can be admitted. */
static const char *
too_many(const struct client *c)
{
	unsigned all = 0, handshakes = 0, its = 0, its_handshakes = 0;
	struct client *other;

	LIST_FOREACH (other, &self.list, entry) {
		all++;
		handshakes += !other->opened;
		if (same_machine(c, other)) {
			its++;
			its_handshakes += !other->opened;
		}
	}
	if (its >= CLIENTS_ADDRESS_MAX)
		return "too many connections from there";
	if (its_handshakes >= CLIENTS_ADDRESS_HANDSHAKES_MAX)
		return "too many from there that say nothing";
	if (all >= CLIENTS_MAX)
		return "too many connections";
	if (handshakes >= CLIENTS_HANDSHAKES_MAX)
		return "too many that say nothing";
	return NULL;
}

int
clients_admit(void)
{
	struct client *c = calloc(1, sizeof *c);
	char host[ADDRESS_TEXT] = "a client";
	const char *no;

	if (c == NULL)
		return -1;
	c->has_address = get_address(&c->address);
	c->since_ms = now_ms();
	if (c->has_address)
		address_host(&c->address, host);
	pthread_mutex_lock(&self.lock);
	no = too_many(c);
	if (no == NULL)
		LIST_INSERT_HEAD(&self.list, c, entry);
	pthread_mutex_unlock(&self.lock);
	if (no == NULL && pthread_setspecific(self.client, c) == 0)
		return 0;
	if (no == NULL)
		forget_client(c);
	else
		free(c);
	nbdkit_error("%s: refused: %s", host, no != NULL ? no : "no memory");
	return -1;
}

void
clients_open(void)
{
	struct client *c = pthread_getspecific(self.client);

	pthread_mutex_lock(&self.lock);
	if (c != NULL)
		c->opened = true;
	pthread_mutex_unlock(&self.lock);
}

static bool
is_it(void *ctx, const struct address *client)
{
	return address_equal(ctx, client);
}

/* Gives the pages that lie completely in the buffer, and that nbdkit has
 * filled, back to the kernel.  From then on they read as zeroes. */
static void
give_pages_back(void *buf, size_t len)
{
	size_t page = sysconf(_SC_PAGESIZE);
	uintptr_t from = ((uintptr_t)buf + page - 1) / page * page;
	uintptr_t to = ((uintptr_t)buf + len) / page * page;

	if (to > from)
		(void)madvise((void *)from, to - from, MADV_DONTNEED);
}

static int
refuse(void *buf, uint32_t count, int error)
{
	struct address a;

	give_pages_back(buf, count);
	if (get_address(&a))
		sockets_end(is_it, &a);
	errno = error;
	return -1;
}

/* Returns a pointer to this thread's number of bytes that are counted for its
 * buffer; NULL: out of memory. */
static uint64_t *
counted(void)
{
	uint64_t *bytes = pthread_getspecific(self.buffer);

	if (bytes != NULL)
		return bytes;
	bytes = calloc(1, sizeof *bytes);
	if (bytes == NULL || pthread_setspecific(self.buffer, bytes) == 0)
		return bytes;
	free(bytes);
	return NULL;
}

int
clients_reserve(void *buf, uint32_t count)
{
	uint64_t max = count > SMALL_READ ? BUFFERS_LARGE_MAX : BUFFERS_MAX;
	uint64_t *bytes = counted();
	bool room = false;

	if (count > CLIENTS_REQUEST_MAX)
		return refuse(buf, count, EINVAL);
	if (bytes != NULL && count <= *bytes)
		return 0;
	pthread_mutex_lock(&self.lock);
	if (bytes != NULL && self.buffers + count - *bytes <= max) {
		self.buffers += count - *bytes;
		*bytes = count;
		room = true;
	}
	pthread_mutex_unlock(&self.lock);
	return room ? 0 : refuse(buf, count, ENOMEM);
}

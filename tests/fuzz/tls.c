/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Sends arbitrary bytes to a channel that expects TLS, as a stranger without a
 * key would; no frame must come out of the channel.  The first byte of the
 * input says after how many bytes the rest is sent. */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "authority/cluster_key.h"
#include "membership/wire/channel.h"

/* bytes; more than a member reads before it notices that they are wrong */
#define BYTES_MAX 65536
#define TURNS 8

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char keys[64];

static void
remove_keys(void)
{
	unlink(keys);
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	const struct cluster_keys ks = {.n = 2, .key = {{{1}}, {{2}}}};

	snprintf(keys, sizeof keys, "/tmp/vf-fuzz-tls.%d", getpid());
	atexit(remove_keys);
	return cluster_keys_write_for(keys, &ks, CLUSTER_USE_MEMBER,
				      &(struct write_anew_as){0600, -1, -1});
}

static void
on_frame(void *ctx, const struct proto_msg *m)
{
	abort();
}

static size_t
on_fill(void *ctx, uint8_t *buf, size_t len)
{
	return 0;
}

static void
on_failed(void *ctx, enum channel_end why)
{
	struct channel **k = ctx;

	channel_free(*k);
	*k = NULL;
}

static void
stop(void *ctx)
{
	loop_stop(ctx);
}

static void
turn(struct loop *l)
{
	struct loop_timer t = {.fire = stop, .ctx = l};

	loop_timer_set(l, &t, clock_now_ns());
	assert(loop_run(l) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct channel_ops ops = {on_frame, on_fill, on_failed};
	struct channel *k;
	struct loop *l;
	size_t first;
	int fd[2];

	if (size < 1 || size > BYTES_MAX)
		return 0;
	first = data[0] < size - 1 ? data[0] : size - 1;
	l = loop_new();
	assert(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fd) == 0);
	k = channel_new(l, fd[0], &ops, &k);
	assert(k != NULL && channel_secure(k, keys, 0) == 0);
	(void)send(fd[1], data + 1, first, MSG_NOSIGNAL);
	for (int i = 0; i < TURNS / 2 && k != NULL; i++)
		turn(l);
	(void)send(fd[1], data + 1 + first, size - 1 - first, MSG_NOSIGNAL);
	for (int i = 0; i < TURNS / 2 && k != NULL; i++)
		turn(l);
	close(fd[1]);
	for (int i = 0; i < TURNS && k != NULL; i++)
		turn(l);
	channel_free(k);
	loop_free(l);
	return 0;
}

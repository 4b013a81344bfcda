/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* Tests of channels that speak TLS.  Frames arrive whole, even through sockets
 * that take few bytes at a time.  Nothing arrives from an end that has no key,
 * another key, no TLS, or an older version of TLS. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <gnutls/gnutls.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "authority/psk_file.h"
#include "lib/listen_unix.h"
#include "membership/wire/channel.h"

#define FRAMES 4000
#define TURNS 20000
/* bytes that a socket's buffers hold; fewer than a record of TLS has */
#define LITTLE 4096

/* An end of a connection: it sends `to_send` frames VIEW, numbered from 0, and
 * counts those that come. */
struct end {
	struct channel *channel;
	unsigned to_send, sent, come;
	bool failed;
	enum channel_end why;
};

static char dir[] = "/tmp/vf-tls.XXXXXX";
static char keys_old[64], keys_both[64], keys_new[64], keys_other[64];
static char door[64];
static struct loop *l;
static int listens;

static void
on_frame(void *ctx, const struct proto_msg *m)
{
	struct end *e = ctx;

	assert_int_equal(m->type, PROTO_VIEW);
	assert_int_equal(m->seq, e->come);
	e->come++;
}

static size_t
on_fill(void *ctx, uint8_t *buf, size_t len)
{
	struct end *e = ctx;
	size_t at = 0;

	while (e->sent < e->to_send) {
		struct proto_msg m = {.type = PROTO_VIEW, .seq = e->sent};
		ssize_t n = proto_encode(&m, buf + at, len - at);

		if (n == -1)
			break;
		at += n;
		e->sent++;
	}
	return at;
}

static void
on_failed(void *ctx, enum channel_end why)
{
	struct end *e = ctx;

	e->failed = true;
	e->why = why;
	channel_free(e->channel);
	e->channel = NULL;
}

static const struct channel_ops ops = {on_frame, on_fill, on_failed};

static void
stop(void *ctx)
{
	loop_stop(ctx);
}

static void
turn(void)
{
	struct loop_timer t = {.fire = stop, .ctx = l};

	loop_timer_set(l, &t, clock_now_ns());
	assert_int_equal(loop_run(l), 0);
}

static int
take(void)
{
	int fd = accept4(listens, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	int little = LITTLE;

	assert_int_not_equal(fd, -1);
	assert_int_equal(
	    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &little, sizeof little), 0);
	return fd;
}

/* Connects two ends, with the keys in two files; a file of NULL: without TLS.
 */
static void
join(struct end *a, const char *keys_a, unsigned attempt, struct end *b,
     const char *keys_b)
{
	a->channel = channel_connect_unix(l, door, &ops, a);
	assert_non_null(a->channel);
	if (keys_a != NULL)
		assert_int_equal(channel_secure(a->channel, keys_a, attempt),
				 0);
	b->channel = channel_new(l, take(), &ops, b);
	assert_non_null(b->channel);
	if (keys_b != NULL)
		assert_int_equal(channel_secure(b->channel, keys_b, 0), 0);
}

static void
part(struct end *a, struct end *b)
{
	channel_free(a->channel);
	channel_free(b->channel);
}

static void
run_until(const bool *failed, const struct end *a, const struct end *b)
{
	for (int i = 0; i < TURNS; i++) {
		if (failed != NULL
			? *failed
			: a->come == b->to_send && b->come == a->to_send)
			return;
		turn();
	}
}

static void
frames_arrive(const char *keys_a, unsigned attempt, const char *keys_b)
{
	struct end a = {.to_send = FRAMES}, b = {.to_send = FRAMES};

	join(&a, keys_a, attempt, &b, keys_b);
	run_until(NULL, &a, &b);
	assert_false(a.failed || b.failed);
	assert_int_equal(a.come, FRAMES);
	assert_int_equal(b.come, FRAMES);
	part(&a, &b);
}

static void
who_has_the_key(void **state)
{
	frames_arrive(keys_old, 0, keys_old);
	/* keys that work together while a key is being replaced */
	frames_arrive(keys_old, 0, keys_both);
	frames_arrive(keys_new, 0, keys_both);
	frames_arrive(keys_both, 0, keys_both);
	frames_arrive(keys_both, 0, keys_old);
	frames_arrive(keys_both, 1, keys_new);
	/* the attempt after the one with the last key uses the first key again
	 */
	frames_arrive(keys_both, 2, keys_old);
}

static void
refused(const char *keys_a, unsigned attempt, const char *keys_b)
{
	struct end a = {.to_send = 1}, b = {.to_send = 1};

	join(&a, keys_a, attempt, &b, keys_b);
	run_until(&b.failed, &a, &b);
	run_until(&a.failed, &a, &b);
	assert_true(a.failed && b.failed);
	assert_int_equal(a.come + b.come, 0);
	if (keys_b != NULL)
		assert_int_equal(b.why, CHANNEL_REFUSED);
	/* an end without TLS may be gone before it has said anything */
	if (keys_a != NULL)
		assert_true(a.why == CHANNEL_REFUSED ||
			    (keys_b == NULL && a.why == CHANNEL_CUT));
	part(&a, &b);
}

static void
who_has_not(void **state)
{
	refused(keys_other, 0, keys_old);
	refused(keys_both, 0, keys_new);
	refused(NULL, 0, keys_old);
	/* clear text is neither sent to an end without keys nor taken from one
	 */
	refused(keys_old, 0, NULL);
}

/* An end goes away in the handshake, as an end that has waited for too long
 * does: that says nothing of keys. */
static void
gone(void **state)
{
	struct end a = {.to_send = 1}, b = {.to_send = 1};

	join(&a, keys_old, 0, &b, keys_old);
	channel_free(b.channel);
	run_until(&a.failed, &a, &b);
	assert_true(a.failed);
	assert_int_equal(a.why, CHANNEL_CUT);

	a = (struct end){.to_send = 1};
	join(&a, keys_old, 0, &b, keys_old);
	channel_free(a.channel);
	run_until(&b.failed, &a, &b);
	assert_true(b.failed);
	assert_int_equal(b.why, CHANNEL_CUT);
}

static void
no_keys(void **state)
{
	struct end a = {.to_send = 1};

	a.channel = channel_connect_unix(l, door, &ops, &a);
	assert_int_equal(channel_secure(a.channel, "/nowhere", 0), -1);
	assert_int_equal(errno, ENOKEY);
	channel_free(a.channel);
	close(take());
}

/* Connects as a GnuTLS client with the right key and the given priorities;
 * asserts that the client is accepted, or refused. */
static void
client_with(const char *priorities, bool accepted)
{
	struct end b = {.to_send = 1};
	struct sockaddr_un un = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0), ret;
	gnutls_psk_client_credentials_t c;
	struct psk psk[CLUSTER_KEYS_MAX];
	gnutls_session_t s;

	strcpy(un.sun_path, door);
	assert_int_equal(connect(fd, (struct sockaddr *)&un, sizeof un), 0);
	b.channel = channel_new(l, take(), &ops, &b);
	assert_int_equal(channel_secure(b.channel, keys_old, 0), 0);
	assert_int_equal(psk_file_read(keys_old, psk), 1);
	gnutls_init(&s, GNUTLS_CLIENT | GNUTLS_NONBLOCK);
	gnutls_psk_allocate_client_credentials(&c);
	gnutls_psk_set_client_credentials(
	    c, psk[0].identity,
	    &(gnutls_datum_t){psk[0].key.b, CLUSTER_KEY_BYTES},
	    GNUTLS_PSK_KEY_RAW);
	gnutls_credentials_set(s, GNUTLS_CRD_PSK, c);
	assert_int_equal(gnutls_priority_set_direct(s, priorities, NULL), 0);
	gnutls_transport_set_int(s, fd);
	for (int i = 0; i < TURNS; i++) {
		ret = gnutls_handshake(s);
		if (ret != GNUTLS_E_AGAIN && ret != GNUTLS_E_INTERRUPTED)
			break;
		turn();
	}
	assert_int_equal(ret == GNUTLS_E_SUCCESS, accepted);
	run_until(&b.failed, &b, &b);
	if (!accepted)
		assert_int_equal(b.why, CHANNEL_REFUSED);
	gnutls_deinit(s);
	gnutls_psk_free_client_credentials(c);
	close(fd);
	channel_free(b.channel);
}

static void
downgrades(void **state)
{
	client_with("NORMAL:+ECDHE-PSK", true);
	client_with("NORMAL:-VERS-ALL:+VERS-TLS1.2:+ECDHE-PSK:+PSK", false);
	client_with("NORMAL:-AES-128-GCM:+ECDHE-PSK", false);
	/* without Diffie-Hellman, so without forward secrecy */
	client_with("NORMAL:-ECDHE-PSK:-DHE-PSK:+PSK:-GROUP-ALL", false);
}

static void
put_keys(char path[64], const char *name, uint8_t first, uint8_t second)
{
	struct cluster_keys ks = {.n = second != 0 ? 2 : 1,
				  .key = {{{first}}, {{second}}}};

	snprintf(path, 64, "%s/%s", dir, name);
	assert_int_equal(
	    cluster_keys_write_for(path, &ks, CLUSTER_USE_MEMBER,
				   &(struct write_anew_as){0600, -1, -1}),
	    0);
}

static int
set_up(void **state)
{
	assert_non_null(mkdtemp(dir));
	put_keys(keys_old, "old", 1, 0);
	put_keys(keys_both, "both", 1, 2);
	put_keys(keys_new, "new", 2, 0);
	put_keys(keys_other, "other", 3, 0);
	snprintf(door, sizeof door, "%s/door", dir);
	listens = listen_unix(door, 0600, 8);
	assert_int_not_equal(listens, -1);
	l = loop_new();
	return 0;
}

static int
tear_down(void **state)
{
	const char *const all[] = {keys_old, keys_both, keys_new, keys_other,
				   door};

	loop_free(l);
	close(listens);
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		unlink(all[i]);
	return rmdir(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(who_has_the_key),
	    cmocka_unit_test(who_has_not),
	    cmocka_unit_test(gone),
	    cmocka_unit_test(no_keys),
	    cmocka_unit_test(downgrades),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, set_up, tear_down);
}

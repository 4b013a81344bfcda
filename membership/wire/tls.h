/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* tls: speaks TLS on a connected socket, by GnuTLS, at both ends of a channel.
 *
 * Each end proves that it has a pre-shared key, one of those in a file
 * (authority/psk_file.h).  Only TLS 1.3 is spoken, with AES-128-GCM and fresh
 * secrets by X25519, so nothing is negotiated.
 *
 * No function waits: if it cannot go on yet, it fails with EAGAIN.
 * Errors   as recv and send do, functions return -1 and set errno; EPROTO: the
 *          other end does not speak TLS, has none of the keys, or broke the
 *          protocol.
 */
#ifndef VF_MEMBERSHIP_WIRE_TLS_H
#define VF_MEMBERSHIP_WIRE_TLS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct tls;

/* Begin TLS: tls_accept at the end that has accepted the connection,
 * tls_connect at the end that has made it.  tls_connect uses key number
 * `attempt` of the file, modulo the number of keys.  The caller goes on owning
 * the socket.  Return NULL and set errno on failure; ENOKEY: there is no such
 * file of keys. */
struct tls *tls_accept(int fd, const char *psk_file);
struct tls *tls_connect(int fd, const char *psk_file, unsigned attempt);
void tls_free(struct tls *t);

/* Goes on with the handshake.  Returns 0 when it is done. */
int tls_handshake(struct tls *t);
/* Returns true if tls_handshake can go on when the socket can be written to;
 * false: when it can be read from. */
bool tls_waits_to_write(const struct tls *t);

/* tls_send returns how many of the len bytes were sent.  If these are fewer
 * than len, the next call must pass the rest first; more bytes may follow
 * these. */
ssize_t tls_send(struct tls *t, const void *buf, size_t len);
ssize_t tls_recv(struct tls *t, void *buf, size_t len);
/* Returns true if there are bytes that were read from the socket and that
 * tls_recv has not returned yet: for these the socket reports no event. */
bool tls_pending(const struct tls *t);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* tls: TLS on a connected socket, by GnuTLS, for both ends of a channel.
 *
 * Each end proves that it has a pre-shared key, one of those in a file
 * (authority/psk_file.h).  There is one version, TLS 1.3, with one cipher,
 * AES-128-GCM, and fresh secrets by X25519: nothing is left to be negotiated.
 *
 * Nothing here waits: what cannot go on yet says EAGAIN.
 * Errors   as of recv and send: -1 and errno; EPROTO: the other end does not
 *          speak TLS, has none of the keys, or broke the protocol.
 */
#ifndef VF_MEMBERSHIP_WIRE_TLS_H
#define VF_MEMBERSHIP_WIRE_TLS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct tls;

/* Begins TLS at the end that accepted the connection, or at the one that made
 * it.  The latter uses the attempt-th key of the file, counted from 0 and
 * beginning anew after the last.  The socket stays the caller's.  Return NULL
 * and set errno on failure; ENOKEY: there is no such file of keys. */
struct tls *tls_accept(int fd, const char *psk_file);
struct tls *tls_connect(int fd, const char *psk_file, unsigned attempt);
void tls_free(struct tls *t);

/* Goes on with the handshake.  Returns 0 when it is done. */
int tls_handshake(struct tls *t);
/* Returns whether tls_handshake waits until the socket can be written to. */
bool tls_waits_to_write(const struct tls *t);

/* tls_send returns how many of the bytes were sent.  After it has sent fewer
 * than len its next call has to begin with the rest of them, and more may
 * follow. */
ssize_t tls_send(struct tls *t, const void *buf, size_t len);
ssize_t tls_recv(struct tls *t, void *buf, size_t len);
/* Returns whether bytes have been received that tls_recv has not given out; no
 * event of the socket tells of them. */
bool tls_pending(const struct tls *t);

#endif

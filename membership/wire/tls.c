/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "membership/wire/tls.h"

#include <errno.h>
#include <stdlib.h>

#include <gnutls/gnutls.h>

#include "authority/psk_file.h"

/* AES-128-GCM takes half the processor time of ChaCha20-Poly1305, which GnuTLS
 * chooses by itself for pre-shared keys (perf/NOTES, "TLS"). */
#define PRIORITY                                                               \
	"NONE:+VERS-TLS1.3:+AES-128-GCM:+AEAD:+SHA256:+ECDHE-PSK:"             \
	"+GROUP-X25519:+SIGN-ALL:+COMP-NULL:+CTYPE-X509"

/* The most bytes that a record of TLS carries (RFC 8446, 5.1). */
#define RECORD_BYTES 16384

struct tls {
	gnutls_session_t session;
	/* the keys that are accepted; NULL: this end has made the connection */
	gnutls_psk_server_credentials_t accepts;
	/* the key that is shown; NULL: this end has accepted the connection */
	gnutls_psk_client_credentials_t shows;
	/* bytes of the caller that are in the record which GnuTLS has begun to
	 * send, and that tls_send has not counted as sent yet; 0: there is no
	 * such record */
	size_t kept;
};

static ssize_t
fail(int error)
{
	errno = error;
	return -1;
}

/* Sets errno by `result`, an error of GnuTLS, and returns -1. */
static ssize_t
failed(ssize_t result)
{
	if (result == GNUTLS_E_AGAIN || result == GNUTLS_E_INTERRUPTED)
		return fail(EAGAIN);
	if (result == GNUTLS_E_MEMORY_ERROR)
		return fail(ENOMEM);
	if (result == GNUTLS_E_PULL_ERROR || result == GNUTLS_E_PUSH_ERROR ||
	    result == GNUTLS_E_PREMATURE_TERMINATION)
		return fail(ECONNRESET);
	return fail(EPROTO);
}

static struct tls *
begin(int fd, unsigned end)
{
	unsigned flags = GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL | GNUTLS_NO_TICKETS;
	struct tls *t = calloc(1, sizeof *t);

	if (t == NULL)
		return NULL;
	if (gnutls_init(&t->session, end | flags) != GNUTLS_E_SUCCESS) {
		free(t);
		return NULL;
	}
	gnutls_transport_set_int(t->session, fd);
	gnutls_handshake_set_timeout(t->session, 0);
	return t;
}

static struct tls *
use(struct tls *t, void *credentials)
{
	int ret =
	    gnutls_credentials_set(t->session, GNUTLS_CRD_PSK, credentials);

	if (ret == GNUTLS_E_SUCCESS)
		ret = gnutls_priority_set_direct(t->session, PRIORITY, NULL);
	if (ret == GNUTLS_E_SUCCESS)
		return t;
	tls_free(t);
	errno = EINVAL;
	return NULL;
}

struct tls *
tls_accept(int fd, const char *psk_file)
{
	struct tls *t = begin(fd, GNUTLS_SERVER);

	if (t == NULL ||
	    gnutls_psk_allocate_server_credentials(&t->accepts) < 0) {
		tls_free(t);
		errno = ENOMEM;
		return NULL;
	}
	/* GnuTLS reads the file when a client names its identity. */
	if (gnutls_psk_set_server_credentials_file(t->accepts, psk_file) < 0) {
		tls_free(t);
		errno = ENOKEY;
		return NULL;
	}
	return use(t, t->accepts);
}

struct tls *
tls_connect(int fd, const char *psk_file, unsigned attempt)
{
	struct psk psk[CLUSTER_KEYS_MAX];
	size_t n = psk_file_read(psk_file, psk);
	struct tls *t = n > 0 ? begin(fd, GNUTLS_CLIENT) : NULL;
	gnutls_datum_t key;

	if (n == 0) {
		errno = ENOKEY;
		return NULL;
	}
	if (t == NULL ||
	    gnutls_psk_allocate_client_credentials(&t->shows) < 0) {
		tls_free(t);
		errno = ENOMEM;
		return NULL;
	}
	key.data = psk[attempt % n].key.b;
	key.size = CLUSTER_KEY_BYTES;
	if (gnutls_psk_set_client_credentials(t->shows,
					      psk[attempt % n].identity, &key,
					      GNUTLS_PSK_KEY_RAW) < 0) {
		tls_free(t);
		errno = ENOMEM;
		return NULL;
	}
	return use(t, t->shows);
}

void
tls_free(struct tls *t)
{
	if (t == NULL)
		return;
	gnutls_deinit(t->session);
	if (t->accepts != NULL)
		gnutls_psk_free_server_credentials(t->accepts);
	if (t->shows != NULL)
		gnutls_psk_free_client_credentials(t->shows);
	free(t);
}

int
tls_handshake(struct tls *t)
{
	int ret = gnutls_handshake(t->session);

	if (ret == GNUTLS_E_SUCCESS)
		return 0;
	if (gnutls_error_is_fatal(ret))
		(void)gnutls_alert_send_appropriate(t->session, ret);
	return (int)failed(ret);
}

bool
tls_waits_to_write(const struct tls *t)
{
	return gnutls_record_get_direction(t->session) == 1;
}

/* Sends one record at most.  Returns how many bytes were sent. */
static ssize_t
send_record(struct tls *t, const char *buf, size_t len)
{
	bool kept = t->kept > 0;
	ssize_t n;

	if (!kept)
		t->kept = len < RECORD_BYTES ? len : RECORD_BYTES;
	n = kept ? gnutls_record_send(t->session, NULL, 0)
		 : gnutls_record_send(t->session, buf, t->kept);
	if (n < 0)
		return failed(n);
	n = t->kept;
	t->kept = 0;
	return n;
}

ssize_t
tls_send(struct tls *t, const void *buf, size_t len)
{
	size_t sent = 0;

	while (sent < len) {
		ssize_t n =
		    send_record(t, (const char *)buf + sent, len - sent);

		if (n == -1 && sent == 0)
			return -1;
		if (n == -1)
			break;
		sent += n;
	}
	return sent;
}

ssize_t
tls_recv(struct tls *t, void *buf, size_t len)
{
	ssize_t n = gnutls_record_recv(t->session, buf, len);

	return n >= 0 ? n : failed(n);
}

bool
tls_pending(const struct tls *t)
{
	return gnutls_record_check_pending(t->session) > 0;
}

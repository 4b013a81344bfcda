/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* libgnutls: TLS.  nbdkit, libnbd and libmicrohttpd are linked with it.  No
 * word in vfield.kernel(7) turns TLS on, and without TLS these programs only
 * initialise the library. */
#include <stddef.h>

#include "initramfs/absent/absent.h"

int gnutls_global_init(void);
void gnutls_global_deinit(void);

void *(*gnutls_malloc)(size_t size) = malloc;
void (*gnutls_free)(void *p) = free;

int
gnutls_global_init(void)
{
	return 0;
}

void
gnutls_global_deinit(void)
{
}

ABSENT(gnutls_alert_send_appropriate)
ABSENT(gnutls_alpn_set_protocols)
ABSENT(gnutls_auth_get_type)
ABSENT(gnutls_bye)
ABSENT(gnutls_certificate_allocate_credentials)
ABSENT(gnutls_certificate_free_credentials)
ABSENT(gnutls_certificate_get_peers)
ABSENT(gnutls_certificate_server_set_request)
ABSENT(gnutls_certificate_set_dh_params)
ABSENT(gnutls_certificate_set_known_dh_params)
ABSENT(gnutls_certificate_set_retrieve_function2)
ABSENT(gnutls_certificate_set_retrieve_function3)
ABSENT(gnutls_certificate_set_x509_crl_file)
ABSENT(gnutls_certificate_set_x509_key_file)
ABSENT(gnutls_certificate_set_x509_key_mem)
ABSENT(gnutls_certificate_set_x509_key_mem2)
ABSENT(gnutls_certificate_set_x509_system_trust)
ABSENT(gnutls_certificate_set_x509_trust_file)
ABSENT(gnutls_certificate_set_x509_trust_mem)
ABSENT(gnutls_certificate_type_get)
ABSENT(gnutls_cipher_get)
ABSENT(gnutls_cipher_get_key_size)
ABSENT(gnutls_cipher_get_name)
ABSENT(gnutls_credentials_set)
ABSENT(gnutls_deinit)
ABSENT(gnutls_dh_get_prime_bits)
ABSENT(gnutls_dh_params_deinit)
ABSENT(gnutls_dh_params_import_pkcs3)
ABSENT(gnutls_dh_params_init)
ABSENT(gnutls_ecc_curve_get)
ABSENT(gnutls_ecc_curve_get_name)
ABSENT(gnutls_error_is_fatal)
ABSENT(gnutls_group_get)
ABSENT(gnutls_group_get_name)
ABSENT(gnutls_handshake)
ABSENT(gnutls_handshake_get_last_in)
ABSENT(gnutls_handshake_get_last_out)
ABSENT(gnutls_handshake_set_timeout)
ABSENT(gnutls_init)
ABSENT(gnutls_kx_get)
ABSENT(gnutls_kx_get_name)
ABSENT(gnutls_mac_get)
ABSENT(gnutls_mac_get_key_size)
ABSENT(gnutls_mac_get_name)
ABSENT(gnutls_priority_deinit)
ABSENT(gnutls_priority_init)
ABSENT(gnutls_priority_set)
ABSENT(gnutls_priority_set_direct)
ABSENT(gnutls_protocol_get_version)
ABSENT(gnutls_psk_allocate_client_credentials)
ABSENT(gnutls_psk_allocate_server_credentials)
ABSENT(gnutls_psk_client_get_hint)
ABSENT(gnutls_psk_free_client_credentials)
ABSENT(gnutls_psk_free_server_credentials)
ABSENT(gnutls_psk_server_get_username)
ABSENT(gnutls_psk_set_client_credentials)
ABSENT(gnutls_psk_set_server_credentials_file)
ABSENT(gnutls_psk_set_server_credentials_function)
ABSENT(gnutls_record_check_corked)
ABSENT(gnutls_record_check_pending)
ABSENT(gnutls_record_cork)
ABSENT(gnutls_record_get_direction)
ABSENT(gnutls_record_recv)
ABSENT(gnutls_record_send)
ABSENT(gnutls_record_uncork)
ABSENT(gnutls_server_name_set)
ABSENT(gnutls_session_get_desc)
ABSENT(gnutls_session_get_ptr)
ABSENT(gnutls_session_set_ptr)
ABSENT(gnutls_session_set_verify_cert)
ABSENT(gnutls_srp_server_get_username)
ABSENT(gnutls_strerror)
ABSENT(gnutls_transport_get_int2)
ABSENT(gnutls_transport_is_ktls_enabled)
ABSENT(gnutls_transport_set_int2)
ABSENT(gnutls_x509_crt_deinit)
ABSENT(gnutls_x509_crt_import)
ABSENT(gnutls_x509_crt_init)
ABSENT(gnutls_x509_crt_print)
ABSENT(gnutls_global_set_log_function)
ABSENT(gnutls_global_set_log_level)

/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* libnftables: sets of the packet filter; dnsmasq uses it only with --nftset.
 */
#include "initramfs/absent/absent.h"

ABSENT(nft_ctx_buffer_error)
ABSENT(nft_ctx_get_error_buffer)
ABSENT(nft_ctx_new)
ABSENT(nft_run_cmd_from_buffer)

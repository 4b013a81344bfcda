/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* libnetfilter_conntrack: the kernel's table of connections; dnsmasq uses it
 * only with --conntrack. */
#include "initramfs/absent/absent.h"

ABSENT(nfct_callback_register)
ABSENT(nfct_close)
ABSENT(nfct_destroy)
ABSENT(nfct_get_attr_u32)
ABSENT(nfct_new)
ABSENT(nfct_open)
ABSENT(nfct_query)
ABSENT(nfct_set_attr)
ABSENT(nfct_set_attr_u16)
ABSENT(nfct_set_attr_u32)
ABSENT(nfct_set_attr_u8)

/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* lookup: names that somebody typed, and the addresses that they have now.
 *
 * A loop must not wait for a name server, so the resolver works beside it
 * (getaddrinfo_a(3)), and lookup_go_on looks whether it is done.  A name that
 * has none yet is looked up again after a pause, and so is one that has some:
 * what was corrected in a file or a server is seen.
 *
 * Limits   LOOKUP_EACH addresses a name.
 */
#ifndef VF_LIB_LOOKUP_H
#define VF_LIB_LOOKUP_H

#include <stdint.h>

#include "lib/address.h"
#include "lib/options.h"

#define LOOKUP_EACH 8

struct lookup;

/* Texts as address_resolve takes them.  NULL: ENOMEM.  Keeps names. */
struct lookup *lookup_new(const struct option_list *names,
			  uint16_t default_port);
void lookup_free(struct lookup *l);

/* Takes what has come and begins what is due.  True: there is something new. */
bool lookup_go_on(struct lookup *l, int64_t now_ns);
/* The i-th of all addresses; NULL: there are no more. */
const struct address *lookup_at(const struct lookup *l, size_t i);
/* Why the i-th name has no address; NULL: it has some, or was not asked for
 * yet. */
const char *lookup_fault(const struct lookup *l, size_t i);

#endif

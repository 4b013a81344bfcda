/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* lookup: keeps the present addresses of host names that a person has
 * configured.
 *
 * A loop must not wait for a name server.  So names are looked up in the
 * background (getaddrinfo_a(3)), and the caller calls lookup_go_on now and then
 * to take the answers.  After a pause every name is looked up again, whether or
 * not it was found, so that a change in a file or at the name server is
 * noticed.
 *
 * Limits   LOOKUP_EACH addresses for each name.
 */
#ifndef VF_LIB_LOOKUP_H
#define VF_LIB_LOOKUP_H

#include <stdint.h>

#include "lib/address.h"
#include "lib/options.h"

#define LOOKUP_EACH 8

struct lookup;

/* Prepares to look up `names`, each a text as address_resolve takes it; a text
 * without a port gets default_port.  Returns NULL on ENOMEM. */
struct lookup *lookup_new(const struct option_list *names,
			  uint16_t default_port);
void lookup_free(struct lookup *l);

/* Takes answers that have come, and looks up names whose pause is over.
 * Returns true if the addresses of a name have changed. */
bool lookup_go_on(struct lookup *l, int64_t now_ns);
/* Returns the i-th of the addresses of all names, or NULL if there are fewer.
 */
const struct address *lookup_at(const struct lookup *l, size_t i);
/* Returns why the i-th name has no address; NULL if it has one, or was not
 * looked up yet. */
const char *lookup_fault(const struct lookup *l, size_t i);

#endif

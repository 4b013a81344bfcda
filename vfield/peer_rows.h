/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* peer_rows: the table of peers in vfield status, within 80 columns. */
#ifndef VF_VFIELD_PEER_ROWS_H
#define VF_VFIELD_PEER_ROWS_H

#include <stdio.h>

struct json_object;

/* Shows the peers of a status, those that are banned, silent or slow before all
 * others.  before: the sample of elapsed_s ago, for rates, or NULL. */
void peer_rows_show(FILE *to, struct json_object *status,
		    struct json_object *before, double elapsed_s);

#endif

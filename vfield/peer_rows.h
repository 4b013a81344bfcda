/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* peer_rows: prints the table of peers of `vfield status`, within 80
 * columns. */
#ifndef VF_VFIELD_PEER_ROWS_H
#define VF_VFIELD_PEER_ROWS_H

#include <stdio.h>

struct json_object;

/* Prints the peers in a router's status, those in trouble first, and the nodes
 * that are gone.  `before` is the status of elapsed_s seconds ago, from which
 * rates are computed; if it is NULL, the rates in `status` are printed. */
void peer_rows_show(FILE *to, struct json_object *status,
		    struct json_object *before, double elapsed_s);

#endif

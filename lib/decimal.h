/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* decimal: digits to a number. */
#ifndef VF_LIB_DECIMAL_H
#define VF_LIB_DECIMAL_H

#include <stdint.h>

/* Decimal digits to a number; where they end.  NULL if there are none or
 * they are too many. */
const char *decimal_parse(const char *p, uint64_t *v);

#endif

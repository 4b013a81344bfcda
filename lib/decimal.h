/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* decimal: reads a decimal number. */
#ifndef VF_LIB_DECIMAL_H
#define VF_LIB_DECIMAL_H

#include <stdint.h>

/* Sets *v to the decimal number at p. Returns a pointer to the character after
 * its last digit; NULL if there is no digit, or the number does not fit into 64
 * bits. */
const char *decimal_parse(const char *p, uint64_t *v);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* name_pattern: host names, one a number: "room1-##" gives room1-01, room1-02.
 */
#ifndef VF_BOOT_NAME_PATTERN_H
#define VF_BOOT_NAME_PATTERN_H

#include <stdbool.h>
#include <stdint.h>

#define HOST_NAME_MAX_TEXT 64 /* bytes, with the NUL: RFC 1123's label */

/* A host name has letters, digits and, but for its ends, '-'. */
bool host_name_ok(const char *name);
/* A host name with '#' in one place, or in none: then the number comes last. */
bool pattern_ok(const char *pattern);
/* The name of a number has at least as many digits as there are '#'. */
void pattern_name(const char *pattern, uint32_t number,
		  char to[HOST_NAME_MAX_TEXT]);

#endif

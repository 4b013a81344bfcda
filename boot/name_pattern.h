/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* name_pattern: makes host names from a pattern and a number; the pattern
 * "room1-##" gives room1-01, room1-02. */
#ifndef VF_BOOT_NAME_PATTERN_H
#define VF_BOOT_NAME_PATTERN_H

#include <stdbool.h>
#include <stdint.h>

/* bytes of a host name (a label, RFC 1123), with the NUL */
#define HOST_NAME_MAX_TEXT 64

/* Returns true if the name can be a host name: it has only letters, digits and
 * '-', and does not begin or end with '-'. */
bool host_name_ok(const char *name);
/* Returns true if host names can be made from the pattern.  A pattern is a host
 * name in which one run of '#' may stand for the number.  If there is no '#',
 * the number is appended. */
bool pattern_ok(const char *pattern);
/* Writes the name for a number into `to`; the number has at least as many
 * digits as the pattern has '#'. */
void pattern_name(const char *pattern, uint32_t number,
		  char to[HOST_NAME_MAX_TEXT]);

#endif

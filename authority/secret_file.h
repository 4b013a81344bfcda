/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* secret_file: opens a file that has a secret. */
#ifndef VF_AUTHORITY_SECRET_FILE_H
#define VF_AUTHORITY_SECRET_FILE_H

#include <stdio.h>

/* Opens the file for reading; the caller closes it.  Returns NULL and sets
 * errno on failure; EPERM: users other than the owner may open a regular
 * file. */
FILE *secret_open(const char *path);

#endif

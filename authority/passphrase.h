/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* passphrase: reads a passphrase. */
#ifndef VF_AUTHORITY_PASSPHRASE_H
#define VF_AUTHORITY_PASSPHRASE_H

#include <stdbool.h>

/* Name of the environment variable that may name a file, such as /dev/fd/3,
 * whose first line is the passphrase. */
#define PASSPHRASE_FILE "VFIELD_PASSPHRASE_FILE"
#define PASSPHRASE_MAX 256 /* bytes, with the NUL */

/* Reads a passphrase from the file that PASSPHRASE_FILE names; else asks for it
 * at the terminal, which shows the question "Passphrase of WHAT: " and nothing
 * of what is typed.  With twice, it must be typed twice.
 * Returns 0, or -1 and errno.  ENOKEY: the file cannot be opened; ENXIO: no
 * file is named, and there is no terminal; ENODATA: the passphrase is empty or
 * too long; EAGAIN: what was typed first and again differ; EINTR: the person
 * typed Control-C. */
int passphrase_read(const char *what, bool twice, char to[PASSPHRASE_MAX]);

#endif

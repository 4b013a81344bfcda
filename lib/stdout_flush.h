/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* stdout_flush: whether what was printed has arrived where it was to go.
 *
 * Errors   0, or -1, and then it has been said on stderr: who calls ends.
 */
#ifndef VF_LIB_STDOUT_FLUSH_H
#define VF_LIB_STDOUT_FLUSH_H

int stdout_flush(const char *who);

#endif

/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* stdout_flush: writes out all that was printed to stdout, and finds out
 * whether it arrived.
 *
 * Returns 0, or -1 if some of the output was lost.  Then a message on stderr
 * says so; `who` is the program's name in this message.
 */
#ifndef VF_LIB_STDOUT_FLUSH_H
#define VF_LIB_STDOUT_FLUSH_H

int stdout_flush(const char *who);

#endif

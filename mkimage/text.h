/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* text: makes strings, such as paths and words of command lines, of parts. */
#ifndef VF_MKIMAGE_TEXT_H
#define VF_MKIMAGE_TEXT_H

/* Returns the string, malloc'ed, that printf would print.  Ends the program
 * with a message if there is no memory. */
char *text_of(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif

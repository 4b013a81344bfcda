/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* role_word: the signed word that asks for a role to be moved to a host.  Its
 * subject is ROLE_WORD; its id is no image's, but follows from the two names.
 * One such word is in force, the last.
 */
#ifndef VF_VFIELD_ROLE_WORD_H
#define VF_VFIELD_ROLE_WORD_H

#include "lib/digest.h"

#define ROLE_WORD "role"

struct digest role_word_id(const char *role, const char *host);

#endif

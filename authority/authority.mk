# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Keys and words; links only lib and nettle.
AUTHORITY_OBJS := $(call objs,authority)

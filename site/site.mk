# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# A site: hosts, groups and what is set for them; links only lib and inih.
SITE_OBJS := $(filter-out %/main.o,$(call objs,site))

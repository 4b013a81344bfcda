# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Pages of the manual are beside their program, or here.
MAN_PAGES := $(wildcard man/*.[1-8] nbdkit-plugin/*.[1-8] mkimage/*.[1-8] \
	membership/*.[1-8] boot/*.[1-8] perf/*.[1-8])

# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# make bench B='NAME [VARIABLE=VALUE]...': see perf/bench
bench: all sim $(BUILD)/perf/wire
	@BUILD=$(BUILD) exec perf/bench $(B)

.PHONY: bench

#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# systemd understands the units, and rates what they may do: 3.0 at most for a
# node, 4.0 for the boot service, all for the agent (0: nothing, 10: all).
. "$(dirname "$0")/lib.sh"
need systemd-analyze

for unit in serve:30 join:30 boot:40 agent:100; do
	file=$TMP/vfield-${unit%:*}.service
	sed "s,@BINDIR@,$BUILD/bin," "$TOP/dist/${file##*/}" >"$file"
	systemd-analyze verify --man=no "$file" >"$TMP/said" 2>&1 ||
		fail "$file: $(cat "$TMP/said")"
	! grep -q "${file##*/}" "$TMP/said" || fail "$(cat "$TMP/said")"
	systemd-analyze security --offline=true --no-pager \
		--threshold="${unit#*:}" "$file" >"$TMP/said" ||
		fail "$(tail -n 1 "$TMP/said")"
	tail -n 1 "$TMP/said"
done

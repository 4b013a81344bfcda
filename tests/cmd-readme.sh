#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# README's commands for several nodes on one machine work as they are printed.
. "$(dirname "$0")/lib.sh"
need nbdkit

cd "$TMP"
make_image debian.squashfs 1000000
make_image new.squashfs 1000
# line PATTERN: prints the command of README that begins with PATTERN, without
# the comment behind it.
line() {
	grep "^$1" "$TOP/README" | sed 's/ *#.*//' | grep . ||
		fail "README has no $1"
}
eval "$(line 'vfield image create debian')"
vfield image create new.squashfs

eval "$(line 'vfield serve .*--listen') --run-dir $TMP/one" >one.ready 2>one.log &
at_exit "kill $! 2>/dev/null"
wait_for 20 test -s one.ready
eval "$(line 'vfield join .*--listen' | sed 's,/tmp/,./,')" >two.ready 2>two.log &
at_exit "kill $! 2>/dev/null"
wait_for 20 test -s two.ready
has_image() {
	vfield status --image-id debian --run-dir "$1"
}
wait_for 20 has_image one
wait_for 20 has_image two

# The file that this command of README names exists after the commands above.
command=$(line 'vfield image profile' | sed "s,/run/vfield,$TMP/two,")
# shellcheck disable=SC2086 # split on purpose
set -- $command
[ -e "$4" ] || fail "$4 is not what image create makes"

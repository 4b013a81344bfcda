#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# README's commands for several nodes on one machine work as they are printed.
. "$(dirname "$0")/lib.sh"
need nbdkit ip

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

# The room: what is there already is taken.
places="--config $TMP/etc/vfield.conf --keys $TMP/etc/keys --site $TMP/etc/site"
ip link add room type veth peer name far
ip link set far up
ip addr add 10.99.0.1/24 dev room
ip link set room up
mkdir "$TMP/images"
cp debian.squashfs "$TMP/images"
setup() {
	eval "$(line "vfield setup $1" | sed 's/ -- .*//') $places --no-start" \
		"--images $TMP/images --state $TMP/state --run-dir $TMP/room"
}
setup -n
[ ! -e "$TMP/etc" ] || fail "setup -n has written"
setup /
eval "$(line 'vfield host list') --site $TMP/etc/site" | grep '^seat03 ' ||
	fail "no seat03"
eval "$(line 'vfield backup' | sed "s,/root/,$TMP/,") $places" \
	"--cluster-key $TMP/none --state $TMP/state --run-dir $TMP/room"
[ -s "$TMP/room.tar" ] || fail "no room.tar"

# The file that this command of README names exists after the commands above.
command=$(line 'vfield image profile' | sed "s,/run/vfield,$TMP/two,")
# shellcheck disable=SC2086 # split on purpose
set -- $command
[ -e "$4" ] || fail "$4 is not what image create makes"

#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# A command that cannot work fails before anything is started, says what to do,
# and leaves nothing behind.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/cmd.subr"

RUN=$TMP/run
serve() {
	wanted=$1 pattern=$2
	shift 2
	refused "$wanted" "$pattern" vfield serve --listen 127.0.0.1 \
		--run-dir "$RUN" "$@"
	[ ! -e "$FAKE/started" ] || fail "something was started"
	[ -z "$(ls /dev/shm)" ] || fail "left in memory: $(ls /dev/shm)"
	[ ! -e "$RUN/lock" ] || fail "left a lock"
}

join() {
	wanted=$1 pattern=$2
	shift 2
	refused "$wanted" "$pattern" vfield join --listen 127.0.0.1 \
		--run-dir "$RUN" "$@"
	[ ! -e "$FAKE/started" ] || fail "something was started"
}

make_image "$TMP/a.img" 100000
make_image "$TMP/b.img" 100000

# Wrong arguments are refused.
serve 2 'no image: name one with --image'
serve 2 "it is named with --image\|named with" "$TMP/a.img"
serve 2 'listen nonsense: not ADDR' --image "$TMP/a.img" --listen nonsense
serve 2 'store much: should be a size' --image "$TMP/a.img" --store much
serve 2 'name -x: letters' --image "$TMP/a.img" --name=-x
serve 2 'are both 10809' --image "$TMP/a.img" --member-port 10809
serve 2 'member-port: not a port' --image "$TMP/a.img" --member-port 70000
serve 2 'membership perhaps: it is auto' --image "$TMP/a.img" \
	--membership perhaps
serve 2 'satellite needs a peer' --image "$TMP/a.img" --membership satellite
serve 1 'cluster key /nowhere/key: No such file' --image "$TMP/a.img" \
	--cluster-key /nowhere/key
echo nonsense >"$TMP/key" && chmod 400 "$TMP/key"
serve 1 'key: not a cluster key' --image "$TMP/a.img" --cluster-key "$TMP/key"
join 2 'no peer: name any node'
join 2 'image a/b: neither a name nor an id' 127.0.0.2 --image a/b
join 1 'peer no.such.host.invalid' no.such.host.invalid
join 1 'peer :::: not an address\|peer :::' ':::'

# The units do not restart after exit status 2, a misuse.  A missing address is
# no misuse, since the machine may still get it: the status is 1.
! grep -L '^RestartPreventExitStatus=2$' "$TOP"/dist/vfield-[sj]*.service |
	grep . || fail "units restart on a misuse"
refused 1 'core 192.0.2.1: this machine has none .*start this again' \
	vfield serve --image "$TMP/a.img" --core 192.0.2.1 --run-dir "$RUN"
serve 2 'core 192.0.2.1: the address here is none of these' \
	--image "$TMP/a.img" --core 192.0.2.1

refused 2 'level 40: it is 1 to 22' vfield-mkimage --level 40 -o "$TMP/d" "$TMP"
refused 2 'name a b: letters' vfield-mkimage --name 'a b' -o "$TMP/d" "$TMP"
refused 2 'no output: -o FILE' vfield-mkinitramfs
refused 2 'there is no option --some' vfield-mkinitramfs --some
refused 2 'compress bz: it is zstd' vfield-mkinitramfs --compress bz -o "$TMP/i"
refused 1 'none/i: its directory is not there' vfield-mkinitramfs \
	-o "$TMP/none/i"

# For a word that is nearly right, the message names the very mistake.
for words in --jsno '--jsno=1' -q; do
	refused 2 "status: there is no option ${words%=*}\$" \
		vfield status $words
done
refused 2 'serve: --st may be any of --store --store-dir$' vfield serve --st
refused 2 'status: --js=3 takes no value$' vfield status --js=3
refused 2 'status: --watch=x: should be a number of seconds' \
	vfield status --watch=x
refused 2 'map: --watch=0: should be a number of seconds' vfield map --watch=0
refused 2 'map: -w2x: should be a number of seconds' vfield map -w2x
refused 1 'no node runs in /nowhere' vfield status -w 2 --run-dir /nowhere
refused 2 'status: x: what is this' vfield status -w x
refused 2 "node: there is no command 'foo'" vfield node foo
refused 2 "image: there is no command 'foo'" vfield image foo
refused 2 "vfield: there is no command 'foo'" vfield help foo
refused 2 "node: there is no command 'foo'" vfield node foo --help
refused 2 'Usage: vfield-attach' vfield-attach --nothing
helped() {
	pattern=$1
	shift
	"$@" >"$TMP/out" 2>"$TMP/err" || fail "$*: status $?"
	grep -q "^Usage: $pattern" "$TMP/out" || fail "$*: $(cat "$TMP/out")"
	[ ! -s "$TMP/err" ] || fail "$*: also on stderr: $(cat "$TMP/err")"
}
helped 'vfield status ' vfield help status
helped 'vfield image create ' vfield help image create
helped 'vfield node list' vfield help node
helped 'vfield COMMAND' vfield help
helped vfield-attach vfield-attach --help
helped vfield-attach vfield-attach -h
helped vfield-card vfield-card --help
helped vfield-mkinitramfs vfield-mkinitramfs -h

# A command whose output cannot be written fails.
for words in --help "serve -n --image $TMP/a.img" 'status --help' 'node --help'; do
	rc=0
	# shellcheck disable=SC2086 # split on purpose
	vfield $words >/dev/full 2>"$TMP/err" || rc=$?
	[ $rc -eq 1 ] || fail "$words: status $rc"
	grep -q 'cannot write to standard output: No space' "$TMP/err" ||
		fail "$words: says $(cat "$TMP/err")"
done

# Wrong images and manifests are refused.
serve 1 'image .*/none: No such file' --image "$TMP/none"
serve 1 'not a regular file' --image "$TMP"
mknod "$TMP/disk" b 7 200
serve 1 'image .*/disk: a block device, .*: dd if=.*/disk of=FILE' \
	--image "$TMP/disk"
rm "$TMP/disk"
echo garbage >"$TMP/a.img.vfm"
serve 1 'a.img.vfm: .*vfield image create' --image "$TMP/a.img"
rm "$TMP/a.img.vfm"
vfield image create "$TMP/a.img"
serve 1 'a.img.vfm: that is a manifest; name the image' \
	--image "$TMP/a.img.vfm"
[ ! -e "$TMP/a.img.vfm.vfm" ] || fail "made a manifest of a manifest"
echo more >>"$TMP/a.img"
serve 1 'has 100005 bytes, but 100000 when its manifest' --image "$TMP/a.img"
truncate -s 100000 "$TMP/a.img"
make_image "$TMP/a.img" 100000
serve 1 'not the image that its manifest .*vfield image create' \
	--image "$TMP/a.img"
vfield image create "$TMP/a.img"
serve 1 'are the same image' --image "$TMP/a.img" --image "$TMP/a.img"
vfield image create "$TMP/b.img" --name a
serve 1 'are both named a; give one another name' --image "$TMP/a.img" \
	--image "$TMP/b.img"

# Ports and addresses that cannot be used are refused.
"$PYTHON" - "$TMP/busy" <<'END' &
import socket, sys, time
ss = []
for port in (10809, 20810):
    s = socket.socket()
    s.bind(("127.0.0.7", port))
    s.listen(1)
    ss.append(s)
open(sys.argv[1], "w").write("yes")
time.sleep(600)
END
wait_for 10 test -s "$TMP/busy"
serve 1 '127.0.0.7:10809 is in use .*choose another with --listen' \
	--image "$TMP/a.img" --listen 127.0.0.7
serve 1 '127.0.0.7:20810 is in use .*choose another with --member-port' \
	--image "$TMP/a.img" --listen 127.0.0.7:10900 --member-port 20810
serve 1 '192.0.2.1:10809: this machine has no such address' \
	--image "$TMP/a.img" --listen 192.0.2.1

# Numbers out of range are refused.
serve 2 'copies 0: 1 at least' --image "$TMP/a.img" --copies 0
serve 2 'window 4294967296: should be a number of at most' \
	--image "$TMP/a.img" --window 4294967296

# Directories that cannot be used are refused.
echo file >"$TMP/file"
serve 1 "cannot make it: Not a directory" --image "$TMP/a.img" \
	--run-dir "$TMP/file/run"
serve 1 'path is too long' --image "$TMP/a.img" \
	--run-dir "$TMP/$(printf '%0100d' 0)"
mkdir "$TMP/ro"
mount -t tmpfs -o ro tmpfs "$TMP/ro"
at_exit 'umount "$TMP/ro"'
serve 1 'Read-only file system' --image "$TMP/a.img" --run-dir "$TMP/ro"
mkdir "$TMP/full"
mount -t tmpfs -o size=4k tmpfs "$TMP/full"
at_exit 'umount "$TMP/full"'
serve 1 'run directory .*/full: no room .*--run-dir' --image "$TMP/a.img" \
	--run-dir "$TMP/full"
serve 1 'store .*: Read-only file system' --image "$TMP/a.img" \
	--store-dir "$TMP/ro"
serve 1 'store .*: Not a directory' --image "$TMP/a.img" \
	--store-dir "$TMP/file"
mkdir "$TMP/theirs"
echo precious >"$TMP/precious"
ln -s "$TMP/precious" "$TMP/theirs/lock"
refused 1 'theirs: lock is a symbolic link' vfield serve --listen 127.0.0.1 \
	--image "$TMP/a.img" --run-dir "$TMP/theirs"
[ "$(cat "$TMP/precious")" = precious ] || fail "a link was followed"

mkdir "$TMP/home"
echo mine >"$TMP/home/default"
serve 1 'home/default is there, and not ours' --image "$TMP/a.img" \
	--store-dir "$TMP/home"
[ "$(cat "$TMP/home/default")" = mine ] || fail "a file has been replaced"

# A symbolic link stands where the store's directory would be made.
vfield serve --image "$TMP/a.img" --listen 127.0.0.1 --run-dir "$RUN" \
	>"$TMP/ready" 2>"$TMP/serve.log" &
server=$!
wait_for 10 test -s "$TMP/ready"
store=$(echo /dev/shm/vfield-*)
kill "$server"
wait "$server" || fail "status $?"
rm "$FAKE/started"
ln -s "$TMP/elsewhere" "$store"
refused 1 'it is there, and not ours' vfield serve --image "$TMP/a.img" \
	--listen 127.0.0.1 --run-dir "$RUN"
rm "$store"

# Programs that are missing are named.
refused 1 'nbdkit is not in PATH; install it' env PATH=/nowhere \
	"$FAKE/bin/vfield" serve --image "$TMP/a.img" --listen 127.0.0.1 \
	--run-dir "$RUN"
rm "$FAKE/bin/vfield-member"
serve 1 'vfield-member: No such file.*is the installation whole' \
	--image "$TMP/a.img"
rm "$FAKE/lib/nbdkit-vfield-plugin.so"
serve 1 'nbdkit-vfield-plugin.so is neither in' --image "$TMP/a.img"

#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# A boot profile is recorded from a node and handed on from node to node.  Its
# chunks are fetched ahead in its order when a client attaches the image.  A
# damaged profile is ignored.
. "$(dirname "$0")/lib.sh"
need jq

make_image "$TMP/image" 12000000
vfield image create "$TMP/image" >/dev/null
id=$(image_id "$TMP/image.vfm")

# read_chunks NODE CHUNK...: reads from these chunks, one after the other,
# through the router of NODE.
read_chunks() {
	uri=$(uri_sock "$1" "$id")
	shift
	"$PYTHON" - "$uri" "$@" <<-'END'
		import nbd, sys
		h = nbd.NBD()
		h.connect_uri(sys.argv[1])
		for chunk in sys.argv[2:]:
		    h.pread(4096, int(chunk) << 17)
		h.shutdown()
	END
}

# --- a profile is recorded: the first reads of chunks, in order ---

node_start 1 serve --image "$TMP/image"
node_start 2 join 127.0.0.1
! vfield image profile "$TMP/image.vfm" --record "$TMP/n2" 2>"$TMP/said" ||
	fail "nobody has read anything"
grep -q 'no client has read' "$TMP/said" || fail "$(cat "$TMP/said")"
read_chunks 2 80 3 40 41 42 3 7 80 90
vfield image profile "$TMP/image.vfm" --record "$TMP/n2"
cat "$TMP/image.vfp"
[ "$(tail -n +4 "$TMP/image.vfp" | tr '\n' ' ')" = '80 3 40-42 7 90 ' ] ||
	fail "this is not what was read"
grep -q "^image $id$" "$TMP/image.vfp" || fail "it is of another image"

# --- a profile is made from a log of nbdkit, or from another list ---

cat >"$TMP/trace" <<'END'
2023-01-01 nbdkit: connection=1 Connect export='' tls=0
2023-01-01 nbdkit: connection=1 Read id=1 offset=0x40000 count=0x40000 ...
2023-01-01 nbdkit: connection=1 Read id=2 offset=0x0 count=0x200 ...
2023-01-01 nbdkit: connection=1 ...Read id=1 return=0 (Success)
11999999 99999999999
131072 1
END
vfield image profile "$TMP/image.vfm" --from "$TMP/trace" -o - >"$TMP/out"
[ "$(tail -n +4 "$TMP/out" | tr '\n' ' ')" = '2-3 0 91 1 ' ] ||
	fail "$(cat "$TMP/out")"
vfield image profile "$TMP/image.vfm" --from "$TMP/image.vfp" -o "$TMP/again"
cmp "$TMP/again" "$TMP/image.vfp"
printf 'no read\n17\n-1 5\n1 2 3\n0x10 0x10\n' >"$TMP/words"
! vfield image profile "$TMP/image.vfm" --from "$TMP/words" -o "$TMP/none" ||
	fail "words are no profile"
[ ! -e "$TMP/none" ] || fail "written all the same"

# --- a profile is handed on, and its chunks are fetched ahead ---

node_stop 2
node_stop 1
node_start 1 serve --image "$TMP/image"
has_profile() {
	status_is "$1" '.images[0].profile == 7'
}
has_profile 1 || fail "the seed has not read it"
node_start 3 join 127.0.0.1 --no-fill
wait_for 20 has_profile 3
status_is 3 '.images[0].held == 0' || fail "nobody has attached it yet"
read_chunks 3 80
wait_for 20 status_is 3 '.images[0].held == 7'
status_get 3 '.chunks | "\(.fetched) fetched, \(.prefetched) ahead"'
status_is 3 '.chunks.prefetched >= 6' || fail "not ahead"
status_is 3 '.chunks.unread == 6' || fail "only chunk 80 was read"
vfield map --json --run-dir "$TMP/n3" | jq -r \
	'.images[0].nodes[] | select(.self) | .words[]' >"$TMP/words"
# The map's words have the bits of chunks 3, 7, 40 to 42, 80 and 90.
printf '0000070000000088\n0000000004010000\n' | cmp - "$TMP/words" ||
	fail "it has other chunks: $(cat "$TMP/words")"
# Node 4 gets the profile from a node that is no seed.
node_start 4 join 127.0.0.3 --no-fill
wait_for 20 has_profile 4
check_sum "all of it" "$(sum_sock 4)" "$(sum_file "$TMP/image")"

# --- a profile is damaged, or is no profile at all ---

for node in 1 3 4; do
	store=$(status_get $node .store.dir)
	echo 'vfield-profile 1' >"$store/$id/profile"
done
node_start 5 join 127.0.0.3 --no-fill
check_sum "with a damaged one" "$(sum_sock 5)" "$(sum_file "$TMP/image")"
wait_for 20 grep -q 'sent a boot profile that is none' "$TMP/n5/log"
status_is 5 '.images[0].profile == 0' || fail "it was taken"
node_stop 1
for what in garbage fifo cut; do
	rm "$TMP/image.vfp"
	case $what in
	garbage) head -c 100000 /dev/urandom >"$TMP/image.vfp" ;;
	fifo) mkfifo "$TMP/image.vfp" ;;
	cut) head -n 5 "$TMP/again" >"$TMP/image.vfp" ;;
	esac
	node_start 7 serve --image "$TMP/image"
	grep -q 'image.vfp: not used' "$TMP/n7/log" || fail "$what: not a word"
	status_is 7 '.images[0].profile == 0' || fail "$what was taken"
	check_sum "$what" "$(sum_tcp 7)" "$(sum_file "$TMP/image")"
	node_stop 7
	rm "$TMP/n7/log"
done

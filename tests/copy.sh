#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# vfield copy brings a file to the disks of many machines, by a stub of ssh: to
# each its own; says the end of each, and who lacks it; no machine that is full,
# has such a file, dies or cannot be reached costs the others anything; and
# leaves no image behind.
. "$(dirname "$0")/lib.sh"
need jq tc

# the stub: the machine's own run directory and disk, where all have theirs
mkdir "$TMP/to"
cat >"$TMP/bin/rsh" <<'END'
#!/bin/sh
[ "$1" = -x ] || exit 99 # RSH is split at blanks
echo "$*" >>"$TMP/orders"
[ ! -e "$TMP/down.$2" ] || exit 255
echo "$$" >"$TMP/rsh.$2"
[ -d "$TMP/$2" ] || { echo "there is no $2" >&2; exit 255; }
mkdir -p "$TMP/disk.$2" /run/vfield
exec unshare -m sh -c '
	mount --bind "$TMP/$1" /run/vfield
	mount --bind "$TMP/disk.$1" "$TMP/to"
	exec sh -c "$2"' sh "$2" "$3"
END
chmod +x "$TMP/bin/rsh"

copy() {
	timeout 120 vfield copy --run-dir "$TMP/n1" --rsh 'rsh  -x' --log "$TMP/copies" \
		"$@"
}

# has N...: these machines have the file, whole
has() {
	for n; do
		check_sum "n$n" "$(sum_file "$TMP/disk.n$n/$name")" "$want"
	done
}

# nobody has any other image than the first
images_are_gone() {
	vfield image list --run-dir "$TMP/n1" --json |
		json_is '[.images[].name] == ["base"]' &&
		! find "$TMP/n1/manifests" -name 'copy.*' | grep -q .
}

stores_are_empty() {
	! find /dev/shm -name 'copy.*' | grep -q .
}

make_image "$TMP/base" 1000000
make_image "$TMP/file" 20000000
chmod 640 "$TMP/file"
want=$(sum_file "$TMP/file")
node_start 1 serve --image "$TMP/base"
for n in 2 3 4; do
	node_start $n join 127.0.0.1
done
node_start 5 join 127.0.0.1 --store 8M
for n in 1 2 3 4 5; do
	wait_for 20 node_knows $n 5
done

echo "# to all; quotes in names; the order of nobody's name"
name="it's \$(touch owned)"
cd "$TMP"
copy "$TMP/file" "@all:$TMP/to/$name" >"$TMP/said" || fail "$(cat "$TMP/said")"
cat "$TMP/said"
has 2 3 4 5
[ ! -e "$TMP/owned" ] || fail "a shell has run the path"
[ "$(stat -c %a "$TMP/disk.n2/$name")" = 640 ] || fail "its mode"
for n in 2 3 4 5; do
	for file in said copies; do
		grep -q "n$n: 20.0 MB in .* s, .* MB/s, verified$" "$TMP/$file" ||
			fail "no end of n$n in $file"
	done
done
tail -n 1 "$TMP/said" | grep -q '^all 4 have it' || fail "the summary"
wait_for 30 images_are_gone
wait_for 30 stores_are_empty

echo "# files that are there; a machine without room; another that is unknown"
rm "$TMP/disk.n2/$name" "$TMP/disk.n3/$name"
mount -t tmpfs -o size=10m tmpfs "$TMP/disk.n3"
at_exit 'umount -l "$TMP/disk.n3" 2>/dev/null'
copy "$TMP/file" "n[2-4],n9:$TMP/to/$name" >"$TMP/said" && fail "it was well"
cat "$TMP/said"
has 2
grep -q "^n3: failed at 0 % .*: no space: 20000000 bytes" "$TMP/said" ||
	fail "nothing of n3"
grep -q "^n4: failed at 0 % .*: a file is there" "$TMP/said" ||
	fail "nothing of n4"
grep -q "^n9: lost at 0 % .*: there is no n9" "$TMP/said" || fail "nothing of n9"
grep -q '^1 of 4 have it .*; missing: n\[3-4,9\]$' "$TMP/said" || fail "summary"
[ -z "$(ls -A "$TMP/disk.n3")" ] || fail "something is left"

echo "# one dies in the middle; a late one joins; what is said as JSON"
umount "$TMP/disk.n3"
name=dir/file
for n in 2 3 4 5; do
	mkdir "$TMP/disk.n$n/dir"
done
# All links together are slow, until what happens in the middle has happened.
tc qdisc add dev lo root tbf rate 40mbit burst 256k latency 50ms
: >"$TMP/down.n5"
: >"$TMP/said"
vfield copy --run-dir "$TMP/n1" --rsh 'rsh -x' --log "$TMP/copies" \
	"$TMP/file" "n[2-5]:$TMP/to/dir/" --json --late 300 >"$TMP/said" &
copier=$!
# All three have some of it: two of them cannot have come so far alone in the
# second between two reports.
half_way() {
	json_is 'select(.event == "progress" and .running == 3) |
		.done > 12000000' <"$TMP/said"
}
wait_for 60 half_way
touch "$TMP/down.n4"
node_signal 4 KILL
kill -KILL "$(cat "$TMP/rsh.n4")"
rm "$TMP/down.n5"
tc qdisc del dev lo root
three_have_it() {
	[ "$(grep -c '"event":"end"' "$TMP/said")" -eq 3 ]
}
wait_for 60 three_have_it
kill $copier # it would wait for n4
wait $copier && fail "it was well"
has 2 3 5
[ ! -e "$TMP/disk.n4/$name" ] || fail "n4 has it"
jq -es 'any(.[]; .event == "lost" and .node == "n4" and .done > 0)' \
	"$TMP/said" || fail "$(cat "$TMP/said")"
tail -n 1 "$TMP/said" | jq -e '.event == "summary" and .ended == 3 and
	.missing == "n4"' || fail "$(tail -n 1 "$TMP/said")"
[ -z "$(ls -A "$TMP/disk.n4/dir")" ] || fail "something is left"
wait_for 30 images_are_gone

echo "# an image of the cluster, which stays; what is refused"
name=base
want=$(sum_file "$TMP/base")
copy base "n[2-3]:$TMP/to/" >/dev/null
has 2 3
vfield image list --run-dir "$TMP/n1" | grep -q '^> base' || fail "it is gone"
want=$(sum_file "$TMP/file")
[ "$(copy --dry-run "$TMP/file" '@all,!n5:/x' | paste -s -d ' ')" = 'n2 n3' ] ||
	fail "the machines"
for wrong in 'n2' 'n2:' 'n2:x' ':/x' 'n[2:/x' '-oProxyCommand=x:/x' '@none:/x'; do
	copy "$TMP/file" "$wrong" >"$TMP/said" 2>&1 && fail "taken: $wrong"
	[ -s "$TMP/said" ] || fail "nothing is said of $wrong"
done

#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Where there is a user for it the router, which reads from peers and members,
# runs as that user, without a capability in any thread.  So it reads image files
# that root alone can read, writes to its store, keeps words over its end, and
# takes a store that a router of root has left, or one of a user that is no more,
# but nothing else that lies there; it serves a site with secrets, and ends with
# its supervisor.  A program of that user changes
# nothing in the run directory, and has no signal for a process of root.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/users.subr"
need jq mksquashfs nbdcopy setpriv

mkdir -m 711 "$TMP/disk"
make_image "$TMP/disk/image" 6000000
vfield image create "$TMP/disk/image" >/dev/null
chmod 600 "$TMP/disk/image" "$TMP/disk/image.vfm"
sum=$(sum_file "$TMP/disk/image")
vfield key cluster --file "$TMP/key" 2>/dev/null
chmod 711 "$TMP"

echo "# a store, and words, of a router that was root"
grep -v '^vfield-router:' /etc/passwd >"$TMP/without"
cp /etc/passwd "$TMP/with"
cat "$TMP/without" >/etc/passwd
node_start 1 serve --image "$TMP/disk/image" --cluster-key "$TMP/key"
node_start 2 join 127.0.0.1 --cluster-key "$TMP/key" --store-dir "$TMP/disk/store"
wait_for 30 node_complete 2
[ "$(stat -c %u "$TMP/disk/store")" = 0 ] || fail "the store is not root's"
node_stop 2
node_stop 1
mkdir "$TMP/disk/store/other"
echo secret | tee "$TMP/disk/store/mine" >"$TMP/disk/store/other/map"
ln "$TMP/disk/store/mine" "$TMP/disk/store/removed"
echo '0 65536' >"$TMP/trace"
vfield image profile "$TMP/disk/image.vfm" --from "$TMP/trace" -o "$TMP/disk/image.vfp"
chmod 600 "$TMP/disk/image.vfp"

cat "$TMP/with" >/etc/passwd
trust=$(vfield key new --dir "$TMP/keys" 2>/dev/null)
start() { # NODE VERB [OPTION]...
	node_start "$@" --cluster-key "$TMP/key" --trust "$trust"
}
start 1 serve --image "$TMP/disk/image"
# the others take no image that the key has not signed
vfield image default image --run-dir "$TMP/n1" --key "$TMP/keys" >/dev/null
start 2 join 127.0.0.1 --store-dir "$TMP/disk/store"
start 3 join 127.0.0.1
for i in 1 2 3; do
	check_sum "node $i" "$(sum_sock $i)" "$sum"
	pid=$(node_child $i vfield-router)
	for task in "/proc/$pid/task/"*; do
		status_of() { awk -v key="$1:" '$1 == key { print $2, $3, $4 }' "$task/status"; }
		[ "$(status_of Uid)" = "70812 70812 70812" ] ||
			fail "a thread of router $i is user $(status_of Uid)"
		for set in CapInh CapPrm CapEff CapAmb; do
			[ "$(status_of $set)" = "0000000000000000  " ] ||
				fail "it has capabilities: $set"
		done
		[ "$(awk '/^Groups:/ { print NF }' "$task/status")" = 1 ] ||
			fail "it has other groups"
	done
	! prlimit --memlock=unlimited true 2>/dev/null ||
		grep -q '^VmLck:.* [1-9][0-9]* kB' "/proc/$pid/status" ||
		fail "its memory is not locked"
done
for i in 2 3; do
	wait_for 30 node_complete $i
	store=$(status_get $i .store.dir)
	others=$(cd "$store" && find . ! -user 70812 | sort | tr '\n' ' ')
	case $i in
	2) [ "$others" = "./mine ./other ./other/map ./removed ./served " ] ;;
	3) [ "$others" = "./served " ] ;;
	esac || fail "of others in the store of node $i: $others"
done
status_is 1 '.images[0].profile > 0' || fail "the profile is not used"
wait_for 20 node_knows 1 3 # through the member's socket

echo "# what a program of that user can do in the run directory"
cat >"$TMP/hostile.py" <<'END'
import os, sys
run, key, pids = sys.argv[1], sys.argv[2], sys.argv[3:]
done = []
def can(what, call):
    try:
        call()
        done.append(what)
    except OSError:
        pass
can("make a file", lambda: os.close(os.open(
    run + "/mine", os.O_CREAT | os.O_WRONLY)))
for name in os.listdir(run):
    path = run + "/" + name
    can("remove " + name, lambda: os.rename(path, path + ".away"))
    # its own directory, and the keys that it uses
    if name not in ("router", "nbd.psk", "member.psk"):
        can("chmod " + name, lambda: os.chmod(path, 0o666))
        can("write to " + name, lambda: os.close(os.open(
            path, os.O_WRONLY | os.O_NONBLOCK)))
can("read the cluster key", lambda: open(key).read())
for pid in pids:
    can("signal " + pid, lambda: os.kill(int(pid), 0))
print(done)
END
chmod 644 "$TMP/hostile.py"
said=$(setpriv --reuid 70812 --regid 70812 --clear-groups "$PYTHON" \
	"$TMP/hostile.py" "$TMP/n2" "$TMP/key" "$(cat "$TMP/n2/lock")")
[ "$said" = "[]" ] || fail "the router's user can: $said"

echo "# it comes again as that user, and adds an image of root's"
kill -KILL "$(node_child 1 vfield-router)"
again() {
	[ "$(stat -c %u "/proc/$(node_child 1 vfield-router)")" = 70812 ] &&
		[ "$(sum_sock 1 2>/dev/null)" = "$sum" ]
}
wait_for 30 again
make_image "$TMP/disk/more" 2000000
vfield image add "$TMP/disk/more" --run-dir "$TMP/n1"
wait_for 30 again
(
	umask 077
	make_image "$TMP/disk/hidden" 1000000
	! vfield image add "$TMP/disk/hidden" --run-dir "$TMP/n1" 2>"$TMP/said"
) || fail "an image that the router cannot read was added"
grep -q 'hidden.*: the user vfield-router, as which the router runs, cannot' \
	"$TMP/said" || fail "$(cat "$TMP/said")"
chgrp 70812 "$TMP/disk/hidden" "$TMP/disk/hidden.vfm"
chmod g+r "$TMP/disk/hidden" "$TMP/disk/hidden.vfm"
vfield image add "$TMP/disk/hidden" --run-dir "$TMP/n1"

echo "# an ordered end leaves no socket, a start over the store works"
node_stop 3
[ -z "$(find "$TMP/n3" -type s)" ] || fail "left: $(find "$TMP/n3" -type s)"
node_stop 2
start 2 join 127.0.0.1 --store-dir "$TMP/disk/store"
check_sum "node 2" "$(sum_sock 2)" "$sum"

echo "# a site with secrets, published under a umask that hides it"
mkdir -p "$TMP/site/secret" "$TMP/site/plugins/motd/root/etc"
echo x >"$TMP/site/secret/users"
touch "$TMP/site/plugins/motd/plugin" "$TMP/site/plugins/motd/root/etc/motd"
printf '[room]\nhosts = node1\nplugins = motd\n' >"$TMP/site/hosts"
(
	umask 077
	vfield site publish --site "$TMP/site" --state "$TMP/state" \
		--key "$TMP/keys" --run-dir "$TMP/n1" >"$TMP/out" 2>&1
) || fail "$(cat "$TMP/out")"

echo "# the router ends with a killed supervisor, and the node starts again"
router=$(node_child 2 vfield-router)
kill -KILL "$(node_pid 2)"
wait "$(node_pid 2)" 2>/dev/null || :
wait_for 20 ended "$router"
wait_for 20 session_ended "$(node_pid 2)"

echo "# a store of which half is root's, and one of a user who is no more"
chown -R 0 "$TMP/disk/store"/[0-9a-f]*[0-9a-f]/
start 2 join 127.0.0.1 --store-dir "$TMP/disk/store"
check_sum "node 2" "$(sum_sock 2)" "$sum"
node_stop 2
chown -R 61234 "$TMP/disk/store"
start 2 join 127.0.0.1 --store-dir "$TMP/disk/store"
check_sum "node 2" "$(sum_sock 2)" "$sum"
[ "$(stat -c %u "$TMP/disk/store")" = 70812 ] || fail "the store is another's"

echo "# its user goes away: what it has kept is root's again"
node_stop 2
[ -s "$TMP/n2/router/words" ] || fail "no words are kept"
mv "$TMP/disk/store/node.key" "$TMP/n2/router/"
id=$(cat "$TMP/n2/node")
cat "$TMP/without" >/etc/passwd
start 2 join 127.0.0.1 --store-dir "$TMP/disk/store"
check_sum "node 2" "$(sum_sock 2)" "$sum"
[ ! -e "$TMP/n2/router" ] || fail "left: $(ls -l "$TMP/n2/router")"
[ "$(stat -c %u "$TMP/n2/words")" = 0 ] || fail "the words are another's"
[ "$(cat "$TMP/n2/node")" = "$id" ] || fail "its key was lost"

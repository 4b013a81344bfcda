#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# nbdkit runs as a user of its own, without a capability.  A program of that
# user, as somebody has who took nbdkit over, reads the store and writes to
# nothing of it, of the image, of the run directory or of the router; others
# read nothing.  Where that user may not read the image file, nbdkit serves it
# all the same.
. "$(dirname "$0")/lib.sh"
need jq nbdcopy setpriv

make_image "$TMP/image" 6000000
chmod 600 "$TMP/image"
node_start 1 serve --image "$TMP/image"
node_start 2 join 127.0.0.1
wait_for 30 node_complete 2
grep -q "$TMP/image: the user .* cannot read it" "$TMP/n1/log" ||
	fail "the log does not say that nbdkit cannot read the image"
check_sum "node 1, by nbdkit" "$(sum_tcp 1)" "$(sum_file "$TMP/image")"
check_sum "node 2, by nbdkit" "$(sum_tcp 2)" "$(sum_file "$TMP/image")"

status_of() { # PID KEY: the first word of that line of /proc/PID/status
	awk -v key="$2:" '$1 == key { print $2 }' "/proc/$1/status"
}
for i in 1 2; do
	pid=$(node_child $i nbdkit)
	uid=$(status_of "$pid" Uid) gid=$(status_of "$pid" Gid)
	[ "$uid" != 0 ] && [ "$gid" != 0 ] || fail "nbdkit is root"
	for set in CapPrm CapEff CapAmb; do
		[ "$(status_of "$pid" $set)" = 0000000000000000 ] ||
			fail "nbdkit has capabilities: $set"
	done
	[ "$(status_of "$pid" NoNewPrivs)" = 1 ] || fail "nbdkit may gain rights"
	[ "$(awk '/^Groups:/ { print NF }' "/proc/$pid/status")" = 1 ] ||
		fail "nbdkit has other groups"
done

# what root of node 2 reads
store=$(status_get 2 .store.dir)
bytes() { # but those that the router itself changes meanwhile
	find "$store" "$TMP/n2" -type f ! -name log ! -name served ! -name view \
		! -name nbdkit.pid -exec sha256sum {} + | sort
}
bytes >"$TMP/before"
find "$store" -printf '%P %m %U %G\n' | sort >"$TMP/rights"
cat >"$TMP/hostile.py" <<'END'
import os, socket, sys
run, *dirs = sys.argv[1:]
done = []
def can(what, call):
    try:
        call()
        done.append(what)
    except OSError:
        pass
def write(path):
    # O_TRUNC would be the end of it for all of the test's later steps
    os.close(os.open(path, os.O_WRONLY | os.O_NOFOLLOW))
read = 0
for top in dirs:
    for at, subs, files in os.walk(top):
        can("make a file in " + at, lambda: os.close(os.open(
            at + "/mine", os.O_CREAT | os.O_WRONLY)))
        can("chmod " + at, lambda: os.chmod(at, 0o777))
        for name in files + subs:
            path = at + "/" + name
            # its own counts, and its own pid
            if name in ("served", "nbdkit.pid"):
                continue
            can("remove " + path, lambda: os.rename(path, path + ".away"))
            if os.path.islink(path):
                continue
            can("chmod " + path, lambda: os.chmod(path, 0o666))
            if name in files:
                can("write to " + path, lambda: write(path))
                try:
                    open(path, "rb").read(1)
                    read += 1
                except OSError:
                    pass
for name in ("router.ctl", "router.sock", "member.sock"):
    s = socket.socket(socket.AF_UNIX)
    can("connect to " + name, lambda: s.connect(run + "/" + name))
s = socket.socket(socket.AF_UNIX)
try:
    s.connect(run + "/plugin.sock")
    plugin = True
except OSError:
    plugin = False
for pid in os.listdir("/proc"):
    if pid.isdigit() and os.stat("/proc/" + pid).st_uid == 0:
        can("write to the memory of " + pid, lambda: write(
            "/proc/%s/mem" % pid))
        can("signal " + pid, lambda: os.kill(int(pid), 0))
print(read, plugin, done)
END
chmod 644 "$TMP/hostile.py"
hostile() { # UID GID DIR...
	hostile_uid=$1 hostile_gid=$2
	shift 2
	setpriv --reuid "$hostile_uid" --regid "$hostile_gid" --clear-groups \
		--no-new-privs "$PYTHON" "$TMP/hostile.py" "$TMP/n2" "$@"
}
said=$(hostile "$uid" "$gid" "$store" "$TMP/n2")
case $said in
0\ * | *False*) fail "nbdkit's user cannot read what it serves: $said" ;;
*\[\]) ;;
*) fail "nbdkit's user can: $said" ;;
esac
said=$(hostile 4321 4321 "$store") # somebody else
[ "$said" = "0 False []" ] || fail "another user can: $said"

bytes | diff "$TMP/before" - || fail "a byte has changed"
find "$store" -printf '%P %m %U %G\n' | sort | diff "$TMP/rights" - ||
	fail "a right has changed"
check_sum "node 2" "$(sum_sock 2)" "$(sum_file "$TMP/image")"

echo "# nbdkit comes again as that user, and binds a low port"
kill -KILL "$(node_child 2 nbdkit)"
again() {
	pid=$(node_child 2 nbdkit) && [ "$(status_of "$pid" Uid)" = "$uid" ] &&
		check_sum "node 2" "$(sum_tcp 2 2>/dev/null)" \
			"$(sum_file "$TMP/image")" >/dev/null
}
wait_for 30 again

echo "# told to end by another than its supervisor, it does not wait for clients"
"$PYTHON" - "$pid" >"$TMP/client" 2>&1 <<'END' || :
import nbd, os, signal, sys
h = nbd.NBD()
h.connect_tcp("127.0.0.2", "10809")
print("connected", flush=True)
os.kill(int(sys.argv[1]), signal.SIGTERM)
while True:
    h.poll(-1)
END
grep -q connected "$TMP/client" || fail "$(cat "$TMP/client")"
wait_for 30 ended "$pid"
wait_for 30 again
node_stop 2
node_start 3 join 127.0.0.1 --listen 127.0.0.3:809
pid=$(node_child 3 nbdkit)
[ "$(status_of "$pid" CapEff)" = 0000000000000400 ] ||
	fail "nbdkit has more than CAP_NET_BIND_SERVICE"

#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# The supervisor starts the node's processes in order, restarts them with pauses
# and stops them in reverse order.  However the supervisor ends, no process is
# left.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/cmd.subr"

make_image "$TMP/image" 1000

children() {
	pid=$(node_pid 1)
	cat "/proc/$pid/task/$pid/children"
}

three_children() {
	[ "$(children | wc -w)" -eq 3 ]
}

all_ended() {
	for child; do
		ended "$child" || return 1
	done
}

# The processes start in order; the supervisor prints one line when all are
# ready, and notifies systemd.
"$PYTHON" - "$TMP/notify" >"$TMP/notified" <<'END' &
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
while True:
    print(s.recv(4096).decode().replace("\n", " "), flush=True)
END
wait_for 10 test -S "$TMP/notify"
export NOTIFY_SOCKET="$TMP/notify"
node_start 1 serve --image "$TMP/image"
unset NOTIFY_SOCKET
[ "$(tr '\n' ' ' <"$FAKE/started")" = "vfield-member nbdkit vfield-router " ] ||
	fail "started in another order: $(cat "$FAKE/started")"
[ "$(wc -l <"$TMP/n1/ready")" -eq 1 ] || fail "not one line"
grep -q 'ready: node n1 at 127.0.0.1:10809, image image (1000 B), store up to' \
	"$TMP/n1/ready" || fail "it says: $(cat "$TMP/n1/ready")"
wait_for 10 grep -q READY=1 "$TMP/notified"
[ "$(grep -c READY=1 "$TMP/notified")" -eq 1 ] || fail "ready more than once"

# A second node in the same run directory is refused.
refused 1 'another node runs there' vfield serve --image "$TMP/image" \
	--listen 127.0.0.2 --run-dir "$TMP/n1"

# A process that dies is started again: at once the first time, then after a
# pause.
for times in 2 3 4; do
	kill -KILL "$(children | awk '{print $3}')"
	wait_for 10 fake_started vfield-router $times
	wait_for 10 three_children
done
grep -q 'killed by signal 9 (Killed); starting it again$' "$TMP/n1/log" ||
	fail "not at once the first time"
grep -q 'starting it again in 200 ms' "$TMP/n1/log" || fail "no pauses"
wait_for 10 grep -q 'STATUS=vfield-router runs again' "$TMP/notified"

# The processes end in reverse order.
node_stop 1
[ "$NODE_STATUS" -eq 0 ] || fail "status $NODE_STATUS"
[ "$(tr '\n' ' ' <"$FAKE/ended")" = "vfield-router nbdkit vfield-member " ] ||
	fail "ended in another order: $(cat "$FAKE/ended")"
[ -z "$(find "$TMP/n1" -type s -o -name '*.pid' -o -name lock)" ] ||
	fail "left: $(ls "$TMP/n1")"
[ -z "$(ls /dev/shm)" ] || fail "left in memory: $(ls /dev/shm)"
wait_for 10 grep -q STOPPING=1 "$TMP/notified"
echo "started, restarted, stopped"

# A process that ignores SIGTERM is killed after a while, or at once if the
# supervisor gets a second signal.
fake_do vfield-router stubborn
node_start 1 serve --image "$TMP/image"
pids=$(children)
kill -TERM "$(node_pid 1)"
kill -INT "$(node_pid 1)"
wait_for 20 ended "$(node_pid 1)"
! grep 'does not end' "$TMP/n1/log" || fail "it has waited"
# shellcheck disable=SC2086 # split on purpose
all_ended $pids || fail "somebody is left"
node_stop 1
node_start 1 serve --image "$TMP/image"
node_stop 1
[ "$NODE_STATUS" -eq 0 ] || fail "status $NODE_STATUS"
grep -q 'vfield-router (pid [0-9]*) does not end; killing it' "$TMP/n1/log" ||
	fail "it does not say that it killed"
fake_do vfield-router ''
echo "stubborn ones are killed"

# SIGHUP does not end the supervisor.  Messages have a priority as prefix only
# if stderr is the journal.
node_start 1 serve --image "$TMP/image"
kill -HUP "$(node_pid 1)"
kill -KILL "$(children | awk '{print $3}')"
wait_for 10 grep -q 'vfield-router.*killed by signal 9' "$TMP/n1/log"
wait_for 10 three_children
node_stop 1
[ "$NODE_STATUS" -eq 0 ] || fail "status $NODE_STATUS"
: >"$TMP/log"
for stream in "$(stat -c %d:%i "$TMP/log")" 1:2 nonsense; do
	JOURNAL_STREAM=$stream vfield serve --image /nowhere/x --run-dir "$TMP/n1" \
		--listen 127.0.0.1 2>>"$TMP/log" && fail "an image of nothing"
done
[ "$(cut -c 1-4 "$TMP/log" | tr '\n' ' ')" = '<3>v vfie vfie ' ] ||
	fail "prefixes: $(cat "$TMP/log")"
echo "goes on without its terminal"

# The supervisor itself is killed, and its processes end with it.
node_start 1 serve --image "$TMP/image"
pids=$(children)
kill -KILL "$(node_pid 1)"
# shellcheck disable=SC2086 # split on purpose
wait_for 20 all_ended $pids
wait "$(node_pid 1)" 2>/dev/null || :
[ -n "$(ls /dev/shm)" ] || fail "the store is gone"
node_start 1 serve --image "$TMP/image"
node_stop 1
echo "killed, and its children with it"

# If a process dies before it is ready, the command fails.
for name in vfield-member nbdkit vfield-router; do
	fake_do $name die
	refused 1 "$name (pid [0-9]*) ended with status 3 before it was ready" \
		vfield serve --image "$TMP/image" --listen 127.0.0.1 \
		--run-dir "$TMP/n1"
	fake_do $name ''
	[ -z "$(ls /dev/shm)" ] || fail "left in memory: $(ls /dev/shm)"
	[ -z "$(find "$TMP/n1" -type s -o -name '*.pid' -o -name lock)" ] ||
		fail "left: $(ls "$TMP/n1")"
done

# The supervisor can be stopped while a process is not ready yet.
fake_do vfield-router never
node_spawn 1 serve --image "$TMP/image"
wait_for 10 grep -q 'vfield-router.* is not ready yet' "$TMP/n1/log"
node_stop 1
[ "$NODE_STATUS" -eq 0 ] || fail "status $NODE_STATUS"
[ ! -s "$TMP/n1/ready" ] || fail "it was not ready"

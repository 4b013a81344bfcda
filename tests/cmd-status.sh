#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# vfield status and vfield map print no control characters, whatever names other
# nodes have, and survive a router's broken answers.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/cmd.subr"

# This plays the router: it answers a question with the file of that name in
# $TMP.
mkdir "$TMP/run"
"$PYTHON" - "$TMP/run/router.ctl" "$TMP" <<'END' &
import os, socket, sys
s = socket.socket(socket.AF_UNIX)
s.bind(sys.argv[1] + ".new")
s.listen(8)
os.rename(sys.argv[1] + ".new", sys.argv[1])
while True:
    c, _ = s.accept()
    question = c.recv(4096).decode().split()[0]
    try:
        c.sendall(open(sys.argv[2] + "/" + question, "rb").read())
    except OSError:
        pass
    c.close()
END
wait_for 10 test -S "$TMP/run/router.ctl"

cat >"$TMP/status" <<'END'
{"version":"0.1","node":{"id":"00","name":"n\u001b[2Jed","address":
"127.0.0.1:10809","uptime_s":3725,"direct":false},
"membership":{"role":"core","peer":null,"seq":42,"nodes":2,"cores":1},
"images":[{"id":"0123456789abcdef","name":"debian","size":566231040,
"chunk_size":131072,"nchunks":4320,"held":812,"found":12,"complete":false,
"default":true,"waiting_reads":3,"waiting_chunks":[17,18,40]}],
"default":{"id":"fedcba9876543210","version":1,"here":false},
"store":{"dir":"/dev/shm/vfield-1","budget":134217728,"used":106430464,
"evictions":0,"errors":2},
"peers":[{"id":"01","name":"evil\u0007\u009bname","address":"127.0.0.2:10809",
"state":"suspect","active":true,"complete":true,"held":4320,"outstanding":
131072,"rate":11744051,"requests":9,"bytes":1048576,"errors":5,"bad_hashes":1,
"connections":2}],
"bytes":{"store":10,"seed":20,"tree":30,"holder":1073741824},
"chunks":{"fetched":733,"refetched":2,"hedged":1,"hash_failures":7,
"prefetched":5,"filled":6},
"clients":{"now":1,"requests":812,"bytes":101,"errors":0}}
END

show() {
	vfield "$@" --run-dir "$TMP/run" >"$TMP/out" || fail "$*: status $?"
	! LC_ALL=C grep -q "$(printf '[\001-\010\013-\037\177]')" "$TMP/out" ||
		fail "control characters: $(cat -v "$TMP/out")"
}

says() {
	grep -q -e "$1" "$TMP/out" || fail "no '$1' in: $(cat -v "$TMP/out")"
}

printf 'install 4/9 ba\033se 41%%\n' >"$TMP/run/install"
show status
cat "$TMP/out"
says '^disk     install 4/9 ba?se 41%$'
says 'n?\[2Jed at 127.0.0.1:10809, core, up 1 h 2 min, version 0.1'
says '2 nodes, 1 of them core, number 42; no member answers'
says 'debian (default), 540 MiB, 4320 chunks of 128 KiB, id 0123456789ab$'
says 'holds 812 chunks (18.7 %), 12 of them not checked yet'
says '^default  the image fedcba987654, which is not here yet$'
says '3 reads wait for chunks 17, 18, 40'
says '101.5 MiB of 128 MiB in /dev/shm/vfield-1, 0 dropped, 2 could not be kept'
says 'holders 1 GiB'
says '7 with a wrong hash'
says '^evil???name .*suspect .*yes .*all .*11.2 MiB/s .*1 MiB$'
says '^  does not answer, and owes 128 KiB; 5 errors, 1 with a wrong hash$'
[ "$(head -n 1 "$TMP/out" | cut -c 1-24)" = 'DEGRADED: no member answ' ] ||
	fail "begins with $(head -n 1 "$TMP/out")"
says '; the store here failed to keep 2 chunks; the default image is not here yet'
show status --json
"$PYTHON" -m json.tool <"$TMP/out" >/dev/null || fail "not JSON"

# --image-id prints an id and nothing else, for scripts
id=$(printf '%064d' 7)
other=$(printf '%064d' 8)
cp "$TMP/status" "$TMP/status.kept"
cat >"$TMP/status" <<END
{"images":[{"name":"a","id":"$other"},{"name":"twice","id":"$id"},
{"name":"debian","id":"$id","default":true},{"name":"twice","id":"$other"},
{"name":"odd","id":"../../etc"}]}
END
for name in '' debian; do
	show status --image-id $name
	[ "$(cat "$TMP/out")" = "$id" ] || fail "$name: $(cat "$TMP/out")"
done
show status --image-id a
[ "$(cat "$TMP/out")" = "$other" ] || fail "a: $(cat "$TMP/out")"
refused 1 'has no image b$' vfield status --image-id b --run-dir "$TMP/run"
refused 1 '2 images are called twice: name one by its id' \
	vfield status --image-id twice --run-dir "$TMP/run"
refused 1 'gave no id' vfield status --image-id odd --run-dir "$TMP/run"
refused 2 'c: what is this' vfield status --image-id b c
sed -i 's/true/false/' "$TMP/status"
refused 1 'has no default image' vfield status --image-id --run-dir "$TMP/run"
mv "$TMP/status.kept" "$TMP/status"

# verdict STATUS LINE: fails the test unless --check exits with STATUS and
# prints LINE.
verdict() {
	wanted=$1
	rc=0
	vfield status --check --run-dir "$TMP/run" >"$TMP/out" || rc=$?
	[ $rc -eq "$wanted" ] || fail "$(cat "$TMP/out"): status $rc"
	[ "$(cat "$TMP/out")" = "$2" ] || fail "not '$2': $(cat "$TMP/out")"
}
# world NODES SEED CHUNKS-BY-COPIES LEAST WAITING [PEERS]: has the router's
# answer describe a cluster.  CHUNKS-BY-COPIES lists how many chunks have 0, 1,
# 2... copies, LEAST is the least copies of a chunk, WAITING the reads that
# wait.
world() {
	cat >"$TMP/status" <<END
{"membership":{"peer":"m","nodes":$1},"images":[{"name":"debian","copies":
{"seed":$2,"chunks":$3,"least":$4,"short_bytes":0},"default":true,"nchunks":100,
"waiting_reads":$5,"stalled":$5}],"peers":[${6-}]}
END
}
cp "$TMP/status" "$TMP/status.kept"
world 40 false '[0,0,0,9]' 3 0
verdict 0 'OK: 40 machines, every chunk of debian on 3 or more'
world 40 true '[9,0,0,0]' 0 0
verdict 0 'OK: 40 machines, every chunk of debian at the seed'
world 2 true '[0,9,0,0]' 1 0
verdict 0 'OK: 2 machines, every chunk of debian at the seed and on 1 or more'
world 40 false '[0,7,1,0]' 1 0
verdict 1 'DEGRADED: 7 chunks of debian on one machine alone'
world 40 false '[6383,7,1,0]' 0 128 '{"name":"n7","state":"down"}'
verdict 2 "FAILED: 6383 chunks of debian have no copy; 128 reads of debian \
wait; 7 chunks of debian on one machine alone; n7 does not answer, and owes 0 B"
world 40 false '[0,0,9]' 2 0 '{"name":"a","state":"up","rate":100000000},
{"name":"b","state":"up","rate":90000000,"held":42},
{"name":"c","state":"up","rate":5000000},
{"name":"d","state":"banned","bad_hashes":1},{"name":"e","state":"banned"}'
verdict 1 "DEGRADED: d is banned: 1 wrong chunk; \
e is banned: it owed, and delivered nothing"
show status
[ "$(sed '1,/^PEER/d; /^ /d; s/ .*//' "$TMP/out" | tr -d '\n')" = decab ] ||
	fail "peers in another order: $(cat "$TMP/out")"
says '^  is slow: 4.8 MiB/s, where others do 85.8 MiB/s$'
says '^b .* 42.0 % '
sed '1,/^PEER/d' "$TMP/out" >"$TMP/rows"
[ "$(wc -L <"$TMP/rows")" -le 80 ] || fail "wider than 80: $(cat "$TMP/rows")"

# gone NODES: adds nodes that are gone to the router's answer.  For a while
# after a node was lost the verdict is not OK.
gone() {
	sed -i 's/}$/,"gone":['"$1"']}/' "$TMP/status"
}
lost='{"name":"node07","address":"10.0.0.7:10809","reason":"lost","ago_s":130}'
left='{"name":"node08","address":"10.0.0.8:10809","reason":"left","ago_s":7}'
world 40 false '[0,0,0,9]' 3 0
gone "$left"
verdict 0 'OK: 40 machines, every chunk of debian on 3 or more'
world 40 false '[0,0,0,9]' 3 0
gone "$left,$lost"
verdict 1 'DEGRADED: node07 lost 2 min ago'
world 40 false '[0,0,0,9]' 3 0
gone "$lost,$left,$lost,$lost"
verdict 1 'DEGRADED: 3 nodes lost, the last of them node07, 2 min ago'
world 40 false '[0,0,0,9]' 3 0
gone "$(echo "$lost" | sed 's/130/7200/')"
verdict 0 'OK: 40 machines, every chunk of debian on 3 or more'
world 40 false '[0,0,9]' 2 0 '{"name":"a","state":"up"},
{"name":"b","state":"useless","outstanding":9}'
gone "$left,$lost"
verdict 1 "DEGRADED: node07 lost 2 min ago; \
b is banned: it owed, and delivered nothing"
show status
[ "$(sed '1,/^PEER/d; /^ /d; s/ .*//' "$TMP/out" | paste -s -d ' ')" = \
	'node07 b a node08' ] || fail "another order: $(cat "$TMP/out")"
says '^node07  *10.0.0.7:10809  *lost  *2 min ago$'
says '^node08  *10.0.0.8:10809  *left  *7 s ago$'
vfield status --check --json --run-dir "$TMP/run" >"$TMP/out" && fail "status 0"
says '"state":"degraded"'
rc=0
vfield status --check --run-dir /nowhere >"$TMP/out" || rc=$?
[ $rc -eq 2 ] || fail "no node: status $rc"
says '^FAILED: the node here does not answer$'
mv "$TMP/status.kept" "$TMP/status"

# --watch shows rates, from the difference of two answers.
timeout 120 vfield status --watch=1 --run-dir "$TMP/run" >"$TMP/live" &
watch=$!
wait_for 10 grep -q 128 "$TMP/live"
sed -i 's/"tree":30/"tree":300000000/' "$TMP/status"
wait_for 10 grep -q 'tree 286.1 MiB ([0-9.]* MiB/s)' "$TMP/live"
kill $watch

cat >"$TMP/map" <<'END'
{"images":[{"name":"debian","id":"0123456789abcdef","nchunks":256,"nodes":[
{"name":"seed","self":false,"complete":true,"words":[]},
{"name":"me","self":true,"complete":false,"words":["ffffffffffffffff",
"0000000000000000","00000000ffffffff","0000000000000001"]},
{"name":"a-name-that-is-\u001b-too-long","self":false,"complete":false,
"words":["8000000000000000"]}]}]}
END
export COLUMNS=55 # 32 cells of 8 chunks
LC_ALL=C show map
cat "$TMP/out"
says '^debian, id 0123456789ab, 256 chunks$'
says '^  seed         |################################| 100 %$'
says '^> me           |########        ####    .       |  37 %$'
says '^  a-name-that- |       .                        |   0 %$'
says '^  copies       |22222222111111112222111111111111|$'
LC_ALL=C.UTF-8 show map
says '^> me           |████████        ████    ░       |  37 %$'
LC_ALL=C.UTF-8 show map --ascii --image debian
says '^> me           |########        ####    .       |  37 %$'
refused 1 'this node has no image other' vfield map --image other \
	--run-dir "$TMP/run"

# With few chunks the map has a cell for each chunk.
sed -i 's/"nchunks":256/"nchunks":5/' "$TMP/map"
show map --ascii
says '^  seed         |#####| 100 %$'

# Hostile or broken answers of a router do no harm.
for answer in '{"images":[{"nchunks":4000000000}]}' '{"images":[7]}' \
	'{"images":[{"nchunks":9,"nodes":[{"words":[{}]},[]]}]}' \
	'{"images":{"a":1}}' '{"images":[{"nchunks":-3,"nodes":[1]}]}'; do
	echo "$answer" >"$TMP/map"
	show map
	echo "$answer" >"$TMP/status"
	show status
done
for answer in '' '[1]' '{"a":' "$(head -c 200000 /dev/zero | tr '\0' '[')"; do
	echo "$answer" >"$TMP/map"
	refused 1 'Protocol error' vfield map --run-dir "$TMP/run"
done
for words in status map 'status --json --watch'; do
	echo '{}' >"$TMP/map"
	echo '{}' >"$TMP/status"
	rc=0
	# shellcheck disable=SC2086 # split on purpose
	timeout 30 vfield $words --run-dir "$TMP/run" \
		>/dev/full 2>"$TMP/err" || rc=$?
	[ $rc -eq 1 ] || fail "$words: status $rc"
	grep -q 'cannot write to standard output: No space' "$TMP/err" ||
		fail "$words: says $(cat "$TMP/err")"
done
rm "$TMP/status"
refused 1 'Protocol error' vfield status --run-dir "$TMP/run"

refused 1 'no node runs in /run/vfield (No such.*vfield serve or vfield join' \
	vfield status
refused 1 'no node runs in /run/vfield' vfield map
refused 2 'what is this' vfield status something
refused 2 'watch=soon: should be a number' vfield status --watch=soon

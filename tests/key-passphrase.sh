#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# A private key with a passphrase: it lies encrypted on the disk, each command
# that signs wants the passphrase, from a terminal or a file, and says plainly
# that it was wrong.  Who only wants the public half is not asked.  Rotating,
# keeping and bringing back leave the passphrase as it is.
. "$(dirname "$0")/lib.sh"
need jq python3

make_image "$TMP/image" 300000
vfield image create "$TMP/image" --name system >/dev/null
keys=$TMP/keys
echo 'correct horse' >"$TMP/pass"
echo 'battery staple' >"$TMP/wrong"

says() { # FILE WHAT
	grep -q -e "$2" "$1" || fail "not $2: $(cat "$1")"
}

# at_terminal TEXT CMD...: runs CMD at a terminal of its own, and types TEXT
# there, a line at a time, each after a question.  $TMP/screen gets what the
# terminal has shown.
at_terminal() {
	"$PYTHON" - "$@" >"$TMP/screen" <<-'END'
		import os, pty, sys
		lines = sys.argv[1].split("\n")
		pid, fd = pty.fork()
		if pid == 0:
		    os.execvp(sys.argv[2], sys.argv[2:])
		shown = b""
		while True:
		    try:
		        more = os.read(fd, 4096)
		    except OSError:
		        break
		    if not more:
		        break
		    shown += more
		    if lines and shown.endswith(b": "):
		        os.write(fd, lines.pop(0).encode() + b"\n")
		sys.stdout.write(shown.decode())
		sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
	END
}

echo "# a key is made, at a terminal"
! at_terminal 'correct horse
correct cow' vfield key new --dir "$keys" --passphrase || fail "they differ"
says "$TMP/screen" 'the two passphrases differ'
[ ! -e "$keys/key" ] || fail "a key was made"
at_terminal 'correct horse
correct horse' vfield key new --dir "$keys" --passphrase ||
	fail "no key: $(cat "$TMP/screen")"
! grep -q 'correct' "$TMP/screen" || fail "the passphrase is seen"
says "$keys/key" '^locked 1 600000 [0-9a-f]* [0-9a-f]* [0-9a-f]*$'
[ "$(stat -c %a "$keys/key")" = 600 ] || fail "others can read the key"

echo "# its public half, without a passphrase"
trust=$(vfield key show --dir "$keys" 2>"$TMP/said") || fail "$(cat "$TMP/said")"
[ "$trust" = "$(cat "$keys/key.pub")" ] || fail "another key: $trust"
says "$TMP/said" "$keys/key is locked"

echo "# the default image"
node_start 1 serve --image "$TMP/image" --trust "$trust"
default() {
	vfield image default system --run-dir "$TMP/n1" --key "$keys"
}
! setsid -w vfield image default system --run-dir "$TMP/n1" --key "$keys" \
	2>"$TMP/said" </dev/null || fail "it was signed without a passphrase"
says "$TMP/said" 'has a passphrase, and there is no terminal'
! VFIELD_PASSPHRASE_FILE=$TMP/wrong default 2>"$TMP/said" || fail "signed"
says "$TMP/said" "$keys: wrong passphrase"
! VFIELD_PASSPHRASE_FILE=$TMP/none default 2>"$TMP/said" || fail "signed"
says "$TMP/said" 'the file with its passphrase cannot be read'
! VFIELD_PASSPHRASE_FILE=/dev/null default 2>"$TMP/said" || fail "signed"
says "$TMP/said" 'a passphrase has 1 to 255 bytes'
at_terminal 'correct horse' vfield image default system --key "$keys" \
	--run-dir "$TMP/n1" || fail "terminal: $(cat "$TMP/screen")"
says "$TMP/screen" "Passphrase of $keys/key: "
VFIELD_PASSPHRASE_FILE=/dev/fd/3 default 3<"$TMP/pass" >/dev/null ||
	fail "by a descriptor"
VFIELD_PASSPHRASE_FILE=$TMP/pass vfield image default system \
	--run-dir "$TMP/n1" --key - <"$keys/key" >/dev/null || fail "by stdin"

echo "# other keys that come of it"
vfield key delegate jobs --dir "$keys" --to "$TMP/few" \
	--passphrase-file "$TMP/pass" >/dev/null
vfield key show --dir "$TMP/few" 2>"$TMP/said" >/dev/null
[ ! -s "$TMP/said" ] || fail "a restricted key is locked unasked"
next=$(vfield key rotate --dir "$keys" --run-dir "$TMP/n1" \
	--passphrase-file "$TMP/pass")
says "$keys/key" '^locked 1 '
says "$keys/key.old" '^locked 1 '

echo "# kept, and brought back"
kept() {
	vfield "$@" --keys "$TMP/k/keys" --config "$TMP/k/vfield.conf" \
		--site "$TMP/k/site" --cluster-key "$TMP/k/cluster.key" \
		--state "$TMP/k/state" --boot-state "$TMP/k/boot" \
		--run-dir "$TMP/k/run"
}
mkdir "$TMP/k"
cp -rp "$keys" "$TMP/k/keys"
kept backup "$TMP/backup" >/dev/null || fail "no backup"
rm -r "$TMP/k/keys"
kept restore "$TMP/backup" >/dev/null || fail "not restored"
diff -r "$keys" "$TMP/k/keys" || fail "another key came back"
[ "$(vfield key show --dir "$TMP/k/keys" 2>/dev/null)" = "$next" ] ||
	fail "another public half"
VFIELD_PASSPHRASE_FILE=$TMP/pass vfield image default system \
	--run-dir "$TMP/n1" --key "$TMP/k/keys" >/dev/null ||
	fail "the key that came back does not sign"

echo "# one that was changed"
for change in 's/ 600000 / 600001 /' 's/0$/1/;t;s/.$/0/' 's/.$//' 's/ 600000 / 90000000 /' \
	's/locked 1/locked 2/'; do
	cp -rp "$keys" "$TMP/changed"
	sed -i "$change" "$TMP/changed/key"
	! VFIELD_PASSPHRASE_FILE=$TMP/pass vfield image default system \
		--run-dir "$TMP/n1" --key "$TMP/changed" 2>"$TMP/said" ||
		fail "it signs after $change"
	says "$TMP/said" 'wrong passphrase\|not a private key'
	rm -r "$TMP/changed"
done

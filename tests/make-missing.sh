#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# A library that is missing ends make in one line that names Debian's package;
# what needs no library goes on without it.
. "$(dirname "$0")/lib.sh"
need make pkg-config

# pkg-config as it is where libraries are missing
cat >"$TMP/bin/some-missing" <<'END'
#!/bin/sh
case " $* " in
*" libcpg "* | *" inih "*) echo "Package libcpg was not found" >&2 && exit 1 ;;
esac
exec pkg-config "$@"
END
chmod +x "$TMP/bin/some-missing"

# one_line TEXT MAKE_WORDS...
one_line() {
	expected=$1
	shift
	! make -C "$TOP" --no-print-directory BUILD="$TMP/build" "$@" \
		>"$TMP/out" 2>&1 || fail "make $*: has not failed"
	[ "$(wc -l <"$TMP/out")" -eq 1 ] && grep -qF -e "$expected" "$TMP/out" ||
		fail "make $*: $(cat "$TMP/out")"
	echo "make $*: $(cat "$TMP/out")"
}

one_line 'apt install libinih-dev libcpg-dev' PKG_CONFIG=some-missing
one_line 'apt install pkg-config' PKG_CONFIG=no-such-program
for goal in help clean; do
	make -C "$TOP" PKG_CONFIG=no-such-program BUILD="$TMP/build" $goal ||
		fail "make $goal wants libraries"
done

#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# The completions of zsh and fish offer the commands and options that --help
# has (tests/cmd-man.sh has bash's).
. "$(dirname "$0")/lib.sh"
need zsh fish python3

completions=$TOP/dist/completions
zsh -n "$completions/_vfield" || fail "zsh does not read it"
fish -n "$completions/vfield.fish" || fail "fish does not read it"
export HOME="$TMP/home"
mkdir "$HOME"

# wanted COMMAND...: prints the options that COMMAND's --help names.
wanted() {
	vfield "$@" --help | grep -o -e '^ *\(-[a-zA-Z], \)\?--[a-z-]*' |
		grep -o -e '--[a-z-]*' | sort -u
}

# same WHAT: fails the test, with WHAT in its message, unless $TMP/wanted and
# $TMP/offered are equal.
same() {
	[ -s "$TMP/wanted" ] || fail "$1: nothing is wanted"
	diff "$TMP/wanted" "$TMP/offered" || fail "$1: wanted (<), offered (>)"
	echo "$1: the same"
}

# in_fish LINE: prints what fish offers as the last word of LINE.
in_fish() {
	fish -N -c 'source $argv[1]; complete -C $argv[2]' \
		"$completions/vfield.fish" "$1" | cut -f 1
}

# in_zsh LINE WORD: prints what zsh offers as the last word of LINE, on a
# terminal and after a Tab.  WORD is one of the words that zsh must offer:
# in_zsh waits for it.  Its settings are in a file, since zsh loses lines that
# are typed ahead while it switches its line editor on or off.
cat >"$HOME/.zshrc" <<END
PS1='ready>' LISTMAX=0 fpath=($completions \$fpath)
autoload -U compinit
compinit -u -D
zstyle ':completion:*' verbose no
bindkey '^I' list-choices
END
in_zsh() {
	python3 - "$1" "$2" <<'END'
import os, pty, re, select, sys
pid, fd = pty.fork()
if pid == 0:
    os.environ.update(TERM="dumb", COLUMNS="200", LINES="500")
    os.execvp("zsh", ["zsh", "-d", "-i"])
def until(mark):
    text = ""
    while mark not in text:
        assert select.select([fd], [], [], 120)[0], "zsh says: " + text
        text += os.read(fd, 65536).decode(errors="replace")
    return text.replace("\r", "")
until("ready>")
os.write(fd, sys.argv[1].encode() + b"\t")
text = until("\n")
if sys.argv[2] not in text: # a list that is interrupted is not printed
    text += until(sys.argv[2])
os.write(fd, b"\x15echo do'ne'\n")
text += until("done\r\n")
print("\n".join(re.findall(r"(?<![\w-])(--[a-z-]+|[a-z]+(?=\s))", text)))
END
}

vfield --help | awk '/^  [a-z]/ {print $1}' | sort >"$TMP/wanted"
in_fish 'vfield ' | sort >"$TMP/offered"
same "fish's commands"
in_zsh 'vfield ' serve | sort -u | comm -12 - "$TMP/wanted" >"$TMP/offered"
same "zsh's commands"

for command in serve status 'image create' 'node list'; do
	# shellcheck disable=SC2086 # split on purpose
	wanted $command >"$TMP/wanted"
	in_fish "vfield $command --" | sed 's/=$//' | sort -u >"$TMP/offered"
	same "fish's options of $command"
	in_zsh "vfield $command --" --version | grep -e '^--.' | sort -u >"$TMP/offered"
	same "zsh's options of $command"
done

for command in key site host; do
	vfield $command --help | awk '/^  [a-z]/ {print $1}' | sort >"$TMP/wanted"
	in_fish "vfield $command " | sort >"$TMP/offered"
	same "fish's commands of $command"
done
vfield image --help | sed -n 's/^.*vfield image \([a-z]*\).*/\1/p' | sort -u \
	>"$TMP/wanted"
in_fish 'vfield image ' | sort >"$TMP/offered"
same "fish's commands of image"
exit 0

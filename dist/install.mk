# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# make install and make uninstall follow INSTALLS, a list of MODE:DIR:FILE.
# Programs lie side by side in PREFIX/bin (vfield finds the others beside
# itself), the plugin where vfield looks for it.
INSTALL ?= install
BINDIR = $(PREFIX)/bin
MANDIR = $(PREFIX)/share/man
UNITDIR ?= $(PREFIX)/lib/systemd/system
COMPLETIONDIR = $(PREFIX)/share/bash-completion/completions
# Directory in which zsh looks for completions: Debian's zsh has one for
# packages and one for programs that an administrator has built.
ZSHDIR ?= $(PREFIX)/share/zsh/$(if $(filter /usr,$(PREFIX)),vendor-completions,site-functions)
FISHDIR = $(PREFIX)/share/fish/vendor_completions.d
DOCDIR = $(PREFIX)/share/doc/vfield
UNITS := $(wildcard dist/*.service)
INSTALLS += $(call put,755,$(BINDIR),$(filter $(BUILD)/bin/%,$(PROGRAMS))) \
	$(call put,644,$(PREFIX)/lib/vfield,$(filter %.so,$(PROGRAMS))) \
	$(foreach page,$(MAN_PAGES),$(call put,644,$(MANDIR)/man$(patsubst \
		.%,%,$(suffix $(page))),$(page))) \
	$(call put,644,$(UNITDIR),$(UNITS)) \
	$(call put,644,$(PREFIX)/lib/sysusers.d,dist/sysusers/vfield.conf) \
	$(call put,644,$(COMPLETIONDIR),dist/completions/vfield) \
	$(call put,644,$(ZSHDIR),dist/completions/_vfield) \
	$(call put,644,$(FISHDIR),dist/completions/vfield.fish) \
	$(call put,644,$(DOCDIR),dist/vfield.conf.example $(wildcard README* \
		NEWS))

# Units get the programs' path in place of @BINDIR@.
install: all
	@set -e; for entry in $(INSTALLS); do \
		mode=$${entry%%:*} to=$${entry#*:} file=$${entry##*:}; \
		to=$(DESTDIR)$${to%:*}; \
		echo "  INSTALL $$to/$${file##*/}"; \
		$(INSTALL) -D -m $$mode -t $$to $$file; \
		case $$file in dist/*.service) \
			sed 's,@BINDIR@,$(BINDIR),' $$file >$$to/$${file##*/} ;; \
		esac; \
	done

# Directories named vfield that are left empty are removed, too.
uninstall:
	@set -e; for entry in $(INSTALLS); do \
		file=$${entry##*:} to=$${entry#*:}; to=$${to%:*}; \
		echo "  RM $(DESTDIR)$$to/$${file##*/}"; \
		rm -f $(DESTDIR)$$to/$${file##*/}; \
		while case $$to/ in */vfield/*) true ;; *) false ;; esac && \
			rmdir $(DESTDIR)$$to 2>/dev/null; do \
			to=$${to%/*}; \
		done; \
	done

.PHONY: install uninstall

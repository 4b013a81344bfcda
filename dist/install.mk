# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# make install: programs side by side in PREFIX/bin (vfield finds the others
# beside itself), the plugin where vfield looks for it.
INSTALL ?= install
BINDIR = $(PREFIX)/bin
MANDIR = $(PREFIX)/share/man
UNITDIR ?= $(PREFIX)/lib/systemd/system
COMPLETIONDIR = $(PREFIX)/share/bash-completion/completions
DOCDIR = $(PREFIX)/share/doc/vfield
UNITS := $(wildcard dist/*.service)

install: all
	$(INSTALL) -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(PREFIX)/lib/vfield \
		$(DESTDIR)$(UNITDIR) $(DESTDIR)$(COMPLETIONDIR) \
		$(DESTDIR)$(DOCDIR)
	$(INSTALL) $(filter $(BUILD)/bin/%,$(PROGRAMS)) $(DESTDIR)$(BINDIR)
	$(INSTALL) -m 644 $(filter %.so,$(PROGRAMS)) \
		$(DESTDIR)$(PREFIX)/lib/vfield
	for page in $(MAN_PAGES); do \
		$(INSTALL) -D -m 644 -t \
			$(DESTDIR)$(MANDIR)/man$${page##*.} $$page || exit; \
	done
	for unit in $(UNITS); do \
		sed 's,@BINDIR@,$(BINDIR),' $$unit \
			>$(DESTDIR)$(UNITDIR)/$${unit##*/} || exit; \
		chmod 644 $(DESTDIR)$(UNITDIR)/$${unit##*/} || exit; \
	done
	$(INSTALL) -m 644 dist/vfield.bash-completion \
		$(DESTDIR)$(COMPLETIONDIR)/vfield
	$(INSTALL) -m 644 dist/vfield.conf.example \
		$(wildcard README* NEWS) $(DESTDIR)$(DOCDIR)

.PHONY: install

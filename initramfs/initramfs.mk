# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# What vfield-mkinitramfs is made of: itself, beside the programs; the rest in
# lib/initramfs, or in lib/vfield/initramfs where it is installed.
INITRAMFS_DIR := $(BUILD)/lib/initramfs
INITRAMFS_SCRIPTS := $(addprefix $(INITRAMFS_DIR)/,init shutdown dhcp cluster)
INITRAMFS_ABSENT := $(patsubst initramfs/absent/%.c,\
	$(INITRAMFS_DIR)/absent/%,$(wildcard initramfs/absent/*.c))
PROGRAMS += $(BUILD)/bin/vfield-mkinitramfs $(INITRAMFS_SCRIPTS) \
	$(INITRAMFS_DIR)/modules $(INITRAMFS_ABSENT)

PROGRAMS += $(BUILD)/bin/vfield-attach
$(BUILD)/bin/vfield-attach: $(addprefix $(BUILD)/obj/initramfs/,attach.o \
		nbd_hello.o nbd_netlink.o) $(LIB_OBJS)
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) -Wl,--as-needed -o $@ $^ $(LIB_LIBS)

$(BUILD)/bin/vfield-mkinitramfs: initramfs/vfield-mkinitramfs
	@mkdir -p $(@D)
	install -m 755 $< $@

$(INITRAMFS_SCRIPTS): $(INITRAMFS_DIR)/%: initramfs/%
	@mkdir -p $(@D)
	install -m 755 $< $@

$(INITRAMFS_DIR)/modules: initramfs/modules
	@mkdir -p $(@D)
	install -m 644 $< $@

# Never sanitized: they stand for libraries that are not either.
$(INITRAMFS_ABSENT): $(INITRAMFS_DIR)/absent/%: initramfs/absent/%.c \
		initramfs/absent/%.map initramfs/absent/absent.h
	@mkdir -p $(@D)
	$(CC) -O2 -Wall -I. -shared -fPIC -Wl,-soname,$* \
		-Wl,--version-script=initramfs/absent/$*.map -o $@ $<

MAN_PAGES += $(wildcard initramfs/*.[1-8])

install: install-initramfs
install-initramfs: all
	$(INSTALL) -d $(DESTDIR)$(PREFIX)/lib/vfield/initramfs/absent
	$(INSTALL) $(INITRAMFS_SCRIPTS) \
		$(DESTDIR)$(PREFIX)/lib/vfield/initramfs
	$(INSTALL) -m 644 $(INITRAMFS_ABSENT) \
		$(DESTDIR)$(PREFIX)/lib/vfield/initramfs/absent
	$(INSTALL) -m 644 $(INITRAMFS_DIR)/modules \
		$(DESTDIR)$(PREFIX)/lib/vfield/initramfs

.PHONY: install-initramfs

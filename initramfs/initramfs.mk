# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# vfield-mkinitramfs lies beside the programs.  The files that it puts into an
# initramfs are in lib/initramfs, or, once installed, in lib/vfield/initramfs.
INITRAMFS_DIR := $(BUILD)/lib/initramfs
INITRAMFS_SCRIPTS := $(addprefix $(INITRAMFS_DIR)/,init shutdown cluster managers site \
	unsquashfs)
INITRAMFS_ABSENT := $(patsubst initramfs/absent/%.c,\
	$(INITRAMFS_DIR)/absent/%,$(wildcard initramfs/absent/*.c))
PROGRAMS += $(BUILD)/bin/vfield-mkinitramfs $(INITRAMFS_SCRIPTS) \
	$(INITRAMFS_DIR)/modules $(INITRAMFS_ABSENT)

PROGRAMS += $(BUILD)/bin/vfield-attach
$(BUILD)/bin/vfield-attach: $(addprefix $(BUILD)/obj/initramfs/,attach.o \
		nbd_hello.o nbd_netlink.o vital.o) $(LIB_OBJS)
	$(call link)

# Modules without I/O are linked by the unit tests and the fuzzers.
CARD_PURE := $(addprefix $(BUILD)/obj/initramfs/,hold.o lease.o)
PROGRAMS += $(BUILD)/bin/vfield-card
$(BUILD)/bin/vfield-card: $(CARD_PURE) $(addprefix $(BUILD)/obj/initramfs/,\
		card.o vital.o) $(LIB_OBJS)
	$(call link)
$(addprefix $(BUILD)/tests/,card_hold card_lease) \
	$(addprefix $(BUILD)/fuzz/,card_lease card_rtnl): $(CARD_PURE)

$(BUILD)/bin/vfield-mkinitramfs: initramfs/vfield-mkinitramfs
	@mkdir -p $(@D)
	$(call quiet,CP)install -m 755 $< $@

$(INITRAMFS_SCRIPTS): $(INITRAMFS_DIR)/%: initramfs/%
	@mkdir -p $(@D)
	$(call quiet,CP)install -m 755 $< $@

$(INITRAMFS_DIR)/modules: initramfs/modules
	@mkdir -p $(@D)
	$(call quiet,CP)install -m 644 $< $@

# The stand-ins for absent libraries are built without a sanitizer, as the
# libraries themselves are.
$(INITRAMFS_ABSENT): $(INITRAMFS_DIR)/absent/%: initramfs/absent/%.c \
		initramfs/absent/%.map initramfs/absent/absent.h
	@mkdir -p $(@D)
	$(call quiet,CC)$(CC) $(WARN) $(CPPFLAGS) $(CFLAGS) -I. -shared -fPIC \
		$(LDFLAGS) -Wl,-soname,$* \
		-Wl,--version-script=initramfs/absent/$*.map -o $@ $<

MAN_PAGES += $(wildcard initramfs/*.[1-8])

INITRAMFS_TO = $(PREFIX)/lib/vfield/initramfs
INSTALLS += $(call put,755,$(INITRAMFS_TO),$(filter-out \
		%/cluster %/managers %/site,$(INITRAMFS_SCRIPTS))) \
	$(call put,644,$(INITRAMFS_TO),$(INITRAMFS_DIR)/cluster \
		$(INITRAMFS_DIR)/managers $(INITRAMFS_DIR)/site \
		$(INITRAMFS_DIR)/modules) \
	$(call put,644,$(INITRAMFS_TO)/absent,$(INITRAMFS_ABSENT))

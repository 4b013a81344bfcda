# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
MKIMAGE_LIST := $(BUILD)/lib/mkimage/exclude
PROGRAMS += $(BUILD)/bin/vfield-mkimage $(MKIMAGE_LIST)

# libblkid knows partition tables and superblocks
$(BUILD)/bin/vfield-mkimage: $(call objs,mkimage) $(LIB_OBJS)
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIB_LIBS) -lblkid

$(MKIMAGE_LIST): mkimage/exclude
	@mkdir -p $(@D)
	install -m 644 $< $@

install: install-mkimage
install-mkimage: all
	$(INSTALL) -d $(DESTDIR)$(PREFIX)/lib/vfield/mkimage
	$(INSTALL) -m 644 $(MKIMAGE_LIST) $(DESTDIR)$(PREFIX)/lib/vfield/mkimage

.PHONY: install-mkimage

# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
MKIMAGE_LIST := $(BUILD)/lib/mkimage/exclude
PROGRAMS += $(BUILD)/bin/vfield-mkimage $(MKIMAGE_LIST)

# Partition tables and superblocks are libblkid's to read.
$(BUILD)/bin/vfield-mkimage: $(call objs,mkimage) $(LIB_OBJS)
	$(call link,blkid)

$(MKIMAGE_LIST): mkimage/exclude
	@mkdir -p $(@D)
	$(call quiet,CP)install -m 644 $< $@

INSTALLS += $(call put,644,$(PREFIX)/lib/vfield/mkimage,$(MKIMAGE_LIST))

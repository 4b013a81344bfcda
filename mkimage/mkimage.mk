# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
MKIMAGE_LIST := $(BUILD)/lib/mkimage/exclude
MKIMAGE_PACKAGES := $(addprefix $(BUILD)/lib/mkimage/packages/,plugin build)
PROGRAMS += $(BUILD)/bin/vfield-mkimage $(MKIMAGE_LIST) $(MKIMAGE_PACKAGES)

MKIMAGE_OBJS := $(filter-out %/main.o,$(call objs,mkimage))
# libblkid reads partition tables and superblocks, libmount fstab, libacl ACLs.
MKIMAGE_LIBS := blkid mount libacl

$(BUILD)/bin/vfield-mkimage: $(call objs,mkimage) $(SITE_OBJS) $(AUTHORITY_OBJS) $(LIB_OBJS)
	$(call link,$(MKIMAGE_LIBS))

$(filter $(BUILD)/tests/mkimage_%,$(UNIT_TESTS)): $(BUILD)/tests/%: \
	$(BUILD)/obj/tests/unit/%.o $(MKIMAGE_OBJS) $(SITE_OBJS) $(AUTHORITY_OBJS) \
	$(LIB_OBJS)
	$(call link,$(MKIMAGE_LIBS) cmocka)

$(MKIMAGE_LIST): mkimage/exclude
	@mkdir -p $(@D)
	$(call quiet,CP)install -m 644 $< $@

$(MKIMAGE_PACKAGES): $(BUILD)/lib/%: %
	@mkdir -p $(@D)
	$(call quiet,CP)install -m $(if $(filter %/build,$@),755,644) $< $@

INSTALLS += $(call put,644,$(PREFIX)/lib/vfield/mkimage,$(MKIMAGE_LIST)) \
	$(call put,644,$(PREFIX)/lib/vfield/mkimage/packages,$(filter %/plugin,$(MKIMAGE_PACKAGES))) \
	$(call put,755,$(PREFIX)/lib/vfield/mkimage/packages,$(filter %/build,$(MKIMAGE_PACKAGES)))

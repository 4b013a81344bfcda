# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# The shipped plugins, where programs find them: share/vfield/plugins beside
# bin/, in the build too.
PLUGIN_FILES := $(shell find plugins/*/ -type f)
PROGRAMS += $(PLUGIN_FILES:%=$(BUILD)/share/vfield/%)

$(BUILD)/share/vfield/plugins/%: plugins/%
	@mkdir -p $(@D)
	$(call quiet,CP)cp -p $< $@

PLUGIN_RUN := $(foreach file,$(PLUGIN_FILES),$(if $(filter boot build check \
	install repair role %.gen,$(notdir $(file))),$(file)))
put_plugin = $(1):$(PREFIX)/share/vfield/$(patsubst %/,%,$(dir $(2))):$(2)
INSTALLS += $(foreach file,$(PLUGIN_FILES),$(call put_plugin,$(if $(filter \
	$(file),$(PLUGIN_RUN)),755,644),$(file)))

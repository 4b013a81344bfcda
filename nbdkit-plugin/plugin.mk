# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
PROGRAMS += $(BUILD)/lib/nbdkit-vfield-plugin.so

# nodelete: a connection's thread may run its destructors after .unload
$(BUILD)/lib/nbdkit-vfield-plugin.so: $(call objs,nbdkit-plugin) $(LIB_OBJS) \
		nbdkit-plugin/plugin.map
	$(call link,libnbd,-shared -Wl$(comma)-z$(comma)nodelete \
		-Wl$(comma)--version-script=nbdkit-plugin/plugin.map)

# Stores for tests/plugin-*.sh are filled by storetool.
$(BUILD)/tests/storetool: $(BUILD)/obj/tests/storetool.o $(LIB_OBJS)
	$(call link)

check: $(BUILD)/tests/storetool

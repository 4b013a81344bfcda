# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
PROGRAMS += $(BUILD)/lib/nbdkit-vfield-plugin.so

$(BUILD)/lib/nbdkit-vfield-plugin.so: $(call objs,nbdkit-plugin) $(LIB_OBJS) \
		nbdkit-plugin/plugin.map
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) -shared \
		-Wl,--version-script=nbdkit-plugin/plugin.map \
		-o $@ $(filter %.o,$^) $(LIB_LIBS) \
		$(shell pkg-config --libs libnbd)

# fills stores for tests/plugin-*.sh
$(BUILD)/tests/storetool: $(BUILD)/obj/tests/storetool.o $(LIB_OBJS)
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIB_LIBS)

check: $(BUILD)/tests/storetool

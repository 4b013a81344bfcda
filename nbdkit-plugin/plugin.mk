PROGRAMS += $(BUILD)/lib/nbdkit-vfield-plugin.so

$(BUILD)/lib/nbdkit-vfield-plugin.so: $(call objs,nbdkit-plugin) $(LIB_OBJS)
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) -shared -o $@ $^ $(LIB_LIBS) \
		$(shell pkg-config --libs libnbd)

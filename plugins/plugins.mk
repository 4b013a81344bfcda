# The boot service: vfield boot.
BOOT_MAIN := $(BUILD)/obj/plugins/boot/main.o
BOOT_OBJS := $(filter-out $(BOOT_MAIN),$(call objs,plugins/boot))
BOOT_LIBS := $(shell pkg-config --libs libmicrohttpd json-c uuid libsystemd)
PROGRAMS += $(BUILD)/bin/vfield-boot

$(BUILD)/bin/vfield-boot: $(BOOT_MAIN) $(BOOT_OBJS) $(CLIENT_OBJS) $(LIB_OBJS)
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIB_LIBS) $(BOOT_LIBS)

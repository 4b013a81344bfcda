# What vfield-mkinitramfs is made of: itself, beside the programs; the rest in
# lib/initramfs, or in lib/vfield/initramfs where it is installed.
INITRAMFS_DIR := $(BUILD)/lib/initramfs
INITRAMFS_SCRIPTS := $(addprefix $(INITRAMFS_DIR)/,init shutdown dhcp cluster)
INITRAMFS_STUB := $(INITRAMFS_DIR)/libxml2.so.2
PROGRAMS += $(BUILD)/bin/vfield-mkinitramfs $(INITRAMFS_SCRIPTS) \
	$(INITRAMFS_DIR)/modules $(INITRAMFS_STUB)

PROGRAMS += $(BUILD)/bin/vfield-attach
$(BUILD)/bin/vfield-attach: $(addprefix $(BUILD)/obj/initramfs/,attach.o \
		nbd_hello.o nbd_netlink.o) $(LIB_OBJS)
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIB_LIBS)

$(BUILD)/bin/vfield-mkinitramfs: initramfs/vfield-mkinitramfs
	@mkdir -p $(@D)
	install -m 755 $< $@

$(INITRAMFS_SCRIPTS): $(INITRAMFS_DIR)/%: initramfs/%
	@mkdir -p $(@D)
	install -m 755 $< $@

$(INITRAMFS_DIR)/modules: initramfs/modules
	@mkdir -p $(@D)
	install -m 644 $< $@

# Never sanitized: it stands in for a library that is not either.
$(INITRAMFS_STUB): initramfs/no_xml2.c initramfs/no_xml2.map
	@mkdir -p $(@D)
	$(CC) -O2 -shared -fPIC -Wl,-soname,libxml2.so.2 \
		-Wl,--version-script=initramfs/no_xml2.map -o $@ $<

MAN_PAGES += $(wildcard initramfs/*.[1-8])

install: install-initramfs
install-initramfs: all
	$(INSTALL) -d $(DESTDIR)$(PREFIX)/lib/vfield/initramfs
	$(INSTALL) $(INITRAMFS_SCRIPTS) $(INITRAMFS_STUB) \
		$(DESTDIR)$(PREFIX)/lib/vfield/initramfs
	$(INSTALL) -m 644 $(INITRAMFS_DIR)/modules \
		$(DESTDIR)$(PREFIX)/lib/vfield/initramfs

.PHONY: install-initramfs

/* Labels of sockets, for nbdkit --selinux-label. */
#include "initramfs/absent/absent.h"

ABSENT(setsockcreatecon_raw)

# SPDX-License-Identifier: MIT
# The core layer's init is busybox's.
REQUIRED_DISTRO_FEATURES = "xen"

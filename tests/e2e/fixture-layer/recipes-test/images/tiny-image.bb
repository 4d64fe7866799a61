# SPDX-License-Identifier: MIT
require tiny-image.inc
inherit core-image
TINY_FSTYPES ?= "tar.bz2"
IMAGE_FSTYPES = "${TINY_FSTYPES}"
FEATURE_PACKAGES_my-feature = "editor-low"
FEATURE_PACKAGES_maybe = "editor-plugin-none"
FEATURE_PACKAGES_maybe[optional] = "1"
FEATURE_PACKAGES_fresh = "editor-high"
FEATURE_PACKAGES_stale = "editor-low"
IMAGE_FEATURES_REPLACES_fresh = "stale"
FEATURE_PACKAGES_red = ""
FEATURE_PACKAGES_blue = ""
IMAGE_FEATURES_CONFLICTS_red = "blue"
# Defined, but in no list: never run.
never_run() {
	touch ${IMAGE_ROOTFS}/etc/never-run
}

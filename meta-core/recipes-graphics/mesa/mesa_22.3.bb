# SPDX-License-Identifier: MIT

SUMMARY = "OpenGL for X, drawn by the processor, from Debian"
LICENSE = "MIT"
SECTION = "x11/libs"

inherit debian_package features_check

REQUIRED_DISTRO_FEATURES = "x11 opengl"
DEPENDS = "glibc debian-libs debian-libs-x11"
PROVIDES += "virtual/libgl"

# The compiler that shaders go through is most of the size, 170 MB with what it needs.
DEBIAN_VERSIONED = "libgl1-mesa-dri"
DEBIAN_PACKAGES = "libgl1 libglx0 libglvnd0 libegl1 libglx-mesa0 libgl1-mesa-dri libglapi-mesa libdrm-amdgpu1 libdrm-nouveau2 \
                   libdrm-radeon1 libsensors5 libllvm15 libedit2 libxml2 libicu72 libz3-4 libxcb-dri2-0 libxcb-dri3-0 \
                   libxcb-glx0 libxcb-present0 libxcb-randr0 libxcb-shm0 libxcb-sync1 libxcb-xfixes0 libxfixes3 libxxf86vm1"

# One driver under some fifty names: those of the software and of QEMU's screen are left.
do_install:append() {
	for driver in ${D}/usr/lib/${TARGET_SYS}/dri/*; do
		case ${driver##*/} in
		swrast_dri.so|kms_swrast_dri.so|virtio_gpu_dri.so) ;;
		*) rm $driver ;;
		esac
	done
	rm -rf ${D}/etc ${D}/usr/share/libdrm
}

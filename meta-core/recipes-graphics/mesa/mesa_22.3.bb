# SPDX-License-Identifier: MIT

SUMMARY = "OpenGL for X, drawn by the processor, from Debian"
LICENSE = "MIT"
LIC_FILES_CHKSUM = "file://libgl1/usr/share/doc/libgl1/copyright;md5=96aa9f3a44040e7d50de816f57487503 \
                    file://libglx-mesa0/usr/share/doc/libglx-mesa0/copyright;md5=2e2ab611d68364893311e9a62c77c3a5 \
                    file://libdrm-amdgpu1/usr/share/doc/libdrm-amdgpu1/copyright;md5=f877b409d7f2dfcf6e3e2a139d19798c \
                    file://libsensors5/usr/share/doc/libsensors5/copyright;md5=0d860785814215f1c98a6018d17bf76d \
                    file://libllvm15/usr/share/doc/libllvm15/copyright;md5=ec6f7011b45cef66cfdff004963c6bb2 \
                    file://libedit2/usr/share/doc/libedit2/copyright;md5=f7af8917847d961cd40ec83a79dea107 \
                    file://libxml2/usr/share/doc/libxml2/copyright;md5=35ac66460fc3525d9d7531986ebc1dc3 \
                    file://libicu72/usr/share/doc/libicu72/copyright;md5=103fe2146977a9f78d50aa3df96ada1c \
                    file://libz3-4/usr/share/doc/libz3-4/copyright;md5=e803a46feb27e4b26c5f7f4886e92982 \
                    file://libxcb-dri2-0/usr/share/doc/libxcb-dri2-0/copyright;md5=618ee90893b45d0d0c19d41a3a3d2e7d \
                    file://libxfixes3/usr/share/doc/libxfixes3/copyright;md5=4971272ebcf7ee7796b87562d878b300 \
                    file://libxxf86vm1/usr/share/doc/libxxf86vm1/copyright;md5=ff60738efe36e8adf23a2dbf07a4cea2"
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

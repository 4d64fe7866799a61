# SPDX-License-Identifier: MIT
# Features of the VM images, for IMAGE_FEATURES.

inherit core-image

# Starting guests, with the kernel's help for their network.
FEATURE_PACKAGES_qemu-virtualization = " \
    qemu \
    qemu-rnd-helper \
    kernel-module-vhost \
    kernel-module-vhost-net \
    kernel-module-tap \
"

FEATURE_PACKAGES_benchmark = " \
    screen \
    tii-benchmark \
"

GUI_BENCHMARK_TOOLS = "x11perf xrestop xwininfo xprop"
GUI_GL_BENCHMARK_TOOLS = "mesa-demos"
GUI_GL_TEST_TOOLS = "piglit"

FEATURE_PACKAGES_gui-benchmark = " \
    ${@bb.utils.contains('DISTRO_FEATURES', 'x11', d.getVar('GUI_BENCHMARK_TOOLS'), '', d)} \
    ${@bb.utils.contains('DISTRO_FEATURES', 'x11 opengl', d.getVar('GUI_GL_BENCHMARK_TOOLS'), '', d)} \
"

FEATURE_PACKAGES_gui-test = " \
    ${@bb.utils.contains('DISTRO_FEATURES', 'x11 opengl', d.getVar('GUI_GL_TEST_TOOLS'), '', d)} \
"

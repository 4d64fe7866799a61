# SPDX-License-Identifier: MIT
# The kernel's and U-Boot's names for the target.

ARCH ?= "${@kernel_arch_name(d.getVar('TARGET_ARCH'))}"
export ARCH
UBOOT_ARCH ?= "${ARCH}"
export CROSS_COMPILE = "${TARGET_PREFIX}"

def kernel_arch_name(arch):
    names = {'aarch64': 'arm64', 'x86_64': 'x86', 'i586': 'x86', 'i686': 'x86', 'armv7a': 'arm', 'riscv64': 'riscv'}
    return names.get(arch, arch)

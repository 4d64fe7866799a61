require recipes-kernel/linux-libc-headers/linux-libc-headers.inc

SRC_URI = "https://source.invalid/linux-${PV}.tar.xz"
LIC_FILES_CHKSUM = "file://COPYING;md5=6bc538ed5bd9a7fc9398086aedcd7e46"

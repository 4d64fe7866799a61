#!/bin/sh
# SPDX-License-Identifier: MIT
# build.sh FOLDER POKY PROGRAM-FOLDER [BUILD [ARGUMENT...]]: builds core-image-minimal in FOLDER/BUILD (default: build) with
# the `bitbake` of PROGRAM-FOLDER: bbc's drop-in folder or POKY/bitbake/bin. What is there already (downloads, shared state,
# a half-done build) is used, so this goes on where an earlier run ended. Arguments replace "-k core-image-minimal".
set -e
base=$1 poky=$2 program=$3
[ $# -ge 3 ] || { echo "usage: build.sh FOLDER POKY PROGRAM-FOLDER [BUILD [ARGUMENT...]]" >&2; exit 2; }
shift 3
build=$base/${1:-build}
[ $# -eq 0 ] || shift
mkdir -p "$build/conf"
if [ ! -e "$build/conf/local.conf" ]; then
    cat > "$build/conf/bblayers.conf" << EOF
POKY_BBLAYERS_CONF_VERSION = "2"
BBPATH = "\${TOPDIR}"
BBFILES ?= ""
BBLAYERS ?= "$poky/meta $poky/meta-poky $base/meta-source"
EOF
    cat > "$build/conf/local.conf" << EOF
MACHINE = "qemux86-64"
DISTRO = "poky-source"
CONF_VERSION = "2"
BB_NO_NETWORK = "1"
DL_DIR = "$base/downloads"
SSTATE_DIR = "$base/sstate-cache"
BB_NUMBER_THREADS = "${JOBS:-2}"
PARALLEL_MAKE = "-j${JOBS:-2}"
EXTRA_IMAGE_FEATURES = "debug-tweaks"
EOF
fi
cd "$build"
PATH=$program:$poky/bitbake/bin:$poky/scripts:/usr/bin:/bin:/usr/sbin:/sbin
BBPATH=$build BUILDDIR=$build LANG=en_US.UTF-8 PYTHONHASHSEED=0
export PATH BBPATH BUILDDIR LANG PYTHONHASHSEED
[ $# -gt 0 ] || set -- -k core-image-minimal
exec bitbake "$@"

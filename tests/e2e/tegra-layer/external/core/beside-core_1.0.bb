# SPDX-License-Identifier: MIT
LICENSE = "MIT"
SEEN = "${@tegratest.LAYER}"

# SPDX-License-Identifier: MIT
# Two packages with a program of the same name.
LICENSE = "MIT"
inherit allarch update-alternatives
do_install() {
	install -d ${D}${bindir}
	echo low > ${D}${bindir}/edit
	echo high > ${D}${bindir}/edit-high
}
PACKAGES = "editor-low editor-high"
# What might be made, but is not.
PACKAGES_DYNAMIC = "^editor-plugin-.*"
FILES:editor-low = "${bindir}/edit"
FILES:editor-high = "${bindir}/edit-high"
ALTERNATIVE:editor-low = "edit"
ALTERNATIVE:editor-high = "edit"
ALTERNATIVE_TARGET_editor-high = "${bindir}/edit-high"
ALTERNATIVE_PRIORITY_editor-high = "100"

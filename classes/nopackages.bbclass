# SPDX-License-Identifier: MIT
# For recipes that make no packages.

deltask do_package
deltask do_packagedata
deltask do_package_write_deb
deltask do_packagedata_setscene
deltask do_package_write_deb_setscene
PACKAGES = ""
PACKAGES_DYNAMIC = ""

# 2.40 has the fixes of CVE-*; the libtool that it carries is right for a cross tool chain that is not moved.
SRC_URI:remove = "file://0008-Use-libtool-2.4.patch file://0009-Fix-rpath-in-libtool-when-sysroot-is-enabled.patch \
    file://0010-sync-with-OE-libtool-changes.patch file://0007-fix-the-incorrect-assembling-for-ppc-wait-mnemonic.patch \
    file://0013-CVE-2022-38533.patch file://0014-CVE-2022-38128-1.patch file://0014-CVE-2022-38128-2.patch \
    file://0014-CVE-2022-38128-3.patch file://0015-CVE-2022-4285.patch"

# Made for 1.21.9: scripts of packages that are installed into a root run outside of it, and find it in D.
SRC_URI:remove = "file://0003-Our-pre-postinsts-expect-D-to-be-set-when-running-in.patch"
do_configure:prepend() {
    grep -q 'setenv("D"' ${S}/src/main/script.c ||
        sed -i '/size_t instdirlen = /a\    if (instdirlen > 0) { setenv("D", instdir, 1); return cmd->filename; }' ${S}/src/main/script.c
}
# Later versions take digests from there.
DEPENDS:append:class-native = " libmd-native"
# perl-native is the host's.
PERL:class-native = "/usr/bin/perl"

SUMMARY = "The host's apt, with the configuration that OpenEmbedded's package manager fills in"
LICENSE = "MIT"
LIC_FILES_CHKSUM = "file://${COMMON_LICENSE_DIR}/MIT;md5=0835ade698e0bcf8506ecda2f7b4f302"
INHIBIT_DEFAULT_DEPS = "1"
inherit native

# Words between # are OpenEmbedded's: it puts its own paths there.
do_install() {
    install -d ${D}${sysconfdir}/apt ${D}${localstatedir}/lib/apt ${D}${localstatedir}/cache/apt
    cat > ${D}${sysconfdir}/apt/apt.conf.sample << EOF
Dir "${STAGING_DIR_NATIVE}/" {
    State "var/lib/apt/" { Lists "#APTCONF#/lists/"; status "#ROOTFS#/var/lib/dpkg/status"; };
    Cache "var/cache/apt/" { Archives "archives/"; pkgcache ""; srcpkgcache ""; };
    Bin "${STAGING_BINDIR_NATIVE}/" { methods "/usr/lib/apt/methods/"; gzip "/bin/gzip"; dpkg "dpkg"; };
    Etc "#APTCONF#" { Preferences "preferences"; };
    Log "var/log/apt";
};
APT
{
  Install-Recommends "true";
  Immediate-Configure "false";
  Architecture "i586";
  Get { Assume-Yes "true"; };
  Sandbox::User "root";
};
Acquire { AllowInsecureRepositories "true"; };
DPkg::Options { "--root=#ROOTFS#"; "--admindir=#ROOTFS#/var/lib/dpkg"; "--force-all"; "--no-debsig"; };
DPkg::Path "";
EOF
}

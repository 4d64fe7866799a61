# SPDX-License-Identifier: MIT
"""What each recipe of langdale builds from: Debian's source package, its upstream version, and how the recipe names it."""

# Debian's package, upstream version there (with Debian's own suffix where that differs: "1.2.13.dfsg" is 1.2.13), the
# recipe's append, the archive that the recipe expects, its folder. {v} is the version.
ARCHIVES = """
m4              1.4.19            m4-native_%         m4-{v}.tar.gz                 m4-{v}
autoconf        2.71              autoconf_%          autoconf-{v}.tar.gz           autoconf-{v}
autoconf-archive 20241016:2024.10.16! autoconf-archive_% autoconf-archive-{v}.tar.xz autoconf-archive-{v}
automake-1.16   1.16.5            automake_%          automake-{v}.tar.gz           automake-{v}
libtool         2.4.7             libtool-native_%    libtool-{v}.tar.gz            libtool-{v}
libtool         2.4.7             libtool-cross_%     libtool-{v}.tar.gz            libtool-{v}
attr            2.5.1             attr_%              attr-{v}.tar.gz               attr-{v}
patch           2.7.6             patch_%             patch-{v}.tar.gz              patch-{v}
bzip2           1.0.8             bzip2_%             bzip2-{v}.tar.gz              bzip2-{v}
bison           3.8.2             bison_%             bison-{v}.tar.xz              bison-{v}
flex            2.6.4             flex_%              flex-{v}.tar.gz               flex-{v}
gperf           3.1               gperf_%             gperf-{v}.tar.gz              gperf-{v}
zlib            1.2.13.dfsg:1.2.13 zlib_%             zlib-{v}.tar.gz               zlib-{v}
libcap2         2.66              libcap_%            libcap-{v}.tar.xz             libcap-{v}
libgcrypt20     1.10.1            libgcrypt_%         libgcrypt-{v}.tar.bz2         libgcrypt-{v}
libgpg-error    1.46!             libgpg-error_%      libgpg-error-{v}.tar.bz2      libgpg-error-{v}
nettle          3.8.1             nettle_%            nettle-{v}.tar.gz             nettle-{v}
gnutls28        3.7.9!            gnutls_%            gnutls-{v}.tar.xz             gnutls-{v}
libunistring    1.0               libunistring_%      libunistring-{v}.tar.gz       libunistring-{v}
gmp             6.2.1+dfsg1:6.2.1 gmp_6.2.1           gmp-{v}.tar.bz2               gmp-{v}
mpfr4           4.2.0!            mpfr_%              mpfr-{v}.tar.xz               mpfr-{v}
mpclib3         1.3.1!            libmpc_%            mpc-{v}.tar.gz                mpc-{v}
cpio            2.13+dfsg:2.13    cpio_%              cpio-{v}.tar.gz               cpio-{v}
db5.3           5.3.28+dfsg2:5.3.28 db_%              db-{v}.tar.gz                 db-{v}
unifdef         2.10!             unifdef_%           unifdef-{v}.tar.xz            unifdef-{v}
libmd           1.0.4             libmd_%             libmd-{v}.tar.xz              libmd-{v}
busybox         1.35.0            busybox_%           busybox-{v}.tar.bz2           busybox-{v}           tarball.
quilt           0.68!             quilt_%             quilt-{v}.tar.gz              quilt-{v}
quilt           0.68!             quilt-native_%      quilt-{v}.tar.gz              quilt-{v}
xz-utils        5.4.1!            xz_%                xz-{v}.tar.gz                 xz-{v}
popt            1.19+dfsg:1.19!   popt_%              popt-{v}.tar.gz               popt-{v}
elfutils        0.188!            elfutils_%          elfutils-{v}.tar.bz2          elfutils-{v}
rsync           3.2.7!            rsync_%             rsync-{v}.tar.gz              rsync-{v}
lua5.4          5.4.4             lua_%               lua-{v}.tar.gz                lua-{v}               tarballsrc.
pigz            2.8!              pigz_%              pigz-{v}.tar.gz               pigz-{v}
bc              1.07.1            bc_%                bc-{v}.tar.gz                 bc-{v}
netbase         6.5!              netbase_%           netbase_{v}.tar.xz            netbase-{v}
base-passwd     3.6.8!            base-passwd_%       base-passwd_{v}.tar.xz        work
apt             2.6.1!            apt_%               apt_{v}.tar.xz                apt-{v}
gcc-12          12.2.0            gcc-source_%        gcc-{v}.tar.xz                gcc-{v}
"""
# The same for recipes that fetch by git (name, or name and the folder of the archive that is wanted); last, the entry of SRC_URI that the archive stands for.
REPOSITORIES = """
lz4             1.9.4             lz4_%               lz4        git://github.com/lz4/lz4.git;branch=release;protocol=https
xxhash          0.8.1             xxhash_%            xxhash     git://github.com/Cyan4973/xxHash.git;branch=release;protocol=https
libzstd         1.5.4+dfsg2:1.5.4! zstd_%             zstd       git://github.com/facebook/zstd.git;branch=release;protocol=https
file            5.44!             file_%              file       git://github.com/file/file.git;branch=master;protocol=https
rpm             4.18.0+dfsg:4.18.0 rpm_%              rpm        git://github.com/rpm-software-management/rpm;branch=rpm-4.18.x;protocol=https
dpkg            1.21.23!          dpkg_%              dpkg       git://salsa.debian.org/dpkg-team/dpkg.git;protocol=https;branch=main
kmod            30                kmod_%              kmod       git://git.kernel.org/pub/scm/utils/kernel/kmod/kmod.git;branch=master
musl            1.2.3!            musl_%              musl       git://git.musl-libc.org/musl;branch=master
pseudo          1.9.0+git20230301:1.9.0! pseudo_%     pseudo     git://git.yoctoproject.org/pseudo;branch=oe-core
pkg-config      0.29.2!           pkgconfig_%         pkgconfig  git://gitlab.freedesktop.org/pkg-config/pkg-config.git;branch=master;protocol=https
automake-1.16   1.16.5!           gnu-config_%        gnu-config/lib git://git.savannah.gnu.org/git/config.git;protocol=https;branch=master
binutils        2.40!             binutils-cross_%    binutils   git://sourceware.org/git/binutils-gdb.git;branch=binutils-2_39-branch;protocol=git
"""
# What recipes of our own in the layer build from.
OWN = """
linux           6.1.176           linux-source_%      linux-{v}.tar.xz              linux-{v}
linux           6.1.176           linux-libc-headers_6.1.176 linux-{v}.tar.xz       linux-{v}
linux           6.1.176           kern-tools-native_% linux-{v}.tar.xz              linux-{v}
sqlite3         3.40.1            sqlite3-native_%    sqlite3-{v}.tar.gz            sqlite3-{v}
gnutls28        3.7.9             gtk-doc-native_%    gnutls-{v}.tar.xz             gnutls-{v}
pkg-config      0.29.2            pkg-macros-native_% pkgconfig-debian-{v}.tar.gz   git
"""
# Patches of poky's for files that Debian leaves out of an archive (documentation under a license of its own): the recipe's
# append, the patch, what to leave out of it.
TRIMMED = [
    ("gcc-source_%", "meta/recipes-devtools/gcc/gcc/0002-gcc-poison-system-directories.patch", "gcc/doc/"),
]


def _entry(package, version, recipe, file, top, tag="", git=""):
    find, _, v = version.rstrip("!").partition(":")
    return {"debian": package, "find": find, "version": v or find, "new": version.endswith("!"), "recipe": recipe + ".bbappend",
            "file": file, "top": top, "tag": tag, "git": git, "part": ""}


def entries():
    """One dict for each line above."""
    for line in (ARCHIVES + OWN).strip().splitlines():
        if line:
            yield _entry(*line.split())
    for line in REPOSITORIES.strip().splitlines():
        package, version, recipe, name, git = line.split()
        name, _, part = name.partition("/")
        yield dict(_entry(package, version, recipe, name + "-debian-{v}.tar.gz", "git", git=git), part=part)

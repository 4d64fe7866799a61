# SPDX-License-Identifier: MIT

SUMMARY = "Libraries of X programs from Debian, one package each"
LICENSE = "MIT"
LIC_FILES_CHKSUM = "file://libbrotli1/usr/share/doc/libbrotli1/copyright;md5=88a64abee92ba0e2810574d815fa4900 \
                    file://libbsd0/usr/share/doc/libbsd0/copyright;md5=72659157df85e4f094334122a24b353e \
                    file://libbz2-1.0/usr/share/doc/libbz2-1.0/copyright;md5=8171a9bd4b60caf0ab19b02ec8495111 \
                    file://libcap2/usr/share/doc/libcap2/copyright;md5=6d582de9fd11c6061f48921e73195b3c \
                    file://libdatrie1/usr/share/doc/libdatrie1/copyright;md5=a515e78515c213b38b7d1b549a8681f4 \
                    file://libdbus-1-3/usr/share/doc/libdbus-1-3/copyright;md5=e71ad57060aace39bb80ab360f757e93 \
                    file://libdrm2/usr/share/doc/libdrm2/copyright;md5=f877b409d7f2dfcf6e3e2a139d19798c \
                    file://libevdev2/usr/share/doc/libevdev2/copyright;md5=b0be9a5968dc46c677bdead3d378a470 \
                    file://libexpat1/usr/share/doc/libexpat1/copyright;md5=c1b12856c3814fdeed96d5657810cf64 \
                    file://libfontconfig1/usr/share/doc/libfontconfig1/copyright;md5=4648df9e8d6215ae7dd16ce863b16967 \
                    file://libfontenc1/usr/share/doc/libfontenc1/copyright;md5=e085929fb15e73b61f65c99625f9a3b7 \
                    file://libfreetype6/usr/share/doc/libfreetype6/copyright;md5=25bd4a30afaea556008d9b47ad64dd1f \
                    file://libfribidi0/usr/share/doc/libfribidi0/copyright;md5=67112eb1718c633bb85d173832891796 \
                    file://libgcrypt20/usr/share/doc/libgcrypt20/copyright;md5=fd50a46485f2520930843f57697ea5cb \
                    file://libgdk-pixbuf-2.0-0/usr/share/doc/libgdk-pixbuf-2.0-0/copyright;md5=9276a9cc55c32b8c333ef1ed1966aa56 \
                    file://libgpg-error0/usr/share/doc/libgpg-error0/copyright;md5=c98e3091a268a49112fbf66c3029577c \
                    file://libgraphite2-3/usr/share/doc/libgraphite2-3/copyright;md5=185840a35df7a3cb8bced90fa49789e9 \
                    file://libharfbuzz0b/usr/share/doc/libharfbuzz0b/copyright;md5=304dff5a8f5b6e8791ba00a3492401b6 \
                    file://libice6/usr/share/doc/libice6/copyright;md5=898339c526e44e5e60c5ff2ff367fe84 \
                    file://liblz4-1/usr/share/doc/liblz4-1/copyright;md5=102f9e3db18eb21c3e85960b56ee85a2 \
                    file://libmatchbox1/usr/share/doc/libmatchbox1/copyright;md5=51f952d56cc173d62adfb13bf1dd1706 \
                    file://libmd0/usr/share/doc/libmd0/copyright;md5=0436d4fb62a71f661d6e8b7812f9e1df \
                    file://libmtdev1/usr/share/doc/libmtdev1/copyright;md5=136ea59386b95f1b19f5c58c277b941d \
                    file://libpango-1.0-0/usr/share/doc/libpango-1.0-0/copyright;md5=8b23d1a3e667d90e9f0055ceaeea0793 \
                    file://libpciaccess0/usr/share/doc/libpciaccess0/copyright;md5=2a986195bd32264e1b2d36c39c95f26d \
                    file://libperl5.36/usr/share/doc/libperl5.36/copyright;md5=6e6230d8bb048b42737a17e7c2484492 \
                    file://libptytty0/usr/share/doc/libptytty0/copyright;md5=a29b90a5b22da867ee09ba7918560ed7 \
                    file://libsm6/usr/share/doc/libsm6/copyright;md5=441d03f1cf9d4a92cff6c80ca328d75d \
                    file://libstartup-notification0/usr/share/doc/libstartup-notification0/copyright;md5=5e0ccef1133249ac0cde37692acf7753 \
                    file://libsystemd0/usr/share/doc/libsystemd0/copyright;md5=b16a86fb841b001b52a5c5caccf526c2 \
                    file://libthai0/usr/share/doc/libthai0/copyright;md5=ab50525272d9f3296992acd8462b8225 \
                    file://libunwind8/usr/share/doc/libunwind8/copyright;md5=7ff5e78e2ec003eebdb2a372777d4dc8 \
                    file://libx11-6/usr/share/doc/libx11-6/copyright;md5=6121e1d103eb0c51500be21cdd73e4b4 \
                    file://libxau6/usr/share/doc/libxau6/copyright;md5=68d1360baf180902ffd5a66615982847 \
                    file://libxaw7/usr/share/doc/libxaw7/copyright;md5=f266212d559af26ef96046b516ea6f09 \
                    file://libxcb-shape0/usr/share/doc/libxcb-shape0/copyright;md5=618ee90893b45d0d0c19d41a3a3d2e7d \
                    file://libxcb-util1/usr/share/doc/libxcb-util1/copyright;md5=345437224b3550fc8dec5408d7b2265f \
                    file://libxcvt0/usr/share/doc/libxcvt0/copyright;md5=4ba94661cdead3403e8191dcab323934 \
                    file://libxdmcp6/usr/share/doc/libxdmcp6/copyright;md5=35343781bdf52fb6ccc51e0985418707 \
                    file://libxext6/usr/share/doc/libxext6/copyright;md5=af5a02b4a8dbaa3f8d85dd436a2c957c \
                    file://libxfont2/usr/share/doc/libxfont2/copyright;md5=5d2ae4b78391423239aa7e02f1d85c7f \
                    file://libxft2/usr/share/doc/libxft2/copyright;md5=46a31477b69ef550bd7d3fa0429854f3 \
                    file://libxkbfile1/usr/share/doc/libxkbfile1/copyright;md5=f54c058173d01b14ec6a5822036c647e \
                    file://libxmu6/usr/share/doc/libxmu6/copyright;md5=2d251d0d641d530c647a029c3b6c08bc \
                    file://libxpm4/usr/share/doc/libxpm4/copyright;md5=d5be0980429ecb3f7a6e1563a8eac303 \
                    file://libxrender1/usr/share/doc/libxrender1/copyright;md5=90df4691e5d950d83930ef2f933c4b54 \
                    file://libxres1/usr/share/doc/libxres1/copyright;md5=3eee6e3c9993f41d3364a3dea0eefe02 \
                    file://libxshmfence1/usr/share/doc/libxshmfence1/copyright;md5=18a9757c949ca195a8eac5f19312d7ce \
                    file://libxt6/usr/share/doc/libxt6/copyright;md5=e9a0b12fec411efc47fe9ba2f0b3d635"
SECTION = "x11/libs"

inherit debian_package features_check

REQUIRED_DISTRO_FEATURES = "x11"
DEPENDS = "glibc debian-libs"
DEBIAN_SPLIT = "1"
DEBIAN_VERSIONED = ""
DEBIAN_CLOSURE_OF = "xserver-xorg-core xinit x11-apps x11-utils xrestop matchbox-window-manager rxvt-unicode x11-xkb-utils \
                     xserver-xorg-input-evdev"
DEBIAN_CLOSURE_ONLY = "${DEBIAN_PACKAGES}"
# What those programs are linked with, and what that is linked with in turn; without what is in debian-libs already. No
# Mesa: nothing here draws with OpenGL.
DEBIAN_PACKAGES = "libbrotli1 libbsd0 libbz2-1.0 libcap2 libdatrie1 libdbus-1-3 libdrm2 libevdev2 libexpat1 libfontconfig1 \
                   libfontenc1 libfreetype6 libfribidi0 libgcrypt20 libgdk-pixbuf-2.0-0 libgpg-error0 libgraphite2-3 \
                   libharfbuzz0b libice6 liblz4-1 libmatchbox1 libmd0 libmtdev1 libncurses6 libpango-1.0-0 libpangoft2-1.0-0 \
                   libpangoxft-1.0-0 libpciaccess0 libperl5.36 libptytty0 libsm6 libstartup-notification0 libsystemd0 libthai0 \
                   libunwind8 libx11-6 libx11-xcb1 libxau6 libxaw7 libxcb-shape0 libxcb-util1 libxcb1 libxcvt0 libxdmcp6 \
                   libxext6 libxfont2 libxft2 libxkbfile1 libxmu6 libxmuu1 libxpm4 libxrender1 libxres1 libxshmfence1 libxt6"

# Loaders of rare picture formats, Perl's modules, settings: the libraries alone are wanted.
do_install:append() {
	rm -rf ${D}/usr/share ${D}/etc ${D}/usr/bin ${D}/usr/libexec ${D}/usr/lib/${TARGET_SYS}/gdk-pixbuf-2.0 \
		${D}/usr/lib/${TARGET_SYS}/perl ${D}/usr/lib/${TARGET_SYS}/perl5
	# The helper that asks for pictures' loaders has nothing to load either.
	find ${D} -type d -empty -delete
}

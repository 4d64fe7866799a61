# The recipe links in this folder, which only C++ makes.
do_install:prepend() {
    install -d ${D}${includedir}/c++/${BINV}
}

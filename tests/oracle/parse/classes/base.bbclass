inherit both
base_do_fetch() {
    :
}
do_build() {
    :
}
addtask build
addtask fetch
addtask unpack after do_fetch
addtask compile after do_unpack before do_build
do_compile[dirs] = "${B} ${S}"
do_compile[cleandirs] = "${B}"
python base_do_compile() {
    bb.note("compiling")
}
EXPORT_FUNCTIONS do_fetch do_compile

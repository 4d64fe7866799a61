inherit base exporter
do_configure() {
	tabs
    and trailing   
}
fakeroot do_install() {
    :
}
fakeroot python do_package() {
    pass
}
do_install:append() {
    more
}
do_install:append:over1 () {
    more for over1
}
do_compile:prepend() {
    first
}
def helper(a, b=1):
    # a comment

    return a


do_redefined() {
    shell
}
python do_redefined() {
    pass
}
python do_other() {
    pass
}
do_other() {
    shell
}
def last(d): return 1
python do_handler() {
    pass
}
do_handler[eventmask] = "bb.event.BuildStarted"

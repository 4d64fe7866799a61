exporter_do_compile() {
    echo exporter
}
exporter_do_late() {
    echo late
}
do_late[dirs] = "/late"
EXPORT_FUNCTIONS do_compile do_late do_configure

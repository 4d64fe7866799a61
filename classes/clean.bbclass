# SPDX-License-Identifier: MIT
# Undoing what a recipe did, in three steps.

addtask clean
do_clean[nostamp] = "1"
do_clean[doc] = "Removes the recipe's work folder, stamps and what it put into shared areas"
python do_clean() {
    sstate_clean_all(d)
    for path in ('${WORKDIR}', '${STAMP}.*', '${IMGDEPLOYDIR}'):
        bb.utils.remove(d.expand(path), recurse=True)
    for function in command_list('CLEANFUNCS', d):
        bb.build.exec_func(function, d)
}
CLEANFUNCS ?= ""

addtask cleansstate after do_clean
do_cleansstate[nostamp] = "1"
do_cleansstate[doc] = "do_clean, and removes the recipe's objects from SSTATE_DIR"
python do_cleansstate() {
    sstate_delete_objects(d)
}

addtask cleanall after do_cleansstate
do_cleanall[nostamp] = "1"
do_cleanall[doc] = "do_cleansstate, and removes the recipe's downloads"
python do_cleanall() {
    uris = (d.getVar('SRC_URI') or '').split()
    if not uris:
        return
    try:
        bb.fetch2.Fetch(uris, d).clean()
    except bb.fetch2.BBFetchException as e:
        bb.fatal(str(e))
}

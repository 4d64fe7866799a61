# SPDX-License-Identifier: MIT
# INHERIT += "rm_work" removes what a recipe's work folder holds once the recipe is built; logs stay.
# RM_WORK_EXCLUDE lists recipes to keep, RM_WORK_EXCLUDE_ITEMS what stays of the others.

RM_WORK_EXCLUDE ?= ""
RM_WORK_EXCLUDE_ITEMS ?= "temp pseudo"

addtask rm_work before do_build
do_rm_work[doc] = "Removes the work folder of a recipe that is built"
do_rm_work() {
	cd ${WORKDIR}
	for item in *; do
		case " ${RM_WORK_EXCLUDE_ITEMS} " in
		*" $item "*) ;;
		*) rm -rf -- "$item" ;;
		esac
	done
}

python () {
    if d.getVar('PN') in (d.getVar('RM_WORK_EXCLUDE') or '').split():
        bb.build.deltask('do_rm_work', d)
        return
    # After everything else that do_build waits for.
    tasks = d.getVar('__BBTASKS', False) or []
    last = [t for t in ('do_populate_sysroot', 'do_package_write_deb', 'do_deploy', 'do_image_complete') if t in tasks]
    d.appendVarFlag('do_rm_work', 'depends', ''.join(' %s:%s' % (d.getVar('PN'), t) for t in last))
}

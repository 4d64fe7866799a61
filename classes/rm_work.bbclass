# SPDX-License-Identifier: MIT
# INHERIT += "rm_work" removes what a recipe's work folder holds once the recipe is built; logs stay.
# RM_WORK_EXCLUDE lists recipes to keep, RM_WORK_EXCLUDE_ITEMS what stays of the others.

RM_WORK_EXCLUDE ?= ""
RM_WORK_EXCLUDE_ITEMS ?= "temp fakeroot"

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

# Who builds an image is not asked to build each recipe behind it, so their folders go with the image's.
addtask rm_work_all after do_rm_work before do_build
do_rm_work_all[recrdeptask] = "do_rm_work"
do_rm_work_all[noexec] = "1"
do_rm_work_all[doc] = "do_rm_work for everything that the recipe needs"

python () {
    if d.getVar('PN') in (d.getVar('RM_WORK_EXCLUDE') or '').split():
        bb.build.deltask('do_rm_work', d)
        return
    # After everything else that do_build waits for.
    last = [task for task in d.getVarFlag('do_build', 'deps', False) or [] if not task.startswith('do_rm_work')]
    d.appendVarFlag('do_rm_work', 'depends', ''.join(' %s:%s' % (d.getVar('PN'), task) for task in sorted(last)))
}

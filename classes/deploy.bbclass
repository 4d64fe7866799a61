# SPDX-License-Identifier: MIT
# For recipes with files for ${DEPLOY_DIR_IMAGE}: do_deploy puts them into ${DEPLOYDIR}.

DEPLOYDIR = "${WORKDIR}/deploy-${PN}"

SSTATETASKS += "do_deploy"
do_deploy[sstate-inputdirs] = "${DEPLOYDIR}"
do_deploy[sstate-outputdirs] = "${DEPLOY_DIR_IMAGE}"
do_deploy[stamp-extra-info] = "${MACHINE_ARCH}"
do_deploy[dirs] = "${B}"
do_deploy[cleandirs] = "${DEPLOYDIR}"
do_deploy[doc] = "Brings files of the recipe into DEPLOY_DIR_IMAGE"

python do_deploy_setscene() {
    sstate_setscene(d)
}
addtask do_deploy_setscene

# SPDX-License-Identifier: MIT
IMAGE_CMD:tegraflash = "touch ${IMGDEPLOYDIR}/${IMAGE_NAME}.tegraflash"
TEGRA_CLASS_READ = "1"

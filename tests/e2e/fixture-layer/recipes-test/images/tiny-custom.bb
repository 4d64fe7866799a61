# SPDX-License-Identifier: MIT
# Takes everything of another image, the name of its files included.
require tiny-user.bb
IMAGE_INSTALL:append = " editor-low"
IMAGE_INSTALL += "editor-high"

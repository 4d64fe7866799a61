# Upstream has them since 0.68.
SRC_URI:remove = "file://fix-grep-3.8.patch file://faildiff-order.patch"

# Only for tests.
SRC_URI:remove = "file://0001-tests-Add-libeu-to-tests-needing-error-API.patch"

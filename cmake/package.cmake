# SPDX-License-Identifier: MIT
# The Debian package: `make deb`, or cpack in a build folder. What the core layer's recipes run is recommended only:
# layers of other people may need none of it.
file(STRINGS tools/packages.txt lines)
set(essential bash coreutils diffutils findutils gzip tar)
set(recommends)
set(section)
foreach(line IN LISTS lines)
  if(line MATCHES "^\\[(.*)\\]$")
    set(section ${CMAKE_MATCH_1})
  elseif(section STREQUAL "run" AND line MATCHES "^[a-z0-9]" AND NOT line IN_LIST essential)
    list(APPEND recommends ${line})
  endif()
endforeach()
list(JOIN recommends ", " CPACK_DEBIAN_PACKAGE_RECOMMENDS)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS tools/packages.txt)

set(CPACK_GENERATOR DEB)
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_PACKAGE_NAME bbc)
set(CPACK_PACKAGE_CONTACT "the bbc authors <bbc@localhost>" CACHE STRING "Name and address of who makes the package")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_PACKAGE_DESCRIPTION
    "bbc is a recipe interpreter and task scheduler with the commands, results and
hashes of BitBake. It reads layers as they are, plans the task graph, restores
what it can from a shared state cache and runs the rest.
.
A small core layer comes with it, which builds images from Debian's packages.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
include(CPack)

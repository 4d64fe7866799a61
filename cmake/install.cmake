# SPDX-License-Identifier: MIT
# Where things are installed. The build folder has the shape of an installation: from the program's own folder its
# Python modules are in ../share/bbc/py, manual pages in ../share/man, in a build and where bbc is installed.
include(GNUInstallDirs)
set(BBC_SHARE ${CMAKE_INSTALL_DATADIR}/bbc)

# How one folder of an installation is written as seen from another.
function(bbc_relative from to result)
  get_filename_component(from "${from}" ABSOLUTE BASE_DIR /prefix)
  get_filename_component(to "${to}" ABSOLUTE BASE_DIR /prefix)
  file(RELATIVE_PATH path "${from}" "${to}")
  set(${result} "${path}" PARENT_SCOPE)
endfunction()

# Runs `code` when bbc is installed, with the variable `dir` set to a folder of the installation.
function(bbc_install_code dir code)
  install(CODE "get_filename_component(dir \"${dir}\" ABSOLUTE BASE_DIR \"\${CMAKE_INSTALL_PREFIX}\")
                set(dir \"\$ENV{DESTDIR}\${dir}\")
                ${code}")
endfunction()

# Installs a symbolic link.
function(bbc_install_link dir name target)
  bbc_install_code("${dir}" "file(MAKE_DIRECTORY \"\${dir}\")
                             file(CREATE_LINK \"${target}\" \"\${dir}/${name}\" SYMBOLIC)")
endfunction()

# The layers, and the script that makes a build directory. It finds the program through share/bbc/bin.
install(DIRECTORY classes meta-core meta-sel4 meta-xen DESTINATION ${BBC_SHARE} USE_SOURCE_PERMISSIONS
        PATTERN "__pycache__" EXCLUDE)
install(FILES oe-init-build-env DESTINATION ${BBC_SHARE})
bbc_relative(${BBC_SHARE} ${CMAKE_INSTALL_BINDIR} bin)
bbc_install_link(${BBC_SHARE} bin ${bin})

# Python modules, compiled here: who runs bbc may not be able to write there, and would compile all of it in each run.
install(DIRECTORY lib/py/bb lib/py/bblayers lib/py/prserv DESTINATION ${BBC_SHARE}/py FILES_MATCHING PATTERN "*.py")
bbc_install_code(${BBC_SHARE}/py "execute_process(COMMAND \"${PYTHON_PREFIX}/bin/python3\" -m compileall -q
                                  --invalidation-mode checked-hash -s \"\$ENV{DESTDIR}\" \"\${dir}\"
                                  COMMAND_ERROR_IS_FATAL ANY)")
file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/share/bbc ${PROJECT_BINARY_DIR}/tests)
file(RELATIVE_PATH py ${PROJECT_BINARY_DIR}/share/bbc ${PROJECT_SOURCE_DIR}/lib/py)
file(CREATE_LINK ${py} ${PROJECT_BINARY_DIR}/share/bbc/py SYMBOLIC)
# Test programs are one folder deeper.
file(CREATE_LINK ../share ${PROJECT_BINARY_DIR}/tests/share SYMBOLIC)

# Documents.
install(FILES README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright)
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR}/docs FILES_MATCHING PATTERN "*.md" PATTERN "man" EXCLUDE)

# Debian packages by CPack: `cmake --preset packages && cmake --build build/packages`, then `cpack` in
# that folder. Made for the distribution they are built on, like any package of it.
#
#   tenens                   tenensd and tenens
#   libclerk-backend-api0.1  the shared library; the number is that of its ABI
#   libclerk-backend-api-dev headers, archive, what CMake and pkg-config need
include(GNUInstallDirs)
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME tenens)
set(CPACK_PACKAGE_VENDOR "The Tenens authors")
set(CPACK_PACKAGE_CONTACT "The Tenens authors <tenens@localhost>")
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL programs runtime development)
set(CPACK_COMPONENTS_GROUPING IGNORE)

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
# What the programs and the shared library need is read from them.
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_GENERATE_SHLIBS ON)

set(library_package libclerk-backend-api${client_library_abi})
set(boost_release ${Boost_VERSION_MAJOR}.${Boost_VERSION_MINOR})
set(CPACK_DEBIAN_PROGRAMS_PACKAGE_NAME tenens)
set(CPACK_DEBIAN_PROGRAMS_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PROGRAMS_PACKAGE_RECOMMENDS libpq5)  # loaded where the database is PostgreSQL
# With systemd: an upgrade restarts a running service, a removal ends it.
set(CPACK_DEBIAN_PROGRAMS_PACKAGE_CONTROL_EXTRA
  ${PROJECT_SOURCE_DIR}/packaging/debian/postinst ${PROJECT_SOURCE_DIR}/packaging/debian/prerm
  ${PROJECT_SOURCE_DIR}/packaging/debian/postrm)
set(CPACK_COMPONENT_PROGRAMS_DESCRIPTION
  "self-hosted impersonation server and its command line
 Speaks Clerk's Backend and Frontend API: actor tokens that open a session at
 most once, whose JWT says who acts on behalf of whom.")
set(CPACK_DEBIAN_RUNTIME_PACKAGE_NAME ${library_package})
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SECTION libs)
set(CPACK_COMPONENT_RUNTIME_DESCRIPTION
  "C++ client library for Clerk's Backend API - shared library
 Actor tokens, users, sessions and their verification, against Clerk's cloud
 and against tenensd.")
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libclerk-backend-api-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SHLIBDEPS OFF)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS
  "${library_package} (= ${PROJECT_VERSION}), libcurl4-openssl-dev | libcurl-dev, libssl-dev, libboost-json${boost_release}-dev | libboost-json-dev")
set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION
  "C++ client library for Clerk's Backend API - development files
 Headers, the static library, and the files by which CMake and pkg-config find
 it.")

# Debian wants the licence with each package.
if(CLERK_BACKEND_API_BOTH)
  foreach(component PROGRAMS RUNTIME DEVELOPMENT)
    string(TOLOWER ${component} installed_with)
    install(FILES ${PROJECT_SOURCE_DIR}/LICENSE RENAME copyright COMPONENT ${installed_with}
      DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${CPACK_DEBIAN_${component}_PACKAGE_NAME})
  endforeach()
endif()
include(CPack)

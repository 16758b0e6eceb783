# What a C++ developer gets: headers, the library in one kind or both, and how CMake and pkg-config
# find it. Every path is relative to where it ends up, so that the tree can be moved.
include(CMakePackageConfigHelpers)

set(client_library_cmake ${CMAKE_INSTALL_LIBDIR}/cmake/clerk_backend_api)
set(client_library_kinds ${client_library_kind})
if(CLERK_BACKEND_API_BOTH)
  set(client_library_kinds static shared)
endif()

# Two kinds of one target cannot be in one file; the config file picks which of the two it includes.
foreach(kind ${client_library_kinds})
  install(TARGETS clerk_backend_api_${kind} EXPORT clerk_backend_api_${kind}
    ARCHIVE COMPONENT development
    LIBRARY COMPONENT runtime NAMELINK_COMPONENT development)
  install(EXPORT clerk_backend_api_${kind} DESTINATION ${client_library_cmake} COMPONENT development
    NAMESPACE clerk_backend_api:: FILE clerk_backend_api-${kind}-targets.cmake)
endforeach()
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/clerk_backend_api
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT development)

configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/clerk_backend_api-config.cmake.in
  ${CMAKE_CURRENT_BINARY_DIR}/clerk_backend_api-config.cmake INSTALL_DESTINATION ${client_library_cmake})
# Before 1.0 a minor release may break callers.
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/clerk_backend_api-config-version.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES
  ${CMAKE_CURRENT_BINARY_DIR}/clerk_backend_api-config.cmake
  ${CMAKE_CURRENT_BINARY_DIR}/clerk_backend_api-config-version.cmake
  DESTINATION ${client_library_cmake} COMPONENT development)

# pkg-config's `--static` is for those who have the choice; an archive alone needs its libraries always.
if("shared" IN_LIST client_library_kinds)
  set(pkgconfig_private .private)
else()
  set(pkgconfig_libs " -lboost_json -pthread")
endif()
file(RELATIVE_PATH pkgconfig_to_prefix /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
configure_file(${PROJECT_SOURCE_DIR}/cmake/clerk_backend_api.pc.in
  ${CMAKE_CURRENT_BINARY_DIR}/clerk_backend_api.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/clerk_backend_api.pc
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT development)

# The client library: what include/ promises, as `clerk_backend_api::clerk_backend_api`.
#
# Static unless CLERK_BACKEND_API_SHARED; the archive is there in either case, for it is what our own
# programs and tests link. What is not in include/ is hidden, so that a program may use another Boost or
# another libcurl wrapper beside it.

file(GLOB sdk_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/sdk/*.cpp)
add_library(tenens_sdk OBJECT ${sdk_sources})
target_include_directories(tenens_sdk PRIVATE ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}/include)
target_link_libraries(tenens_sdk PRIVATE tenens_options tl::expected CURL::libcurl)

set(client_library_rooms base wire crypto sdk)
foreach(room ${client_library_rooms})
  set_target_properties(tenens_${room} PROPERTIES
    CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON POSITION_INDEPENDENT_CODE ON)
  list(APPEND client_library_objects $<TARGET_OBJECTS:tenens_${room}>)
endforeach()

function(tenens_client_library target type)
  add_library(${target} ${type} ${client_library_objects})
  target_include_directories(${target}
    PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>
    PRIVATE ${PROJECT_SOURCE_DIR}/src)
  target_compile_features(${target} PUBLIC cxx_std_20)
  target_link_libraries(${target} PRIVATE CURL::libcurl Boost::json OpenSSL::Crypto Threads::Threads)
  set_target_properties(${target} PROPERTIES
    OUTPUT_NAME clerk_backend_api EXPORT_NAME clerk_backend_api LINKER_LANGUAGE CXX)
endfunction()

include(GNUInstallDirs)
tenens_client_library(clerk_backend_api_static STATIC)
if(CLERK_BACKEND_API_SHARED OR CLERK_BACKEND_API_BOTH)
  tenens_client_library(clerk_backend_api_shared SHARED)
  set_target_properties(clerk_backend_api_shared PROPERTIES
    VERSION ${PROJECT_VERSION} SOVERSION ${client_library_abi})
  set(visible ${PROJECT_SOURCE_DIR}/cmake/clerk_backend_api.map)
  target_link_options(clerk_backend_api_shared PRIVATE LINKER:--version-script=${visible}
    $<$<NOT:$<BOOL:${TENENS_SANITIZE}>>:LINKER:--no-undefined>)
  set_target_properties(clerk_backend_api_shared PROPERTIES LINK_DEPENDS ${visible})
endif()

set(client_library_kind static)
if(CLERK_BACKEND_API_SHARED)
  set(client_library_kind shared)
endif()
add_library(clerk_backend_api ALIAS clerk_backend_api_${client_library_kind})
add_library(clerk_backend_api::clerk_backend_api ALIAS clerk_backend_api_${client_library_kind})
if(TENENS_LIBRARY_ONLY AND CLERK_BACKEND_API_SHARED AND NOT CLERK_BACKEND_API_BOTH)
  set_target_properties(clerk_backend_api_static PROPERTIES EXCLUDE_FROM_ALL ON)
endif()

if(CLERK_BACKEND_API_INSTALL)
  include(${PROJECT_SOURCE_DIR}/cmake/install_client_library.cmake)
endif()

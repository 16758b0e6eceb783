# What tenensd carries with it, where the distribution has an archive of it: it starts in half the time
# and needs a third less memory. Everything else that is built here links the shared libraries, and so
# does tenensd with TENENS_STATIC=OFF, as in our Debian packages: a distribution's fixes must reach it.
option(TENENS_STATIC "tenensd carries OpenSSL, SQLite, Boost and libstdc++ with it" ON)
if(TENENS_SANITIZE)
  set(TENENS_STATIC OFF)  # sanitizers replace functions of shared libraries
endif()

# tenens_part(NAME SHARED archive...): the archives in programs that have the property TENENS_STATIC_PARTS,
# SHARED in all others. SHARED everywhere if one of them is missing.
function(tenens_part name shared)
  add_library(${name} INTERFACE)
  set(archives)
  foreach(archive ${ARGN})
    find_library(${archive}_path NAMES ${archive})
    mark_as_advanced(${archive}_path)
    if(NOT TENENS_STATIC OR NOT ${archive}_path)
      target_link_libraries(${name} INTERFACE ${shared})
      return()
    endif()
    list(APPEND archives ${${archive}_path})
  endforeach()
  target_include_directories(${name} SYSTEM INTERFACE
    $<TARGET_PROPERTY:${shared},INTERFACE_INCLUDE_DIRECTORIES>)
  target_compile_definitions(${name} INTERFACE
    $<TARGET_PROPERTY:${shared},INTERFACE_COMPILE_DEFINITIONS>)
  target_link_libraries(${name} INTERFACE
    $<IF:$<BOOL:$<TARGET_PROPERTY:TENENS_STATIC_PARTS>>,${archives},${shared}>)
endfunction()

tenens_part(tenens_libcrypto OpenSSL::Crypto libcrypto.a)
tenens_part(tenens_boost_json Boost::json libboost_json.a)
if(NOT TENENS_LIBRARY_ONLY)
  tenens_part(tenens_libssl OpenSSL::SSL libssl.a libcrypto.a)
  tenens_part(tenens_boost_url Boost::url libboost_url.a)
  tenens_part(tenens_libsqlite3 SQLite::SQLite3 libsqlite3.a)
endif()

# For a program that shall carry them.
function(tenens_carry_parts program)
  if(TENENS_STATIC)
    set_target_properties(${program} PROPERTIES TENENS_STATIC_PARTS ON)
    # Packed, the addresses to put right at the start take a sixtieth of the room (glibc 2.36).
    target_link_options(${program} PRIVATE -static-libstdc++ -static-libgcc
      LINKER:--gc-sections,-z,pack-relative-relocs)
  endif()
endfunction()

# tenens_seeded_build(PATCH): the target tenensd_<name of the patch>, a tenensd that is broken on purpose. Its patched
# sources stand before the archives that hold the right ones, so the linker takes them: a seeded build
# costs a few files, not a tree (not under sanitizers). Nobody needs it but the harness that has to notice, which asks
# for it.

# The files that a patch changes, below `directory`.
function(tenens_files_of_patch patch directory files)
  file(STRINGS ${patch} changed REGEX "^\\+\\+\\+ b/")
  list(TRANSFORM changed REPLACE "^\\+\\+\\+ b/" "${directory}/")
  set(${files} ${changed} PARENT_SCOPE)
endfunction()

# So the right ones must be members of their own. Without tests, too, or a build with them would compile all anew.
if(NOT TENENS_SANITIZE)
  file(GLOB patches CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/fault/seeded/*.patch
    ${PROJECT_SOURCE_DIR}/bench/seeded/*.patch)
  foreach(patch ${patches})
    tenens_files_of_patch(${patch} ${PROJECT_SOURCE_DIR} changed)
    set_source_files_properties(${changed} DIRECTORY ${PROJECT_SOURCE_DIR}/src
      PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  endforeach()
endif()

function(tenens_seeded_build patch)
  find_package(Python3 REQUIRED COMPONENTS Interpreter)
  set(apply_patch ${PROJECT_SOURCE_DIR}/tests/fault/apply_patch.py)
  get_filename_component(name ${patch} NAME_WE)
  tenens_files_of_patch(${patch} ${PROJECT_SOURCE_DIR} originals)
  tenens_files_of_patch(${patch} ${CMAKE_CURRENT_BINARY_DIR}/${name} patched)
  add_custom_command(
    OUTPUT ${patched}
    COMMAND Python3::Interpreter ${apply_patch} ${patch} ${PROJECT_SOURCE_DIR} ${CMAKE_CURRENT_BINARY_DIR}/${name}
    DEPENDS ${patch} ${originals} ${apply_patch}
    VERBATIM)
  # What no server shows has a program of its own.
  file(STRINGS ${patch} program REGEX "^Program: ")
  if(program)
    string(REPLACE "Program: " "${PROJECT_SOURCE_DIR}/" main "${program}")
  else()
    set(main $<TARGET_OBJECTS:tenensd_main>)
  endif()
  add_executable(tenensd_${name} EXCLUDE_FROM_ALL ${main} ${patched})
  target_link_libraries(tenensd_${name} PRIVATE tenens_server tenens_options tenens_libsqlite3)
  target_include_directories(tenensd_${name} SYSTEM PRIVATE ${PostgreSQL_INCLUDE_DIRS})
  tenens_carry_parts(tenensd_${name})
endfunction()

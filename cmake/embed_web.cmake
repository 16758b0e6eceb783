# Puts the files of web/ into the binary: nothing is read from disk while serving, and nothing that is
# generated is kept in the repository.
#
# Included, it offers `tenens_embed_web(target folder)`. Run with -P, it writes the C++ file.

if(CMAKE_SCRIPT_MODE_FILE)
  file(GLOB files LIST_DIRECTORIES false ${FOLDER}/*)
  list(SORT files)
  set(entries "")
  foreach(file IN LISTS files)
    get_filename_component(name ${file} NAME)
    file(READ ${file} content)
    string(APPEND entries "    {\"${name}\", R\"~web~(${content})~web~\"},\n")
  endforeach()
  file(WRITE ${OUTPUT} "// Made of web/ by cmake/embed_web.cmake.
#include <array>

#include \"http/web_files.hpp\"

namespace tenens::http {

std::string_view web_file(std::string_view name) {
  static constexpr auto kFiles = std::to_array<std::array<std::string_view, 2>>({
${entries}  });
  for (const auto& [known, content] : kFiles) {
    if (known == name) return content;
  }
  return {};
}

}  // namespace tenens::http
")
  return()
endif()

function(tenens_embed_web target folder)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/generated/web_files.cpp)
  file(GLOB files CONFIGURE_DEPENDS LIST_DIRECTORIES false ${folder}/*)
  set(script ${PROJECT_SOURCE_DIR}/cmake/embed_web.cmake)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DFOLDER=${folder} -DOUTPUT=${output} -P ${script}
    DEPENDS ${files} ${script}
    COMMENT "Embedding web/"
    VERBATIM)
  target_sources(${target} PRIVATE ${output})
endfunction()

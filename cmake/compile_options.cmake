# What every target of ours is compiled with.
add_library(tenens_options INTERFACE)
target_compile_options(tenens_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
  -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-align -Wformat=2 -Wimplicit-fallthrough
  -Wextra-semi -Wundef -Wmissing-declarations -Wdouble-promotion
  -fstack-protector-strong)
target_compile_definitions(tenens_options INTERFACE _GLIBCXX_ASSERTIONS)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(tenens_options INTERFACE
    -Wduplicated-cond -Wduplicated-branches -Wlogical-op -Wsuggest-override
    -Wno-restrict  # g++ 12 warns inside its own std::string (GCC bug 105651)
    # and where it inlines one of the two operators that Asio has for coroutines, but not the other
    -Wno-mismatched-new-delete)
endif()
if(TENENS_WERROR)
  target_compile_options(tenens_options INTERFACE -Werror)
endif()
# Asio's frames need no more than malloc's alignment; glibc keeps nothing at hand for aligned_alloc().
add_compile_definitions(BOOST_ASIO_DISABLE_STD_ALIGNED_ALLOC BOOST_ASIO_DISABLE_BOOST_ALIGN)
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  target_compile_definitions(tenens_options INTERFACE _FORTIFY_SOURCE=2)
  add_link_options(-Wl,-z,relro,-z,now)
endif()

if(TENENS_SANITIZE STREQUAL "address")
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  # These three double g++'s compile time on Asio's templates; a null or misplaced pointer ends in
  # AddressSanitizer's hands all the same.
  add_compile_options(-fno-sanitize=null,alignment,vptr)
  add_link_options(-fsanitize=address,undefined)
  # Beast's parser trips GCC's maybe-uninitialized only under sanitizers.
  add_compile_options($<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  # Asio gives a coroutine's frame back through its own operator delete, which g++ inlines only in half
  # there and then takes for a mismatch.
  add_compile_options($<$<CXX_COMPILER_ID:GNU>:-Wno-mismatched-new-delete>)
elseif(TENENS_SANITIZE STREQUAL "thread")
  # ThreadSanitizer does not model the fences Asio uses by default.
  add_compile_options(-fsanitize=thread $<$<CXX_COMPILER_ID:GNU>:-Wno-tsan>)
  add_compile_definitions(BOOST_ASIO_DISABLE_FENCED_BLOCK)
  add_link_options(-fsanitize=thread)
elseif(TENENS_SANITIZE)
  message(FATAL_ERROR "TENENS_SANITIZE is 'address' or 'thread', not '${TENENS_SANITIZE}'")
endif()

# Most of what a file costs to compile are its headers. So eight at a time are compiled together, and names in
# unnamed namespaces must not be defined twice in a target. Not where one edits (the dev preset, which ./dev check
# builds): there each file shows that it includes what it needs.
if(NOT DEFINED CMAKE_UNITY_BUILD AND NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
  set(CMAKE_UNITY_BUILD ON)
endif()
if(CMAKE_UNITY_BUILD)
  # It takes the files for headers, which several others may include.
  add_compile_options($<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
  if(CMAKE_BUILD_TYPE STREQUAL "Release")  # g++ inlines less in a unit that it takes for a large one
    add_compile_options($<$<CXX_COMPILER_ID:GNU>:--param=large-unit-insns=150000>)
  endif()
endif()

// What the shared library shows to the outside.
#pragma once

/// On everything public that is not inline: the library is compiled with all else hidden, so that
/// nothing of it meets another copy of the same thing in one program. Exceptions need it as well,
/// or a `catch` on the other side of the boundary would not know them.
#if defined(__GNUC__)
#define CLERK_BACKEND_API_EXPORT [[gnu::visibility("default")]]
#else
#define CLERK_BACKEND_API_EXPORT
#endif

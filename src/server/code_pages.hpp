// The part of this process's memory that is its program's file.
#pragma once

namespace tenens::server {

/// Gives back the pages of programs and libraries that starting has touched, some 7 MiB; serving
/// needs a fraction of them. They are clean copies of files, so what is needed comes back from the
/// kernel's cache, a few dozen page faults in all.
void give_back_code_pages();

}  // namespace tenens::server

// The part of this process's memory that is its program's file.
#pragma once

namespace tenens::server {

/// Gives back the pages of programs and libraries that starting has touched, some 8 MiB; serving
/// needs half of them. They are clean copies of files, so what is needed comes back from the
/// kernel's cache, within a hundred page faults in all.
void give_back_code_pages();

}  // namespace tenens::server

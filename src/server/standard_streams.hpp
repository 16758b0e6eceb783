// Where words go that nobody wants to hear.
#pragma once

namespace tenens::server {

/// Those of standard input, output and error that whoever started us has closed lead nowhere. The
/// next file to be opened would take such a place, and what is said would be written into it.
void keep_standard_streams_open();

}  // namespace tenens::server

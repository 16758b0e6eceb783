// A reply as the bytes that go out.
#pragma once

#include <string_view>

#include "base/text_builder.hpp"
#include "http/message.hpp"

namespace tenens::http {

struct Rendering {
  bool head_only = false;  // the request was a HEAD
  bool keep_alive = true;  // the connection serves another request after this one
};

/// Replaces `out`, whose memory is kept from reply to reply; what is returned goes out behind it. A
/// header with a control character in it is left out: nobody may split a reply in two.
[[nodiscard]] std::string_view render(const Reply& reply, Rendering how, TextBuilder& out);

}  // namespace tenens::http

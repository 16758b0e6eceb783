// Which release of the library this is, and which version of the API it speaks.
#pragma once

#include <string_view>

namespace clerk_backend_api {

inline constexpr std::string_view kLibraryVersion = "0.1.0";
/// Sent as `Clerk-API-Version` with every request.
inline constexpr std::string_view kApiVersion = "2025-11-10";

}  // namespace clerk_backend_api

// Who keeps what alive: calls outlive their Clerk, and copies of it share what it has.
#include <gtest/gtest.h>

#include <optional>

#include "clerk_backend_api/clerk.hpp"
#include "unit/sdk/fake_transport.hpp"

namespace clerk_backend_api {
namespace {

constexpr const char* kUser = R"({"id":"user_1","created_at":1,"updated_at":1})";

/// Lets go of the last Clerk, and so of itself, while a call is under way.
class LeavingTransport final : public Transport {
 public:
  LeavingTransport(std::optional<Clerk>& clerk, bool& gone) : clerk_(clerk), gone_(gone) {}
  ~LeavingTransport() override { gone_ = true; }

  std::variant<HttpResponse, TransportFailure> send(const HttpRequest&) override {
    const auto& gone = gone_;
    clerk_.reset();
    EXPECT_FALSE(gone);
    return HttpResponse{.status = 200, .body = kUser};
  }

 private:
  std::optional<Clerk>& clerk_;
  bool& gone_;
};

TEST(SdkClerkLife, ACallOutlivesTheClerkItWasMadeWith) {
  bool gone = false;
  std::optional<Clerk> clerk;
  clerk.emplace(ClientOptions{.bearer_auth = "sk_test_k",
                              .transport = std::make_shared<LeavingTransport>(clerk, gone)});
  const auto user = clerk->users.get("user_1");
  ASSERT_TRUE(user);
  EXPECT_EQ(user->id, "user_1");
  EXPECT_TRUE(gone);
}

TEST(SdkClerkLife, AConstCopyDoesAsWell) {
  const auto transport = std::make_shared<testing::FakeTransport>();
  transport->then(200, "[" + std::string(kUser) + "]");
  const auto first_id = [s = Clerk{{.bearer_auth = "sk_test_k", .transport = transport}}] {
    for (const auto& listed : s.users.list_all()) return listed->id;
    return std::string();
  };
  EXPECT_EQ(first_id(), "user_1");
}

}  // namespace
}  // namespace clerk_backend_api

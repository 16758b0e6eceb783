// Its longjmp(3) takes every other stack for one that is gone.
#undef _FORTIFY_SOURCE

#include "tasks/fiber.hpp"

#include <cxxabi.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <new>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#elif defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>
#endif

namespace tenens::tasks {
namespace {

// Only what is touched becomes memory. SQLite and OpenSSL need some 20 KiB; sanitizers triple it.
constexpr std::size_t kStackBytes = 256 * 1024;

std::size_t guard_bytes() {
  static const auto bytes = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  return bytes;
}

}  // namespace

Fiber::Fiber() {
#if defined(__SANITIZE_THREAD__)
  shadow_ = __tsan_get_current_fiber();
#endif
}

Fiber::Fiber(void (*entry)()) {
  const auto bytes = guard_bytes() + kStackBytes;
  void* mapping =
      mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
  if (mapping == MAP_FAILED) throw std::bad_alloc();
  mapping_ = mapping;
  // A stack that is too small must end the process, not write into its neighbour.
  if (mprotect(mapping, guard_bytes(), PROT_NONE) != 0 || getcontext(&context_) != 0) {
    munmap(mapping, bytes);
    throw std::bad_alloc();
  }
  stack_ = static_cast<char*>(mapping) + guard_bytes();
  stack_bytes_ = kStackBytes;
  context_.uc_stack.ss_sp = static_cast<char*>(mapping) + guard_bytes();
  context_.uc_stack.ss_size = kStackBytes;
  makecontext(&context_, entry, 0);
#if defined(__SANITIZE_THREAD__)
  shadow_ = __tsan_create_fiber(0);
#endif
}

Fiber::~Fiber() {
  if (mapping_ == nullptr) return;
#if defined(__SANITIZE_THREAD__)
  __tsan_destroy_fiber(shadow_);
#endif
  munmap(mapping_, guard_bytes() + kStackBytes);
}

void Fiber::switch_to(Fiber& next) {
  auto* exceptions = abi::__cxa_get_globals();
  static_assert(sizeof(Exceptions) == 2 * sizeof(void*));
  std::memcpy(&exceptions_, static_cast<const void*>(exceptions), sizeof(exceptions_));
  std::memcpy(static_cast<void*>(exceptions), &next.exceptions_, sizeof(exceptions_));
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_start_switch_fiber(&fake_stack_, next.stack_, next.stack_bytes_);
#elif defined(__SANITIZE_THREAD__)
  __tsan_switch_to_fiber(next.shadow_, 0);
#endif
  go_to(next);
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_finish_switch_fiber(fake_stack_, nullptr, nullptr);
#endif
}

/// swapcontext(3) asks the kernel for the signal mask each time, and the masks are all the same.
void Fiber::go_to(Fiber& next) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  // At a jump the sanitizers forget what they know of the stack that is left.
  swapcontext(&context_, &next.context_);
#else
  has_been_left_ = true;
  if (_setjmp(left_at_) != 0) return;
  if (next.has_been_left_) _longjmp(next.left_at_, 1);
  setcontext(&next.context_);
#endif
}

void Fiber::arrived([[maybe_unused]] Fiber& from) {
#if defined(__SANITIZE_ADDRESS__)
  // The bounds of a thread's own stack are learnt from who leaves it.
  __sanitizer_finish_switch_fiber(nullptr, &from.stack_, &from.stack_bytes_);
#endif
}

}  // namespace tenens::tasks

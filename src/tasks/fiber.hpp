// A stack that can be left in the middle of a function and come back to. The only door to
// makecontext(3) and to what the sanitizers must be told about it.
#pragma once

#include <setjmp.h>
#include <ucontext.h>

#include <cstddef>

namespace tenens::tasks {

/// Stays on the thread that it was made on: a function that is left and come back to may have kept
/// the address of a thread_local.
class Fiber {
 public:
  /// The calling thread's own stack.
  Fiber();
  /// A new stack, on which the first switch calls `entry`, which must not return. Throws
  /// std::bad_alloc.
  explicit Fiber(void (*entry)());
  ~Fiber();
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  /// From the fiber that runs to `next`. Returns when somebody switches back.
  void switch_to(Fiber& next);
  /// The first thing that `entry` does; `from` is who switched.
  void arrived(Fiber& from);

 private:
  /// What the C++ runtime knows of exceptions being handled; it keeps it by thread.
  struct Exceptions {
    void* caught = nullptr;
    unsigned uncaught = 0;
  };

  void go_to(Fiber& next);

  ucontext_t context_{};
  jmp_buf left_at_;
  bool has_been_left_ = false;
  void* mapping_ = nullptr;  // null: the thread's own
  Exceptions exceptions_;
  // For the sanitizers.
  const void* stack_ = nullptr;
  std::size_t stack_bytes_ = 0;
  void* fake_stack_ = nullptr;
  void* shadow_ = nullptr;
};

}  // namespace tenens::tasks

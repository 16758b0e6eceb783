// A read or a write that leaves a value: what its work returns, which is what the last run of it
// found. Work that leaves nothing needs no more than Store's own members.
#pragma once

#include <type_traits>
#include <utility>

#include "core/store.hpp"

namespace tenens {

template <class T>
struct Resulting {
  using type = Result<T>;
};
template <class T>
struct Resulting<Result<T>> {
  using type = Result<T>;
};
template <class Work, class Tx>
using ResultOf = typename Resulting<std::invoke_result_t<const Work&, Tx&>>::type;

/// `run` hands one of Store's members what it is to run.
template <class Tx, class Run, class Work>
[[nodiscard]] ResultOf<Work, Tx> transact(const Run& run, const Work& work) {
  ResultOf<Work, Tx> result = refuse(Code::internal);  // until it has run
  // Two references: std::function keeps them without an allocation, however much `work` captures.
  Done done = run([&result, &work](Tx& tx) -> Done {
    result = work(tx);
    if (!result) return tl::unexpected(std::move(result.error()));
    return {};
  });
  // Also where the work went well and the commit did not.
  if (!done) result = tl::unexpected(std::move(done.error()));
  return result;
}

/// `work` takes the ReadTx and returns a value, or a Result.
template <class Work>
[[nodiscard]] auto read_from(Store& store, const Work& work) {
  return transact<ReadTx>([&](const auto& once) { return store.read(once); }, work);
}

/// `work` takes the WriteTx and returns a value, or a Result: a Failure undoes what it did. It may
/// run again, see Store::write.
template <class Work>
[[nodiscard]] auto write_to(Store& store, const Work& work) {
  return transact<WriteTx>([&](const auto& once) { return store.write(once); }, work);
}
template <class Foresee, class Work>
[[nodiscard]] auto write_foreseen(Store& store, const Foresee& foresee, const Work& work) {
  return transact<WriteTx>([&](const auto& once) { return store.write_foreseen(foresee, once); },
                           work);
}

}  // namespace tenens

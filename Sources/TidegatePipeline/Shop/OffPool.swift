import Dispatch
import Foundation
import Glibc

/// Runs blocking work (files, decompression, scanning) outside the cooperative pool.
///
/// Two cores have two cooperative threads: one blocking read there would stop half of everything else.
package func offPool<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws
    -> Result
{
    try await withCheckedThrowingContinuation { continuation in
        DispatchQueue.global(qos: .utility).async {
            continuation.resume(with: Swift.Result(catching: work))
        }
    }
}

/// Runs long work that nothing urgent waits for, such as compressing, on a thread of its own that gives way
/// to all others: of two cores it would take the half that stock events need.
func givingWay<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
        let thread = Thread {
            // Linux has one for each thread. Where it cannot be had the others lose some time, and no more.
            _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 10)
            continuation.resume(with: Swift.Result(catching: work))
        }
        thread.name = "tidegate.background"
        thread.start()
    }
}

import Dispatch

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

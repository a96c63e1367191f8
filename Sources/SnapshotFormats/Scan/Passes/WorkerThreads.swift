import Glibc
import Synchronization

/// Runs blocking work on several threads at once and waits for all of it.
///
/// These are threads of their own: reading and comparing rows takes the
/// processor for long, which must not be taken from the cooperative pool.
package enum WorkerThreads {
    /// Calls `body` with 0, 1, …, `shares` − 1, the first on the calling thread, and gives what it gives, in
    /// that order.
    ///
    /// A thread that cannot be started is no failure: its share runs on the calling thread, after the first.
    ///
    /// - Throws: what the first of the shares threw that failed; all of them have ended by then.
    package static func run<Output: Sendable, Failure>(
        _ shares: Int,
        _ body: @Sendable (Int) throws(Failure) -> Output
    ) throws(Failure) -> [Output] {
        guard shares > 1 else { return shares == 1 ? [try body(0)] : [] }
        let slots = (0..<shares).map { _ in Slot<Output, Failure>() }
        withoutActuallyEscaping(body) { body in
            var threads: [pthread_t] = []
            var left: [Int] = []
            for share in 1..<shares {
                let slot = slots[share]
                let thread = start { slot.fill { () throws(Failure) in try body(share) } }
                if let thread { threads.append(thread) } else { left.append(share) }
            }
            for share in [0] + left { slots[share].fill { () throws(Failure) in try body(share) } }
            for thread in threads { pthread_join(thread, nil) }
        }
        var outputs: [Output] = []
        for slot in slots { outputs.append(try slot.output()) }
        return outputs
    }

    /// Runs `beside` on a thread of its own while `body` runs on the calling one: for two that wait for each
    /// other, or of which one may use what cannot be shared.
    ///
    /// - Returns: what both gave; nothing, having run neither, where there is no thread to be had.
    /// - Throws: what the body threw; `beside` has ended by then.
    @discardableResult
    package static func overlap<Beside: Sendable, Output, Failure>(
        _ beside: @Sendable () -> Beside,
        while body: () throws(Failure) -> Output
    ) throws(Failure) -> (beside: Beside, body: Output)? {
        let slot = Slot<Beside, Never>()
        let result = withoutActuallyEscaping(beside) { beside -> Result<Output, Failure>? in
            guard let thread = start({ slot.fill(beside) }) else { return nil }
            defer { pthread_join(thread, nil) }
            return Result { () throws(Failure) in try body() }
        }
        guard let output = try result?.get() else { return nil }
        return (slot.output(), output)
    }

    /// Gives the thread, or nothing where none could be started.
    private static func start(_ work: @escaping @Sendable () -> Void) -> pthread_t? {
        var thread = pthread_t()
        let share = Unmanaged.passRetained(Share(work))
        let status = pthread_create(
            &thread,
            nil,
            { context in
                guard let context else { return nil }
                Unmanaged<Share>.fromOpaque(context).takeRetainedValue().work()
                return nil
            },
            share.toOpaque()
        )
        if status == 0 { return thread }
        share.release()
        return nil
    }

    private final class Share: Sendable {
        let work: @Sendable () -> Void

        init(_ work: @escaping @Sendable () -> Void) {
            self.work = work
        }
    }

    /// Where one share leaves what it gives.
    private final class Slot<Output: Sendable, Failure: Error>: Sendable {
        private let result = Mutex<Result<Output, Failure>?>(nil)

        func fill(_ body: () throws(Failure) -> Output) {
            let filled = Result { () throws(Failure) in try body() }
            result.withLock { $0 = filled }
        }

        func output() throws(Failure) -> Output {
            guard let filled = result.withLock({ $0 }) else { preconditionFailure("a share has not run") }
            return try filled.get()
        }
    }
}

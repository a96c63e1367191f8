import Glibc

/// Runs a blocking body on several threads at once and waits for all of them.
///
/// These are threads of their own: reading and comparing rows takes the
/// processor for long, which must not be taken from the cooperative pool.
package enum WorkerThreads {
    /// Calls `body` with 0, 1, …, `count` − 1, the first on the calling thread.
    ///
    /// A thread that cannot be started is no failure: its share runs on the calling thread, after the first,
    /// unless `mustOverlap` says that the shares wait for each other.
    ///
    /// - Returns: false, having run nothing, if shares that must overlap could not have threads.
    @discardableResult
    package static func run(_ count: Int, mustOverlap: Bool = false, _ body: (Int) -> Void) -> Bool {
        guard count > 1 else {
            if count == 1 { body(0) }
            return true
        }
        return withoutActuallyEscaping(body) { body in
            var threads: [pthread_t] = []
            var left: [Int] = []
            for index in 1..<count {
                var thread = pthread_t()
                let share = Unmanaged.passRetained(Share(body, index))
                let status = pthread_create(
                    &thread,
                    nil,
                    { context in
                        guard let context else { return nil }
                        let share = Unmanaged<Share>.fromOpaque(context).takeRetainedValue()
                        share.body(share.index)
                        return nil
                    },
                    share.toOpaque()
                )
                if status == 0 {
                    threads.append(thread)
                } else {
                    share.release()
                    left.append(index)
                }
            }
            // Only a pair ever has to overlap, and then nothing has been started when its thread is missing.
            if mustOverlap, !left.isEmpty, threads.isEmpty { return false }
            body(0)
            for index in left { body(index) }
            for thread in threads { pthread_join(thread, nil) }
            return true
        }
    }

    private final class Share {
        let body: (Int) -> Void
        let index: Int

        init(_ body: @escaping (Int) -> Void, _ index: Int) {
            self.body = body
            self.index = index
        }
    }
}

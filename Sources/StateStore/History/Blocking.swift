import Dispatch
import Synchronization

/// Does work that waits for files on a thread of its own, so that the cooperative pool goes on.
func blocking<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        DispatchQueue.global(qos: .utility).async {
            continuation.resume(with: Result(catching: work))
        }
    }
}

/// Does so for each number below a count, a few at once; gives what came of each, in their order.
///
/// - Throws: what the first of them threw, in their order.
func blocking<Part: Sendable>(
    each count: Int,
    atOnce: Int = 4,
    _ work: @escaping @Sendable (Int) throws -> Part
) async throws -> [Part] {
    try await withThrowingTaskGroup(of: (number: Int, part: Result<Part, any Error>).self) { group in
        var parts: [Int: Result<Part, any Error>] = [:]
        for number in 0..<count {
            if number >= atOnce, let done = try await group.next() { parts[done.number] = done.part }
            group.addTask { (number, try await blocking { Result { try work(number) } }) }
        }
        while let done = try await group.next() { parts[done.number] = done.part }
        return try (0..<count).compactMap { try parts[$0]?.get() }
    }
}

/// Tells work on another thread that nobody waits for it any more.
final class StopFlag: Sendable {
    private let isSet = Atomic<Bool>(false)

    func set() { isSet.store(true, ordering: .relaxed) }

    /// - Throws: `CancellationError` once it is set.
    func check() throws {
        if isSet.load(ordering: .relaxed) { throw CancellationError() }
    }
}

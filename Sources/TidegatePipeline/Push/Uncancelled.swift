import HTTPTransport

/// Awaits a body that goes on to its end when the waiting task is cancelled.
///
/// A write that is under way must not be cut: its answer would be lost, and the level in question for
/// minutes. The body limits its own time, and begins at once: a queue before each write would be felt.
func uncancelled<Value: Sendable>(
    on executor: LoopExecutor,
    _ body: @escaping @Sendable () async -> Value
) async -> Value {
    await Task.immediate(executorPreference: executor, operation: body).value
}

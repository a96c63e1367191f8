/// Awaits a body that goes on to its end when the waiting task is cancelled.
///
/// A write that is under way must not be cut: its answer would be lost, and the level in question for
/// minutes. The body limits its own time.
func uncancelled<Value: Sendable>(_ body: @escaping @Sendable () async -> Value) async -> Value {
    await Task(operation: body).value
}

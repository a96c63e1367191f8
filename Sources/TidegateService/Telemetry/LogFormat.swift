/// How log lines are written.
package enum LogFormat: String, Hashable, Sendable, CaseIterable {
    /// For people: `TIME LEVEL MESSAGE KEY=VALUE …`.
    case text
    /// For machines: one JSON object a line.
    case json
}

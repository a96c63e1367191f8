/// How an audit judges what the shop shows.
package struct AuditSettings: Hashable, Sendable {
    /// How long a level may show less than was published before it counts as wrong: the time in which the
    /// ERP books a web order.
    package var graceSeconds = 1800.0

    package init() {}
}

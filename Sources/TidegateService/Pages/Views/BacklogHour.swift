import InventoryCore

/// What the shop had not confirmed in the last hour.
struct BacklogHour: Sendable {
    private let points: [BacklogPoint]
    private let now: Timestamp

    private static let kinds = ["zero", "decrease", "increase", "sent", "blocked", "warn"]
    private static let heads = [
        "When", "To zero", "Decreases", "Increases", "Sent", "Behind others", "Parked",
    ]
    /// Rows of the table: one for every so many points.
    private static let pointsPerRow = 10

    init(_ points: [BacklogPoint], at now: Timestamp) {
        (self.points, self.now) = (points, now)
    }

    /// Nothing where there is no line to draw yet.
    var chart: Chart? {
        guard points.count > 1, let first = points.first else { return nil }
        let start = now.adding(seconds: -BacklogTrace.spanSeconds)
        let most = points.map { BacklogHour.values($0).reduce(0, +) }.max() ?? 0
        let title = "Levels that the shop had not confirmed in the last hour"
        let shown = points.reversed().enumerated().filter {
            $0.offset.isMultiple(of: BacklogHour.pointsPerRow)
        }
        return AreaStack(
            id: "hour",
            title: title,
            says: most == 0
                ? "Nothing has waited since \(ShownTime(first.at, at: now).words)."
                : "At most \(most.shown) at a time since \(ShownTime(first.at, at: now).words).",
            kinds: BacklogHour.kinds,
            points: points.map { point in
                let span = Double(point.at.microseconds - start.microseconds) / 1_000_000
                return AreaStack.Point(
                    place: span / Double(BacklogTrace.spanSeconds),
                    values: BacklogHour.values(point)
                )
            },
            from: "1 h ago",
            until: "now",
            table: Chart.Table(
                title,
                BacklogHour.heads,
                shown.map {
                    [ShownTime($0.element.at, at: now).words] + BacklogHour.values($0.element).map(\.shown)
                }
            )
        ).chart
    }

    private static func values(_ point: BacklogPoint) -> [Int] {
        [point.zero, point.decrease, point.increase, point.sent, point.blocked, point.parked]
    }
}

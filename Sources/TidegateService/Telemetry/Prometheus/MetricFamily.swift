/// What a metric's values mean.
package enum MetricKind: String, Hashable, Sendable {
    /// Only grows, until the process ends.
    case counter
    case gauge
    case histogram
}

/// One label of a series.
package struct MetricLabel: Hashable, Sendable, Comparable {
    package let name: String
    package let value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    package static func < (left: MetricLabel, right: MetricLabel) -> Bool {
        (left.name, left.value) < (right.name, right.value)
    }
}

/// One value of one series, collected when somebody asks for it.
package struct MetricSample: Hashable, Sendable {
    package let name: String
    package let labels: [MetricLabel]
    package let value: Double

    package init(_ name: String, _ labels: [(String, String)] = [], _ value: Double) {
        self.name = name
        self.labels = labels.map { MetricLabel($0, $1) }.sorted()
        self.value = value
    }
}

/// All series of one name.
struct MetricFamily: Hashable, Sendable {
    let name: String
    let kind: MetricKind
    let help: String
    var lines: [Line] = []

    /// A line of the text: the suffix is empty, or one of a histogram's `_bucket`, `_sum`, `_count`.
    struct Line: Hashable, Sendable {
        var suffix = ""
        let labels: [MetricLabel]
        let value: Double
    }
}

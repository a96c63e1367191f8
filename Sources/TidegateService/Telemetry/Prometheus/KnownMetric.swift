/// Every metric of our own: rules, dashboard and documentation name these and no others.
struct KnownMetric: Hashable, Sendable {
    let name: String
    let kind: MetricKind
    let help: String
    /// Of a histogram.
    var bounds: [Double] = seconds

    /// From a fast write to the longest that a request is waited for.
    static let seconds: [Double] = [
        0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
    ]
    /// From a step over nothing to one over ten million rows.
    static let stepSeconds: [Double] = [0.01, 0.05, 0.25, 1, 5, 15, 60, 300, 900, 3600]

    static func named(_ name: String) -> KnownMetric? { byName[name] }

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    static let all: [KnownMetric] = standing + push + runs + service + process

    private static func gauge(_ name: String, _ help: String) -> KnownMetric {
        KnownMetric(name: name, kind: .gauge, help: help)
    }

    private static func counter(_ name: String, _ help: String) -> KnownMetric {
        KnownMetric(name: name, kind: .counter, help: help)
    }

    private static let standing = [
        gauge(
            "tidegate_source_as_of_seconds",
            "When the newest statement of a source about a location was true, in seconds since 1970."
        ),
        gauge(
            "tidegate_lag_seconds",
            "Age of the newest statement about a location that the shop shows wholly."
        ),
        gauge("tidegate_source_silent", "1 where the newest statement of a source is older than it may be."),
        gauge("tidegate_source_paused", "1 where a source does not run by itself until a person resumes it."),
        gauge("tidegate_positions", "Positions that a source states."),
        gauge(
            "tidegate_exceptions_open",
            "Exceptions that need a person, by code and the role that can mend them."
        ),
        gauge("tidegate_exception_cases_open", "SKUs, levels and orders that the open exceptions are about."),
        gauge("tidegate_exception_oldest_seconds", "Age of a role's oldest open exception."),
        gauge("tidegate_held_plans", "Runs of which a part waits for a person's decision."),
        gauge("tidegate_orders_open", "Web orders that the ERP does not know yet."),
        gauge("tidegate_order_lines_open", "Lines of these orders whose stock is kept back."),
        gauge("tidegate_order_oldest_seconds", "Age of the oldest of these orders."),
        gauge(
            "tidegate_order_unacknowledged_seconds",
            "Age of the oldest order of which nobody has said that the ERP knows it."
        ),
        gauge("tidegate_drift_levels", "Levels that the last audit found to show something else, by kind."),
    ]

    private static let push = [
        gauge("tidegate_backlog_levels", "Levels that wait to be written to the shop, by class."),
        gauge("tidegate_writes_in_flight", "Levels that were sent, or are about to be, and not settled."),
        gauge("tidegate_levels_in_question", "Levels where an older value than the last may still arrive."),
        gauge("tidegate_circuit_open", "1 while nothing is sent because the shop does not answer."),
        gauge("tidegate_push_paused", "1 where a person has paused the push."),
        gauge("tidegate_batch_records", "Records that the push puts into one batch at present."),
        counter("tidegate_writes_total", "Levels by how the write of them ended."),
        counter("tidegate_requests_total", "Requests to the shop by kind and HTTP status; none: no answer."),
        KnownMetric(
            name: "tidegate_request_seconds",
            kind: .histogram,
            help: "How long the shop took to answer, by kind of request."
        ),
    ]

    private static let runs = [
        counter("tidegate_runs_total", "Runs by source and how they ended."),
        KnownMetric(
            name: "tidegate_run_seconds",
            kind: .histogram,
            help: "How long the steps of runs took.",
            bounds: stepSeconds
        ),
        counter("tidegate_deltas_total", "Positions that deliveries added, changed or removed."),
        counter("tidegate_events_total", "Stock events by source and what became of them."),
        KnownMetric(
            name: "tidegate_event_to_ack_seconds",
            kind: .histogram,
            help: "From receiving a stock event to the shop's confirmation."
        ),
        gauge("tidegate_inbox_events", "Stock events that are stored and not yet taken."),
    ]

    private static let service = [
        gauge("tidegate_build_info", "Always 1; the version is a label."),
        gauge("tidegate_collector_up", "0 where the standing of a shop could not be read."),
        gauge("tidegate_heartbeat_age_seconds", "How long ago the owner loop of a shop turned."),
    ]

    private static let process = [
        counter("process_cpu_seconds_total", "Time on the processor, of the user and of the system."),
        gauge("process_resident_memory_bytes", "Memory that is resident."),
        gauge("process_virtual_memory_bytes", "Memory that is mapped."),
        gauge("process_open_fds", "Open file descriptors."),
        gauge("process_max_fds", "The most file descriptors that may be open."),
        gauge("process_start_time_seconds", "When the process began, in seconds since 1970."),
    ]
}

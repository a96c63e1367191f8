import Foundation
import HTTPTransport
import InventoryCore
import SnapshotFormats

@testable import TidegateService
@testable import TidegateSettings

/// Bodies of stock events, and short ways to read them.
enum Bodies {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
    static let now = Timestamp(rfc3339: "2026-11-30T12:00:00Z") ?? Timestamp(microseconds: 0)

    static func file(_ name: String) throws -> [UInt8] {
        let folder = root.appending(path: "Tests/TidegateServiceTests/Events/Bodies")
        return Array(try Data(contentsOf: folder.appending(path: name)))
    }

    static func source(_ columns: ColumnMapping = .byName) -> SourceSettings {
        var source = SourceSettings(id: "erp", kind: .upload, path: "")
        source.format.columns = columns
        return source
    }

    static func read(
        _ text: String,
        type: String? = "application/json",
        headers: [String: [String]] = [:],
        answers: EventSettings.Answers = .strict,
        columns: ColumnMapping = .byName,
        at time: Timestamp = now
    ) throws(Fault) -> EventBody {
        try read(Array(text.utf8), type: type, headers: headers, answers: answers, columns: columns, at: time)
    }

    static func read(
        _ bytes: [UInt8],
        type: String? = "application/json",
        headers: [String: [String]] = [:],
        answers: EventSettings.Answers = .strict,
        columns: ColumnMapping = .byName,
        at time: Timestamp = now
    ) throws(Fault) -> EventBody {
        var settings = EventSettings()
        settings.answers = answers
        let reader = EventBodyReader(settings, source: source(columns))
        return try reader.read(
            EventRequest(contentType: type, headers: headers, body: bytes),
            receivedAt: time
        )
    }

    /// The committed example configuration of a sender.
    static func example(_ name: String) throws -> SourceSettings {
        try Settings.load(path: root.appending(path: "config/examples/events-\(name).yaml").path).sources[0]
    }

    static func read(
        _ bytes: [UInt8],
        by source: SourceSettings,
        type: String? = "application/json",
        headers: [String: [String]] = [:],
        clientStates: [Secret] = []
    ) throws -> EventBody {
        guard let events = source.events else { return EventBody() }
        return try EventBodyReader(events, source: source).read(
            EventRequest(contentType: type, headers: headers, body: bytes),
            receivedAt: now,
            clientStates: clientStates
        )
    }

    static let level = """
        {"sku":"AB-1","location":"WH-1","unit":"EA","on_hand":"12.5","committed":"2","unusable":"0",\
        "as_of":"2026-11-29T10:00:00+00:00","version":1734}
        """
    static let movement = """
        {"id":"mv-77","sku":"AB-1","location":"WH-1","unit":"EA","of":"on_hand","change":"-3",\
        "as_of":"2026-11-29T10:00:01+00:00","document":"SO-9"}
        """
}

extension EventBody {
    /// `index code` of each rejected item.
    var marks: [String] { rejected.map { "\($0.index) \($0.code.rawValue)" } }

    /// What each event says, its time and identity aside.
    var words: [String] {
        events.map { index, event in
            let statement =
                switch event.statement {
                case .level(let net): "level \(net)"
                case .movement(let change): "movement \(change)"
                case .hint: "hint"
                }
            let place = "\(event.sku?.text ?? "*") @ \(event.location?.text ?? "*")"
            return "\(index) \(statement) \(place) \(event.unit.text)"
        }
    }
}

import HTTPTransport
import InventoryCore
import TidegateSettings

/// Reads bodies of a foreign form by a mapping.
struct MappedBodyReader {
    private let mapping: EventMapping
    private let naming: EventNaming
    private let keys: PositionKeys
    private let clientStates: [Secret]

    init(_ mapping: EventMapping, _ naming: EventNaming, _ keys: PositionKeys, _ clientStates: [Secret]) {
        self.mapping = mapping
        self.naming = naming
        self.keys = keys
        self.clientStates = clientStates
    }

    /// Gives what the body says; nothing where it is a CloudEvent of ours, which no mapping reads.
    func read(
        _ request: EventRequest,
        _ form: MediaType.Form,
        _ bytes: UnsafeBufferPointer<UInt8>,
        _ range: Range<Int>
    ) throws(Fault) -> EventBody? {
        let roots: [BodyTree]
        do throws(JSONFault) {
            roots = try self.roots(request, form, bytes, range)
        } catch {
            throw EventBodyReader.unparsed(error.message.description, error.offset, bytes)
        }
        let isCloudEvent =
            form == .cloudEvent || form == .cloudEvents || request.headers["ce-specversion"] != nil
        var reading = Reading(try MappedRow(mapping, naming, keys))
        for root in roots {
            var envelope: EventNaming.Envelope?
            if isCloudEvent {
                let event = CloudEvent(root, request)
                if event.isOwn { return nil }
                try event.checkVersion()
                envelope = EventNaming.Envelope(source: event.source, id: event.id, time: event.time)
            }
            try take(root, envelope, &reading)
        }
        if !clientStates.isEmpty, reading.strangers == reading.body.count { throw ClientState.refused }
        return reading.body
    }

    private struct Reading {
        var rows: MappedRow
        var body = EventBody()
        /// Rows without the client's state.
        var strangers = 0

        init(_ rows: MappedRow) {
            self.rows = rows
        }
    }

    private struct Key: Hashable {
        let sku: SKU?
        let location: Location?
    }

    private func take(
        _ root: BodyTree,
        _ envelope: EventNaming.Envelope?,
        _ reading: inout Reading
    ) throws(Fault) {
        let after = BodyRow.rows(root, at: mapping.rowsAt, max: BodyLimits.itemsMax)
        let before =
            mapping.beforeAt.map { BodyRow.rows(root, at: $0, max: BodyLimits.itemsMax) } ?? []
        guard reading.body.count + after.count + before.count <= BodyLimits.itemsMax else {
            throw EventBodyReader.tooMany
        }
        var stated: Set<Key> = []
        for (part, row) in after.enumerated() {
            if let event = take(row, envelope, part, isBefore: false, &reading) {
                reading.body.events.append((reading.body.count - 1, event))
                stated.insert(Key(sku: event.sku, location: event.location))
            }
        }
        for (part, row) in before.enumerated() {
            let event = take(row, envelope, after.count + part, isBefore: true, &reading)
            guard let event else { continue }
            // What comes with its counterpart says no more than that.
            if stated.contains(Key(sku: event.sku, location: event.location)) {
                reading.body.ignored += 1
            } else {
                reading.body.events.append((reading.body.count - 1, event))
            }
        }
    }

    private func take(
        _ row: BodyRow,
        _ envelope: EventNaming.Envelope?,
        _ part: Int,
        isBefore: Bool,
        _ reading: inout Reading
    ) -> StockEvent? {
        let index = reading.body.count
        reading.body.count += 1
        guard clientStates.isEmpty || ClientState.isKnown(row, clientStates) else {
            reading.strangers += 1
            reading.body.rejected.append(
                ItemFault(EventCode.clientState, "The notification does not repeat the client's state.")
                    .rejection(index)
            )
            return nil
        }
        do throws(ItemFault) {
            switch try reading.rows.read(row, envelope, index: index, part: part, isBefore: isBefore) {
            case .event(let event): return event
            case .ignored: reading.body.ignored += 1
            }
        } catch {
            reading.body.rejected.append(error.rejection(index))
        }
        return nil
    }

    /// The trees that rows are looked for in, one for each delivery.
    private func roots(
        _ request: EventRequest,
        _ form: MediaType.Form,
        _ bytes: UnsafeBufferPointer<UInt8>,
        _ range: Range<Int>
    ) throws(JSONFault) -> [BodyTree] {
        var reader = TreeReader()
        let form = request.contentType == nil ? mapping.notation.form : form
        let tree: BodyTree
        switch form {
        case .lines:
            var roots: [BodyTree] = []
            var start = range.lowerBound
            var lines = 0
            while start < range.upperBound {
                let end =
                    bytes[start..<range.upperBound].firstIndex(of: UInt8(ascii: "\n")) ?? range.upperBound
                var blank = JSONScanner(bytes, start..<end)
                blank.skipBlanks()
                lines += 1
                guard lines <= BodyLimits.linesMax else {
                    throw JSONFault(message: "it has too many lines", offset: start)
                }
                if !blank.isAtEnd { roots.append(try reader.json(bytes, start..<end)) }
                start = end + 1
            }
            return roots
        case .cloudEvents:
            guard case .array(let events) = try reader.json(bytes, range) else {
                throw JSONFault(message: "a batch is an array", offset: range.lowerBound)
            }
            return events
        case .json, .own, .cloudEvent: tree = try reader.json(bytes, range)
        case .xml: tree = try XMLReader.tree(bytes, range)
        case .form: tree = try reader.form(bytes, range)
        }
        guard form != .cloudEvent, let event = CloudEvent(headers: request) else { return [tree] }
        return [event.tree(with: tree)]
    }
}

extension EventMapping.Notation {
    fileprivate var form: MediaType.Form {
        switch self {
        case .json: .json
        case .xml: .xml
        case .form: .form
        }
    }
}

extension CloudEvent {
    /// The envelope of a tree in structured mode, or what headers say.
    fileprivate init(_ tree: BodyTree, _ request: EventRequest) {
        if let event = CloudEvent(headers: request) {
            self = event
            return
        }
        self.init()
        for name in ["specversion", "id", "source", "type", "time"] {
            guard case .text(let text) = tree.value(at: Substring(name).utf8) else { continue }
            set(name, text)
        }
    }

    /// As if it had come in structured mode.
    fileprivate func tree(with data: BodyTree) -> BodyTree {
        let attributes: [(String, String?)] = [
            ("specversion", specVersion), ("id", id), ("source", source), ("type", type),
            ("time", time?.description),
        ]
        let members = attributes.map { BodyMember($0.0, $0.1.map { .text($0) } ?? .absent) }
        return .object(members + [BodyMember("data", data)])
    }
}

package import HTTPTransport
package import InventoryCore
import SnapshotFormats
package import TidegateSettings

/// Turns the body of a request into stock events (spec, service, 2); pure.
package struct EventBodyReader: Sendable {
    private let settings: EventSettings
    private let format: SnapshotFormat
    private let statedRoles: Set<String>
    private let orderSource: SourceID?
    private let topic: ItemReader.Topic

    /// Prepares for one source.
    ///
    /// - Parameters:
    ///   - settings: how its events are taken.
    ///   - source: how its snapshots are read, so that keys agree.
    ///   - statedRoles: the roles (`committed`, …) of the columns that its last accepted snapshot was read
    ///     by; where columns are found by their names, the configuration does not tell.
    package init(_ settings: EventSettings, source: SourceSettings, statedRoles: Set<String> = []) {
        self.settings = settings
        format = source.format
        self.statedRoles = statedRoles
        orderSource = source.id
        topic = .stock
    }

    /// Prepares for acknowledgements of web orders alone, in our own form or as CloudEvents.
    ///
    /// - Parameters:
    ///   - source: whose figures contain the orders; nothing where any source's may.
    ///   - answers: how bad items are answered.
    package init(acknowledgementsOf source: SourceID?, answers: EventSettings.Answers) {
        var settings = EventSettings()
        settings.answers = answers
        self.settings = settings
        format = SnapshotFormat()
        statedRoles = []
        orderSource = source
        topic = .orders
    }

    /// Reads a body.
    ///
    /// Where answers are lenient, a body that cannot be parsed is one rejected item.
    ///
    /// - Parameters:
    ///   - request: collected; its signature has been checked.
    ///   - receivedAt: later instants are refused, but for a few minutes of a wrong clock.
    ///   - clientStates: what each notification must repeat; empty where nothing is configured.
    /// - Returns: the events and what is wrong with other items.
    /// - Throws: `Fault` with `bad_body` (400), `body_too_large` or `too_many_items` (413),
    ///   `unsupported_media_type` or `unsupported_version` (415), `bad_client_state` (401).
    package func read(
        _ request: EventRequest,
        receivedAt: Timestamp,
        clientStates: [Secret] = []
    ) throws(Fault) -> EventBody {
        do throws(Fault) {
            return try strictly(request, receivedAt, clientStates)
        } catch {
            guard settings.answers == .lenient, error.code == EventCode.badBody else { throw error }
            var body = EventBody()
            body.count = 1
            body.rejected = [EventRejection(index: 0, code: error.code, detail: error.description)]
            return body
        }
    }

    private func strictly(
        _ request: EventRequest,
        _ receivedAt: Timestamp,
        _ clientStates: [Secret]
    ) throws(Fault) -> EventBody {
        guard request.body.count <= BodyLimits.bytesMax else {
            throw Fault.body(
                EventCode.bodyTooLarge,
                "The body has more than \(BodyLimits.bytesMax) bytes.",
                hint: "Send it in parts, or as a snapshot."
            )
        }
        guard let type = MediaType(request.contentType), type.isUTF8 else {
            throw Fault.body(
                EventCode.mediaType,
                "Bodies of type \((request.contentType ?? "").shown) are not taken.",
                hint: "Send application/json in UTF-8, application/x-ndjson or application/cloudevents+json."
            )
        }
        let key = try EventBodyReader.requestKey(request)
        let naming = EventNaming(requestKey: key, receivedAt: receivedAt)
        let keys = PositionKeys(format, statedRoles: statedRoles)
        let bytes = request.body
        let outcome: Result<EventBody, Fault> = bytes.withUnsafeBufferPointer { bytes in
            Result { () throws(Fault) in
                let range = try EventBodyReader.soundText(bytes)
                if let mapping = settings.mapping, type.form != .own {
                    let reader = MappedBodyReader(mapping, naming, keys, clientStates)
                    if let body = try reader.read(request, type.form, bytes, range) { return body }
                }
                guard clientStates.isEmpty else { throw ClientState.refused }
                var items = ItemReader(keys: keys, naming: naming, isStrict: settings.answers == .strict)
                items.orderSource = orderSource
                items.topic = topic
                var reader = OwnBodyReader(items: items)
                return try reader.read(request, type.form, bytes, range)
            }
        }
        return try outcome.get()
    }

    /// What names the items of a request that have no ids.
    private static func requestKey(_ request: EventRequest) throws(Fault) -> String? {
        guard let key = request.header("idempotency-key") ?? request.header("webhook-id") else { return nil }
        guard (1...BodyLimits.textBytesMax).contains(key.utf8.count) else {
            throw Fault.body(
                EventCode.badBody,
                "Idempotency-Key or webhook-id is empty or longer than \(BodyLimits.textBytesMax) bytes.",
                hint: "Send a UUID, a new one for each delivery."
            )
        }
        return key
    }

    /// Gives where the text stands, without a byte order mark.
    private static func soundText(_ bytes: UnsafeBufferPointer<UInt8>) throws(Fault) -> Range<Int> {
        if let offset = JSONText.firstUnsound(bytes) {
            throw unparsed("it is no sound UTF-8", offset, bytes)
        }
        return (bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0)..<bytes.count
    }

    /// What is wrong with a body as a whole, and where.
    static func unparsed(
        _ message: String,
        _ offset: Int,
        _ bytes: UnsafeBufferPointer<UInt8>
    ) -> Fault {
        let line = 1 + bytes.prefix(offset).reduce(0) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) }
        return Fault.body(
            EventCode.badBody,
            "The body cannot be read at byte \(offset): \(message).",
            hint: "Send a JSON object, an array of them, or one object a line as application/x-ndjson.",
            line: line
        )
    }

    static var unmapped: Fault {
        Fault.body(
            EventCode.mediaType,
            "Bodies in XML and of forms are read by a mapping, and this source has none.",
            hint: "Configure events.mapping, or send JSON."
        )
    }

    static var noJSON: Fault {
        Fault.body(
            EventCode.mediaType,
            "Acknowledgements of web orders are taken in JSON alone.",
            hint: "Send application/json, application/x-ndjson or application/cloudevents+json."
        )
    }

    static var tooMany: Fault {
        Fault.body(
            EventCode.tooManyItems,
            "The body has more than \(BodyLimits.itemsMax) items.",
            hint: "Send it in parts, or as a snapshot."
        )
    }
}

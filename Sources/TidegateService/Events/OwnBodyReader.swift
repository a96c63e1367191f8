import InventoryCore

/// Reads bodies of our own form, and CloudEvents of our own types.
struct OwnBodyReader {
    var items: ItemReader
    private var members = ItemMembers()
    private var body = EventBody()

    init(items: ItemReader) {
        self.items = items
    }

    mutating func read(
        _ request: EventRequest,
        _ form: MediaType.Form,
        _ bytes: UnsafeBufferPointer<UInt8>,
        _ range: Range<Int>
    ) throws(Fault) -> EventBody {
        do throws(JSONFault) {
            switch form {
            case .lines:
                try lines(bytes, range)
                return body
            case .xml, .form:
                throw refuse(items.topic == .orders ? EventBodyReader.noJSON : EventBodyReader.unmapped)
            case .cloudEvent, .cloudEvents, .json, .own: break
            }
            var scanner = JSONScanner(bytes, range)
            if form == .json || form == .own, let event = CloudEvent(headers: request) {
                try checked(event)
                try binary(event, &scanner)
            } else {
                try list(&scanner, isEnvelope: form == .cloudEvent || form == .cloudEvents)
            }
        } catch {
            if let refusal { throw refusal }
            throw EventBodyReader.unparsed(error.message.description, error.offset, bytes)
        }
        return body
    }

    /// Why the whole body is refused, where that is no matter of its syntax.
    private var refusal: Fault?

    private mutating func refuse(_ fault: Fault) -> JSONFault {
        refusal = fault
        return JSONFault(message: "refused", offset: 0)
    }

    private mutating func list(_ scanner: inout JSONScanner, isEnvelope: Bool) throws(JSONFault) {
        scanner.skipBlanks()
        if try scanner.peek() == UInt8(ascii: "[") {
            if try scanner.open(until: UInt8(ascii: "]")) {
                repeat {
                    try item(&scanner, isEnvelope: isEnvelope)
                } while try scanner.goesOn(until: UInt8(ascii: "]"))
            }
        } else {
            try item(&scanner, isEnvelope: isEnvelope)
        }
        try finish(&scanner)
    }

    private func finish(_ scanner: inout JSONScanner) throws(JSONFault) {
        scanner.skipBlanks()
        guard scanner.isAtEnd else {
            throw JSONFault(message: "something follows the end", offset: scanner.index)
        }
    }

    private mutating func item(_ scanner: inout JSONScanner, isEnvelope: Bool) throws(JSONFault) {
        let index = body.count
        guard index < BodyLimits.itemsMax else { throw refuse(EventBodyReader.tooMany) }
        body.count += 1
        guard try scanner.peek() == UInt8(ascii: "{") else {
            _ = try scanner.value()
            body.rejected.append(
                ItemFault(EventCode.badItem, "The item is no object; write {\"sku\":…}.").rejection(index)
            )
            return
        }
        if isEnvelope {
            var event = CloudEvent()
            try event.read(&scanner)
            try checked(event)
            structured(event, scanner.bytes, index)
        } else {
            try members.read(&scanner, vocabulary(nil))
            take(scanner.bytes, index, nil)
        }
    }

    /// The names of the items of an envelope, or of those without one.
    private func vocabulary(_ envelope: EventNaming.Envelope?) -> ItemMembers.Vocabulary {
        guard let envelope else { return items.topic == .orders ? .orders : .stock }
        return envelope.kind == .acknowledgement ? .orders : .stock
    }

    private mutating func checked(_ event: CloudEvent) throws(JSONFault) {
        do throws(Fault) { try event.checkVersion() } catch { throw refuse(error) }
    }

    /// Takes the members that were read last.
    private mutating func take(
        _ bytes: UnsafeBufferPointer<UInt8>,
        _ index: Int,
        _ envelope: EventNaming.Envelope?
    ) {
        body.unknownMembers += members.unknown
        do throws(ItemFault) {
            if envelope?.kind == .acknowledgement || items.topic == .orders {
                let said = try items.readOrder(members, bytes, envelope: envelope)
                body.orders.append((index, said))
                return
            }
            switch try items.read(members, bytes, index: index, envelope: envelope) {
            case .event(let event): body.events.append((index, event))
            case .events(let events): body.events.append(contentsOf: events.map { (index, $0) })
            case .ignored: body.ignored += 1
            }
        } catch {
            body.rejected.append(error.rejection(index))
        }
    }

    private mutating func structured(_ event: CloudEvent, _ bytes: UnsafeBufferPointer<UInt8>, _ index: Int) {
        do throws(ItemFault) {
            let envelope = try event.envelope()
            guard let data = event.data else {
                throw ItemFault(EventCode.missingMember, "The CloudEvent has no data; put the item there.")
            }
            guard event.isBase64 else {
                try inner(bytes, data.start..<data.end, envelope, index)
                return
            }
            guard data.kind == .string, let text = JSONText.decoded(bytes, data),
                let decoded = Base64.decoded(text)
            else { throw ItemFault(EventCode.badItem, "data_base64 is no base64.") }
            let fault: ItemFault? = decoded.withUnsafeBufferPointer { decoded in
                guard JSONText.firstUnsound(decoded) == nil else {
                    return ItemFault(EventCode.badItem, "data_base64 holds no sound UTF-8.")
                }
                do throws(ItemFault) {
                    try inner(decoded, 0..<decoded.count, envelope, index)
                    return nil
                } catch { return error }
            }
            if let fault { throw fault }
        } catch {
            body.rejected.append(error.rejection(index))
        }
    }

    private mutating func inner(
        _ bytes: UnsafeBufferPointer<UInt8>,
        _ range: Range<Int>,
        _ envelope: EventNaming.Envelope,
        _ index: Int
    ) throws(ItemFault) {
        var scanner = JSONScanner(bytes, range)
        do throws(JSONFault) {
            scanner.skipBlanks()
            guard try scanner.peek() == UInt8(ascii: "{") else {
                throw JSONFault(message: "no object", offset: range.lowerBound)
            }
            try members.read(&scanner, vocabulary(envelope))
            try finish(&scanner)
        } catch {
            throw ItemFault(EventCode.badItem, "The CloudEvent's data are no JSON object.")
        }
        take(bytes, index, envelope)
    }

    /// The body is the data, and the envelope stands in the headers.
    private mutating func binary(_ event: CloudEvent, _ scanner: inout JSONScanner) throws(JSONFault) {
        scanner.skipBlanks()
        guard try scanner.peek() == UInt8(ascii: "{") else {
            throw JSONFault(message: "the data of a CloudEvent are one object", offset: scanner.index)
        }
        let envelope = Result { () throws(ItemFault) in try event.envelope() }
        try members.read(&scanner, vocabulary(try? envelope.get()))
        try finish(&scanner)
        body.count = 1
        do throws(ItemFault) {
            take(scanner.bytes, 0, try envelope.get())
        } catch {
            body.rejected.append(error.rejection(0))
        }
    }

    /// An object a line; one that is broken costs no other.
    private mutating func lines(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) throws(JSONFault) {
        var start = range.lowerBound
        while start < range.upperBound {
            let end = bytes[start..<range.upperBound].firstIndex(of: UInt8(ascii: "\n")) ?? range.upperBound
            var scanner = JSONScanner(bytes, start..<end)
            start = end + 1
            scanner.skipBlanks()
            guard !scanner.isAtEnd else { continue }
            let index = body.count
            guard index < BodyLimits.itemsMax else { throw refuse(EventBodyReader.tooMany) }
            body.count += 1
            let lineStart = scanner.index
            do throws(JSONFault) {
                guard try scanner.peek() == UInt8(ascii: "{") else {
                    throw JSONFault(message: "it is no object", offset: scanner.index)
                }
                try members.read(&scanner, vocabulary(nil))
                try finish(&scanner)
                take(bytes, index, nil)
            } catch {
                let place = error.offset - lineStart + 1
                body.rejected.append(
                    ItemFault(
                        EventCode.badItem,
                        "The line cannot be read at its byte \(place): \(error.message)."
                    ).rejection(index)
                )
            }
        }
    }
}

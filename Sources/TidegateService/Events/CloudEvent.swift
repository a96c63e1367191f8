import InventoryCore
import SnapshotFormats

/// What is around the data of a CloudEvent (CloudEvents 1.0).
struct CloudEvent {
    /// Types of ours.
    static let typePrefix = "tidegate."

    var specVersion: String?
    var id: String?
    var source: String?
    var type: String?
    var time: Timestamp?
    var hasBadTime = false
    /// Where the data stand.
    var data: JSONToken?
    /// They are bytes in base64.
    var isBase64 = false
    /// An attribute that stands there twice.
    private var repeated: String?

    /// Reads the members of an envelope, whose `{` comes next.
    mutating func read(_ scanner: inout JSONScanner) throws(JSONFault) {
        guard try scanner.open(until: UInt8(ascii: "}")) else { return }
        repeat {
            let key = try scanner.key()
            let value = try scanner.value()
            guard let name = JSONText.text(scanner.bytes, key) else { continue }
            if value.kind == .null { continue }
            switch name {
            case "data", "data_base64":
                if data != nil { repeated = name }
                data = value
                isBase64 = name == "data_base64"
            case "specversion", "id", "source", "type", "time":
                let text = value.kind == .string ? JSONText.text(scanner.bytes, value) : nil
                set(name, text ?? "")
            // Subject, schema and extensions say nothing about stock.
            default: break
            }
        } while try scanner.goesOn(until: UInt8(ascii: "}"))
    }

    /// Takes the envelope of binary mode from headers `ce-…`; nothing where there is none.
    init?(headers request: EventRequest) {
        guard request.headers["ce-specversion"] != nil else { return nil }
        for name in ["specversion", "id", "source", "type", "time"] {
            guard let value = request.header("ce-\(name)") else { continue }
            set(name, value.percentDecoded ?? "")
        }
    }

    init() {}

    mutating func set(_ name: String, _ text: String) {
        let before = name == "id" ? id : name == "source" ? source : name == "type" ? type : nil
        if before != nil { repeated = name }
        switch name {
        case "specversion": specVersion = text
        case "id": id = text
        case "source": source = text
        case "type": type = text
        default:
            time = Timestamp(rfc3339: text)
            hasBadTime = time == nil
        }
    }

    /// Refuses versions that may mean something else by the same words.
    func checkVersion() throws(Fault) {
        guard let specVersion, specVersion.hasPrefix("1.") else {
            throw Fault.body(
                EventCode.version,
                "The CloudEvent has specversion \((specVersion ?? "").shown).",
                hint: "Send CloudEvents 1.0."
            )
        }
    }

    /// Gives what the envelope says of its item.
    ///
    /// - Throws: for what a CloudEvent must have, and for types that are not ours.
    func envelope() throws(ItemFault) -> EventNaming.Envelope {
        if let repeated {
            throw ItemFault(EventCode.repeatedMember, "The CloudEvent has \(repeated) twice; send it once.")
        }
        for (name, value) in [("id", id), ("source", source), ("type", type)] {
            guard let value, !value.isEmpty, value.utf8.count <= CloudEvent.attributeBytesMax else {
                throw ItemFault(
                    EventCode.missingMember,
                    "The CloudEvent has no \(name), or one longer than \(CloudEvent.attributeBytesMax) bytes."
                )
            }
        }
        guard !hasBadTime else {
            throw ItemFault(EventCode.badInstant, "The CloudEvent's time is no instant with an offset.")
        }
        return EventNaming.Envelope(source: source, id: id, time: time, kind: try kind())
    }

    private func kind() throws(ItemFault) -> EventNaming.Envelope.Word {
        switch type {
        case "tidegate.stock.level.v1": .level
        case "tidegate.stock.movement.v1": .movement
        case "tidegate.stock.hint.v1": .hint
        case "tidegate.order.acknowledged.v1": .acknowledgement
        default:
            throw ItemFault(
                EventCode.unknownType,
                "The CloudEvent's type \((type ?? "").shown) is none of ours; send "
                    + "tidegate.stock.level.v1, .movement.v1 or .hint.v1, tidegate.order.acknowledged.v1, "
                    + "or configure events.mapping."
            )
        }
    }

    /// Whether the type is one of ours, so that no mapping applies.
    var isOwn: Bool { type?.hasPrefix(CloudEvent.typePrefix) ?? false }

    private static let attributeBytesMax = 1000
}

extension String {
    /// The text with `%41` and the like resolved; nothing where that is no sound UTF-8.
    var percentDecoded: String? {
        guard utf8.contains(UInt8(ascii: "%")) else { return self }
        return PercentText.decoded(Array(utf8), plusIsBlank: false)
    }
}

/// Texts of URLs and forms.
enum PercentText {
    /// Gives what the bytes mean; nothing for broken escapes and unsound UTF-8.
    static func decoded(_ bytes: some Collection<UInt8>, plusIsBlank: Bool) -> String? {
        var decoded: [UInt8] = []
        var iterator = bytes.makeIterator()
        while let byte = iterator.next() {
            if byte == UInt8(ascii: "%") {
                guard let high = iterator.next().flatMap(JSONString.hexadecimal),
                    let low = iterator.next().flatMap(JSONString.hexadecimal)
                else { return nil }
                decoded.append(high << 4 | low)
            } else {
                decoded.append(plusIsBlank && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return String(validating: decoded, as: UTF8.self)
    }
}

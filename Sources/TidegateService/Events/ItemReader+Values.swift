import InventoryCore
import SnapshotFormats

extension ItemReader {
    /// A text of at most 255 bytes without control characters; whole numbers count as their digits.
    func text(
        _ name: ItemMembers.Name,
        _ item: borrowing ItemMembers,
        _ bytes: UnsafeBufferPointer<UInt8>
    ) throws(ItemFault) -> String? {
        guard let token = item[name] else { return nil }
        try checkText(token, name, bytes)
        guard let text = JSONText.text(bytes, token) else { throw ItemReader.halved(name) }
        guard !text.isEmpty, KeyLimits.allow(text) else {
            throw ItemFault(
                EventCode.badText,
                "\(name.text) is empty, has a control character, or more than \(KeyLimits.bytesMax) bytes."
            )
        }
        return text
    }

    /// The bytes of a part of a key, its escapes resolved.
    func keyToken(
        _ name: ItemMembers.Name,
        _ item: borrowing ItemMembers,
        _ bytes: UnsafeBufferPointer<UInt8>
    ) throws(ItemFault) -> KeyField? {
        guard let token = item[name] else { return nil }
        return try keyField(token, name, bytes)
    }

    /// The SKUs of a hint, `sku` or `skus`.
    mutating func skus(
        _ item: borrowing ItemMembers,
        _ bytes: UnsafeBufferPointer<UInt8>
    ) throws(ItemFault) -> [SKU] {
        if let token = try keyToken(.sku, item, bytes) {
            guard !item.has(.skus) else {
                throw ItemFault(EventCode.conflictingMembers, "sku stands beside skus; send one of them.")
            }
            return [try keys.sku(token)]
        }
        guard let token = item[.skus] else { return [] }
        guard token.kind == .array else {
            throw ItemFault(EventCode.wrongMember, "skus is no list; write [\"AB-1\",\"AB-2\"].")
        }
        var list = JSONScanner(bytes, token.start..<token.end)
        var skus: [SKU] = []
        do throws(JSONFault) {
            guard try list.open(until: UInt8(ascii: "]")) else { return [] }
            repeat {
                let token = try list.value()
                guard skus.count < BodyLimits.skusMax else {
                    throw JSONFault(message: "too many", offset: token.start)
                }
                skus.append(try sku(token, bytes))
            } while try list.goesOn(until: UInt8(ascii: "]"))
        } catch {
            // The bytes were read once already, so that only the number of SKUs can be at fault.
            throw ItemFault(
                EventCode.wrongMember,
                "skus are texts, at most \(BodyLimits.skusMax) in one hint; send several."
            )
        }
        return skus
    }

    private mutating func sku(
        _ token: JSONToken,
        _ bytes: UnsafeBufferPointer<UInt8>
    ) throws(JSONFault) -> SKU {
        do throws(ItemFault) {
            return try keys.sku(try keyField(token, .skus, bytes))
        } catch {
            throw JSONFault(message: "no SKU", offset: token.start)
        }
    }

    private func keyField(
        _ token: JSONToken,
        _ name: ItemMembers.Name,
        _ bytes: UnsafeBufferPointer<UInt8>
    ) throws(ItemFault) -> KeyField {
        try checkText(token, name, bytes)
        guard token.hasEscapes else {
            return KeyField(UnsafeBufferPointer(rebasing: bytes[token.start..<token.end]))
        }
        guard let decoded = JSONText.decoded(bytes, token) else { throw ItemReader.halved(name) }
        return KeyField(decoded: decoded)
    }

    private func checkText(
        _ token: JSONToken,
        _ name: ItemMembers.Name,
        _ bytes: UnsafeBufferPointer<UInt8>
    ) throws(ItemFault) {
        switch token.kind {
        case .string: return
        case .number:
            guard bytes[token.start..<token.end].allSatisfy({ $0 &- 48 < 10 }) else {
                throw ItemFault(
                    EventCode.wrongMember,
                    "\(name.text) is a number that is not whole, so its text can differ; send a text."
                )
            }
        default: throw ItemFault(EventCode.wrongMember, "\(name.text) is no text; send one in quotes.")
        }
    }

    private static func halved(_ name: ItemMembers.Name) -> ItemFault {
        ItemFault(
            EventCode.badText,
            "\(name.text) has an escape that is half a character; mend its encoding."
        )
    }

    /// An amount from its digits, whether they stand in quotes or not.
    func quantity(
        _ name: ItemMembers.Name,
        _ item: borrowing ItemMembers,
        _ bytes: UnsafeBufferPointer<UInt8>
    ) throws(ItemFault) -> Quantity? {
        guard let token = item[name] else { return nil }
        let digits = UnsafeBufferPointer(rebasing: bytes[token.start..<token.end])
        do throws(QuantityError) {
            switch token.kind {
            case .string where !token.hasEscapes: return try quantities.parse(digits)
            case .number: return try NumberToken.quantity(digits)
            default: throw .notANumber
            }
        } catch {
            throw ItemFault.amount(error, name.text, digits)
        }
    }

    /// An instant with its offset; nothing where the item states none.
    func instant(
        _ item: borrowing ItemMembers,
        _ bytes: UnsafeBufferPointer<UInt8>,
        _ name: ItemMembers.Name = .asOf
    ) throws(ItemFault) -> Timestamp? {
        guard let token = item[name] else { return nil }
        guard token.kind == .string, token.end - token.start <= 40, let text = JSONText.text(bytes, token),
            let instant = Timestamp(rfc3339: text)
        else {
            throw ItemFault(
                EventCode.badInstant,
                "\(name.text) is no instant with an offset; write it like 2026-11-29T10:00:00+00:00."
            )
        }
        return try checked(instant, name)
    }

    func instantNeeded(
        _ item: borrowing ItemMembers,
        _ bytes: UnsafeBufferPointer<UInt8>,
        _ envelope: EventNaming.Envelope?,
        _ name: ItemMembers.Name = .asOf
    ) throws(ItemFault) -> Timestamp {
        if let instant = try instant(item, bytes, name) { return instant }
        if let time = envelope?.time { return try checked(time, name) }
        throw ItemFault(
            EventCode.missingMember,
            "\(name.text) is missing; say when the statement was true."
        )
    }

    private func checked(_ instant: Timestamp, _ name: ItemMembers.Name) throws(ItemFault) -> Timestamp {
        guard instant <= latest else { throw ItemFault.ahead(instant, name.text) }
        return instant
    }

    /// A whole number that counts the statements about a position.
    func version(
        _ item: borrowing ItemMembers,
        _ bytes: UnsafeBufferPointer<UInt8>
    ) throws(ItemFault) -> Int64? {
        guard let token = item[.version] else { return nil }
        let digits = bytes[token.start..<token.end]
        guard token.kind == .number || token.kind == .string, digits.count <= 20,
            let version = Int64(String(decoding: digits, as: UTF8.self)), digits.first != UInt8(ascii: "+")
        else {
            throw ItemFault(EventCode.wrongMember, "version is no whole number below 9.2 × 10¹⁸.")
        }
        return version
    }
}

extension ItemFault {
    /// Why digits are no amount.
    static func amount(
        _ error: QuantityError,
        _ name: String,
        _ digits: UnsafeBufferPointer<UInt8>
    ) -> ItemFault {
        let shown = String(decoding: digits.prefix(80), as: UTF8.self).shown
        let reason =
            switch error {
            case .notANumber: "is no plain decimal; send digits with a point, such as \"12.5\""
            case .tooPrecise: "has more than six decimals; nothing is rounded silently"
            case .tooLarge: "is beyond what can be counted, 9.2 × 10¹²"
            }
        return ItemFault(EventCode.badAmount, "\(name) \(shown) \(reason).")
    }

    /// A statement about what has not been yet.
    static func ahead(_ instant: Timestamp, _ name: String = "as_of") -> ItemFault {
        ItemFault(
            EventCode.instantInFuture,
            "\(name) \(instant) lies in the future and would beat all later statements; "
                + "set the sender's clock."
        )
    }
}

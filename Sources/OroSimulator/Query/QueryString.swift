/// The query of a request, decoded: `filter[product.sku][neq]=A` becomes the path filter, product, sku, neq.
struct QueryString: Sendable {
    struct Parameter: Sendable, Equatable {
        var path: [String]
        var value: String
        var name: String {
            path.isEmpty ? "" : path[0] + path.dropFirst().map { "[\($0)]" }.joined()
        }
    }

    /// In the order PHP's framework normalises to: by name.
    var parameters: [Parameter]

    init(_ text: String) {
        parameters = text.split(separator: "&").map { part in
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let value = pair.count > 1 ? Self.decode(pair[1]) : ""
            return Parameter(path: Self.path(Self.decode(pair[0])), value: value)
        }
        parameters.sort { $0.name < $1.name }
    }

    /// The value of the parameter with exactly this path.
    func value(_ path: String...) -> String? {
        parameters.last { $0.path == path }?.value
    }

    /// The query that leads to another page, encoded as the shop's links are.
    func page(number: Int) -> String {
        var copy = parameters.filter { $0.path != ["page", "number"] || number > 1 }
        if number > 1 {
            let parameter = Parameter(path: ["page", "number"], value: String(number))
            if let index = copy.firstIndex(where: { $0.path == parameter.path }) {
                copy[index] = parameter
            } else if let index = copy.lastIndex(where: { $0.path.first == "page" }) {
                copy.insert(parameter, at: index + 1)
            } else {
                copy.append(parameter)
            }
        }
        return copy.map { Self.encode($0.name) + "=" + Self.encode($0.value) }.joined(separator: "&")
    }

    private static func path(_ name: String) -> [String] {
        guard let open = name.firstIndex(of: "[") else { return [name] }
        var path = [String(name[..<open])]
        for part in name[open...].split(separator: "[") {
            let key = part.last == "]" ? part.dropLast() : part
            path.append(contentsOf: key.split(separator: ".").map(String.init))
        }
        return path
    }

    private static func decode(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        var rest = text.utf8.makeIterator()
        while let byte = rest.next() {
            switch byte {
            case UInt8(ascii: "+"): bytes.append(0x20)
            case UInt8(ascii: "%"):
                guard let high = rest.next(), let low = rest.next(), let first = nibble(high),
                    let second = nibble(low)
                else { return String(decoding: bytes, as: UTF8.self) }
                bytes.append(first << 4 | second)
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func nibble(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }

    private static func encode(_ text: String) -> String {
        var encoded = ""
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, UInt8(ascii: "-"), UInt8(ascii: "_"),
                UInt8(ascii: "."),
                UInt8(ascii: "~"):
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let hex = String(byte, radix: 16, uppercase: true)
                encoded += hex.utf8.count == 1 ? "%0" + hex : "%" + hex
            }
        }
        return encoded
    }
}

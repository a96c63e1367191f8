/// The keys of a JSON object that stands alone.
package enum ObjectKeys {
    /// Finds a key that an object has twice.
    ///
    /// Of two values of one key, readers take either: what was meant cannot be known (RFC 8259, 4).
    ///
    /// - Parameters:
    ///   - object: its bytes.
    ///   - keysMax: keys that are looked at.
    /// - Returns: the first such key; nothing where there is none, or the bytes are no object.
    package static func repeated(in object: [UInt8], keysMax: Int = 1_000) -> String? {
        object.withUnsafeBufferPointer { bytes in
            // What is no object is told by whoever reads its values.
            guard let text = try? ObjectText.parse(bytes, names: [], keysMax: keysMax) else { return nil }
            var met: Set<String> = []
            return text.keys.first { !met.insert($0).inserted }
        }
    }
}

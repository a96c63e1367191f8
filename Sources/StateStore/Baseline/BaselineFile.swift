import Crypto
import Foundation
import InventoryCore

/// The bytes of a baseline: a header, the positions by key, and a SHA-256 over all before it.
enum BaselineFile {
    private static let magic = Array("TIDEGATE".utf8)
    private static let version: UInt8 = 1
    private static let digestBytes = 32

    static func write(
        _ nets: [PositionKey: Quantity],
        generation: UInt64,
        path: String
    ) throws(BaselineError) {
        var bytes = magic + [version]
        append(generation, to: &bytes)
        append(UInt64(nets.count), to: &bytes)
        for (key, net) in nets.sorted(by: { $0.key < $1.key }) {
            for text in [key.sku.text, key.location.text, key.unit.text] {
                append(UInt64(text.utf8.count), to: &bytes)
                bytes.append(contentsOf: text.utf8)
            }
            append(UInt64(bitPattern: net.millionths), to: &bytes)
        }
        bytes.append(contentsOf: SHA256.hash(data: bytes))
        do {
            let temporary = URL(filePath: path + ".new")
            try Data(bytes).write(to: temporary)
            let handle = try FileHandle(forWritingTo: temporary)
            try handle.synchronize()
            try handle.close()
            guard rename(temporary.path(), path) == 0 else { throw POSIXError(.EIO) }
            let folder = try FileHandle(forReadingFrom: URL(filePath: path).deletingLastPathComponent())
            try folder.synchronize()
            try folder.close()
        } catch {
            throw BaselineError(
                code: .cannotWrite,
                path: path,
                message: "The baseline cannot be written: \(error.localizedDescription)",
                hint: "Make room on the disk, and give the user who runs Tidegate write access."
            )
        }
    }

    static func read(
        path: String
    ) throws(BaselineError) -> (generation: UInt64, nets: [PositionKey: Quantity]) {
        let bytes: [UInt8]
        do {
            bytes = Array(try Data(contentsOf: URL(filePath: path)))
        } catch {
            throw damaged(path, "It cannot be read: \(error.localizedDescription)")
        }
        guard bytes.starts(with: magic) else {
            throw BaselineError(
                code: .foreign,
                path: path,
                message: "This is no baseline file.",
                hint: "Name a file made by `tidegate baseline build`."
            )
        }
        guard bytes.count > magic.count, bytes[magic.count] == version else {
            throw BaselineError(
                code: .newerVersion,
                path: path,
                message: "Another version of Tidegate wrote this baseline.",
                hint: "Use that version, or build the baseline anew from a snapshot."
            )
        }
        guard bytes.count >= magic.count + 1 + 16 + digestBytes else {
            throw damaged(path, "It is too short.")
        }
        let body = bytes.dropLast(digestBytes)
        guard Array(SHA256.hash(data: body)) == Array(bytes.suffix(digestBytes)) else {
            throw damaged(path, "Its checksum is wrong.")
        }
        var rest = body.dropFirst(magic.count + 1)
        let generation = take(&rest)
        var nets: [PositionKey: Quantity] = [:]
        for _ in 0..<take(&rest) {
            let (sku, location, unit) = (text(&rest), text(&rest), text(&rest))
            let key = PositionKey(sku: SKU(sku), location: Location(location), unit: StockUnit(unit))
            nets[key] = Quantity(millionths: Int64(bitPattern: take(&rest)))
        }
        return (generation, nets)
    }

    private static func damaged(_ path: String, _ why: String) -> BaselineError {
        BaselineError(
            code: .damaged,
            path: path,
            message: "The baseline file is damaged: \(why)",
            hint: "Build it anew from a snapshot with `tidegate baseline build`."
        )
    }

    private static func append(_ value: UInt64, to bytes: inout [UInt8]) {
        for shift in stride(from: 0, to: 64, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }

    private static func take(_ bytes: inout ArraySlice<UInt8>) -> UInt64 {
        var value: UInt64 = 0
        for (index, byte) in bytes.prefix(8).enumerated() { value |= UInt64(byte) << (8 * index) }
        bytes = bytes.dropFirst(8)
        return value
    }

    private static func text(_ bytes: inout ArraySlice<UInt8>) -> String {
        let length = Int(take(&bytes))
        let text = String(decoding: bytes.prefix(length), as: UTF8.self)
        bytes = bytes.dropFirst(length)
        return text
    }
}

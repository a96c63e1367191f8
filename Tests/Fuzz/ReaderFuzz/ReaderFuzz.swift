import InventoryCore
import SnapshotFormats
import TestSupport

/// Feeds mutated snapshots to the readers, and stops if a fast one disagrees with the slow one.
///
/// The first four bytes of an input choose the format and how it is read; the others are the snapshot.
@main
enum ReaderFuzz {
    static func main() {
        var count = CommandLine.argc
        var arguments = CommandLine.unsafeArgv
        _ = runDriver(&count, &arguments) { bytes, count in
            ReaderFuzz.check(Array(UnsafeBufferPointer(start: bytes, count: count)))
            return 0
        }
    }

    private static func check(_ input: [UInt8]) {
        guard input.count >= 4 else { return }
        let choice = Array(input[..<4])
        var bytes = Array(input[4...])
        let format = format(choice)
        // Rarely, because it is slow: long enough for two ranges of a file, the seam amid blank lines.
        let isLong = bytes.reduce(UInt32(choice[3])) { ($0 ^ UInt32($1)) &* 16_777_619 } % 1000 == 0
        if isLong { bytes += [UInt8](repeating: 0x0A, count: 3 << 20) + bytes }
        let seed = UInt64(choice[2])
        let slow = ScanReading(PiecesOfBytes(bytes, pieceMax: 1 << 20, seed: 0), format) {
            $0.forcesCareful = true
        }
        func expect(_ reading: ScanReading, _ name: StaticString) {
            guard reading != slow else { return }
            fatalError("\(name) disagrees on \(format)\nslow: \(slow)\nfast: \(reading)")
        }
        expect(ScanReading(TemporaryFile(bytes), format) { $0.workers = isLong ? 2 : 1 }, "a plain file")
        guard !isLong else { return }
        for instructions in Instructions.allCases where instructions < .best {
            let plainer = ScanReading(TemporaryFile(bytes), format, readsAll: true) {
                $0.instructions = instructions
            }
            expect(plainer, "plainer instructions")
        }
        let pieceMax = [1, 7, 50, 4000][Int(choice[2] & 3)]
        expect(ScanReading(PiecesOfBytes(bytes, pieceMax: pieceMax, seed: seed), format), "a stream")
        let careful = ScanReading(PiecesOfBytes(bytes, pieceMax: pieceMax, seed: seed), format) {
            $0.forcesCareful = true
        }
        expect(careful, "the slow reader in pieces")
    }

    private static func format(_ choice: [UInt8]) -> SnapshotFormat {
        var format = SnapshotFormat(notation: choice[0] & 1 == 0 ? .delimited : .ndjson)
        format.dialect.delimiter = [0x2C, 0x2C, 0x3B, 0x09][Int(choice[0] >> 1 & 3)]
        format.dialect.quote = [0x22, 0x22, 0x27, nil][Int(choice[0] >> 3 & 3)]
        format.dialect.decimalMark = choice[0] & 32 == 0 ? .point : .comma
        format.dialect.grouping = choice[0] & 64 == 0 ? .none : .space
        format.dialect.emptyQuantity = EmptyQuantity.allCases[Int(choice[1] & 3) % 3]
        format.dialect.encoding = choice[1] & 12 == 12 ? .windows1252 : .utf8
        if choice[1] & 16 != 0 { format.columns.sku.stripsLeadingZeros = true }
        if choice[1] & 32 != 0 { format.limits.rowBytesMax = 60 }
        if choice[1] & 64 != 0 {
            format.dialect.timeFormat = .pattern("d.M.yyyy H:mm", timeZone: "Europe/Berlin")
        }
        if choice[1] & 128 != 0 {
            format.columns.unit = ColumnRule(anyOf: ["more.unit", "more[1]", "unit"], isOptional: true)
        }
        if choice[0] & 128 != 0, format.notation == .delimited {
            format.dialect.hasHeader = false
            format.columns = ColumnMapping(
                sku: ColumnRule(source: .position(1)),
                location: ColumnRule(source: .position(2), isOptional: true),
                onHand: ColumnRule(source: .position(3))
            )
        }
        return format
    }
}

/// libFuzzer's own main loop; its library is linked by the script that runs this.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ one: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt
